/**
 * The stage {@code prepare} on Spark: {@link org.bitlattice.jobs.prepare.CorpusPreparation} turns
 * text files into a vocabulary, training segments and held-out sentences. {@link
 * org.bitlattice.jobs.prepare.PreparedCorpus} is how the later stages read them.
 */
package org.bitlattice.jobs.prepare;
