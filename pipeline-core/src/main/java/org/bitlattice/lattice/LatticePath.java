package org.bitlattice.lattice;

import java.util.List;

/**
 * One word sequence and the scores of its best path.
 *
 * @param words the words without boundaries and fillers
 * @param acousticLn acoustic log likelihood of the whole path, natural log, unscaled
 * @param lmLn language-model log probability of the whole path with the sentence end, natural log,
 *     unscaled
 * @param total the scaled score by which paths were ranked
 */
public record LatticePath(List<String> words, double acousticLn, double lmLn, double total) {
  /** Copies the words. */
  public LatticePath {
    words = List.copyOf(words);
  }
}
