package org.bitlattice.rescoring;

/**
 * What rescoring needs of an n-gram model; {@code org.bitlattice.ngram.ArpaModel} has such a
 * method.
 */
@FunctionalInterface
public interface NgramScorer {
  /**
   * Natural logarithm of the probability of a word, or of the sentence end.
   *
   * @param history ids of the words before, without boundary words: all from the sentence's
   *     beginning, or the last order − 1 when there are more
   * @param word an id, the boundary's for the sentence end
   */
  double logProbability(int[] history, int word);
}
