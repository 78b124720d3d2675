/** The one Spark session of a process. */
package org.bitlattice.jobs.session;
