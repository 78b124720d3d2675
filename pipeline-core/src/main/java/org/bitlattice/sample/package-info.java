/**
 * A synthetic corpus with everything an experiment needs, for trying things out where no real data
 * is at hand: text from a small grammar, a bigram model, lattices and references. {@link
 * org.bitlattice.sample.SampleCorpus} writes it; nothing in it is real speech or language.
 */
package org.bitlattice.sample;
