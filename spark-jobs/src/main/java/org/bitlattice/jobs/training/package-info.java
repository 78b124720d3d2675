/**
 * Distributed training of language models: parameter averaging with dl4j-spark, made reproducible.
 * The only package of the jobs that imports dl4j-spark; what happens to a network in a step is in
 * {@code org.bitlattice.lm.training}.
 */
package org.bitlattice.jobs.training;
