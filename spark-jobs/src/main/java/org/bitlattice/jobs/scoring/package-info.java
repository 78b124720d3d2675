/** Word error tables of all systems and sets. */
package org.bitlattice.jobs.scoring;
