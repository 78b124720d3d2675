/**
 * How the pipeline scales: Spark's event log of a run that really took place, and a simulation of
 * the same jobs on clusters of up to a thousand executors (docs/scaling.md).
 */
package org.bitlattice.it.scaling;
