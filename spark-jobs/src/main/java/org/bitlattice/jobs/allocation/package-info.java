/** Precisions under a size budget. */
package org.bitlattice.jobs.allocation;
