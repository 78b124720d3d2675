/** Precision search: super-networks whose weights and logits are trained in turn on Spark. */
package org.bitlattice.jobs.search;
