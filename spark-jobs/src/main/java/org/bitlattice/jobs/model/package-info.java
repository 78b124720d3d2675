/** Language models on Spark: broadcast to the executors, measured on held-out text. */
package org.bitlattice.jobs.model;
