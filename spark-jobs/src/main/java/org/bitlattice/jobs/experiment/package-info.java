/** Which stages an experiment has, what each depends on, and where its results lie. */
package org.bitlattice.jobs.experiment;
