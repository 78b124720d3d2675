package org.bitlattice.rescoring;

/**
 * What rescoring needs of an n-gram model; {@code org.bitlattice.ngram.ArpaModel} has such a
 * method.
 */
@FunctionalInterface
public interface NgramScorer {
  /**
   * Natural logarithms of the probabilities of a sentence's words, each after the sentence start
   * and the words before it, and of the sentence end.
   *
   * @param words word ids, without boundary words
   * @return one number more than words
   */
  double[] logProbabilities(int[] words);
}
