package org.bitlattice.rescoring;

import java.io.Serializable;
import java.util.List;

/**
 * One word sequence that the first pass found for an utterance.
 *
 * @param words its words, without boundary words; none at all is allowed
 * @param acousticLn natural logarithm of the acoustic score, unscaled
 * @param firstPassLn natural logarithm of the first pass's language model score, unscaled
 */
public record Hypothesis(List<String> words, double acousticLn, double firstPassLn)
    implements Serializable {
  /**
   * Checks the scores.
   *
   * @throws IllegalArgumentException when a score is NaN or +∞
   */
  public Hypothesis {
    words = List.copyOf(words);
    requireLn(acousticLn, "acoustic", words);
    requireLn(firstPassLn, "first-pass language model", words);
  }

  private static void requireLn(double ln, String what, List<String> words) {
    if (Double.isNaN(ln) || ln == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException(
          ("the hypothesis \"%s\" has the %s score %s; scores are natural"
                  + " logarithms, finite or -Infinity")
              .formatted(String.join(" ", words), what, ln));
    }
  }
}
