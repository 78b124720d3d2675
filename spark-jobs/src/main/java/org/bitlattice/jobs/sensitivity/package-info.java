/** Sensitivity measurements as Spark jobs. */
package org.bitlattice.jobs.sensitivity;
