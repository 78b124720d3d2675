/** Bitlattice on Spark: one thin class for each job. */
package org.bitlattice.jobs;
