package org.bitlattice.sample;

import java.util.List;

/**
 * A sentence of the sample grammar.
 *
 * @param words its words
 * @param lnProbability natural logarithm of the probability of its derivation, which is that of the
 *     sentence, since the grammar is unambiguous; the sentence end is part of it
 */
record DrawnSentence(List<String> words, double lnProbability) {}
