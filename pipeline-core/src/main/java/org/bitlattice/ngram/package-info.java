/**
 * Back-off n-gram language models: {@link org.bitlattice.ngram.ArpaModel} reads ARPA files and
 * gives natural-log word probabilities over the words of a {@link org.bitlattice.text.Vocabulary}.
 */
package org.bitlattice.ngram;
