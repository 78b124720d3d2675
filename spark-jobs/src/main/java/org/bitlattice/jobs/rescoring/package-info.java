/**
 * From lattices to transcripts: n-best hypotheses once for all systems, then one network at a time.
 */
package org.bitlattice.jobs.rescoring;
