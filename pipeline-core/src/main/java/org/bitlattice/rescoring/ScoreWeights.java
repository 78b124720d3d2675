package org.bitlattice.rescoring;

import java.io.Serializable;

/**
 * Weights of the path score, in natural logarithms: κ·acoustic + Σ_words [s·ln(μ·P_nn + (1 −
 * μ)·P_ngram) + p] + s·ln(μ·P_nn + (1 − μ)·P_ngram) of the sentence end, which gets no p.
 *
 * @param acousticScale κ ≥ 0
 * @param languageScale s ≥ 0
 * @param interpolation μ in [0, 1], the network's share; 1 is the network alone, 0 the n-gram model
 * @param wordInsertion p, added for every word: positive values favour longer hypotheses
 */
public record ScoreWeights(
    double acousticScale, double languageScale, double interpolation, double wordInsertion)
    implements Serializable {
  /**
   * Checks the weights.
   *
   * @throws IllegalArgumentException naming the weight that is out of its range
   */
  public ScoreWeights {
    requireAllowed(acousticScale, languageScale, interpolation, wordInsertion);
  }

  static void requireAllowed(
      double acousticScale, double languageScale, double interpolation, double wordInsertion) {
    require(acousticScale >= 0 && finite(acousticScale), "acoustic scale", acousticScale, "[0, ∞)");
    require(languageScale >= 0 && finite(languageScale), "language scale", languageScale, "[0, ∞)");
    require(interpolation >= 0 && interpolation <= 1, "interpolation", interpolation, "[0, 1]");
    require(finite(wordInsertion), "word insertion", wordInsertion, "(-∞, ∞)");
  }

  private static boolean finite(double value) {
    return Double.isFinite(value);
  }

  private static void require(boolean holds, String name, double value, String allowed) {
    if (!holds) {
      throw new IllegalArgumentException(
          "the %s weight is %s; it has to be a number in %s".formatted(name, value, allowed));
    }
  }

  /** The path score from its parts: acoustic score, sum of mixture logarithms, number of words. */
  double combined(double acousticLn, double mixtureLn, int words) {
    return scaled(acousticScale, acousticLn)
        + scaled(languageScale, mixtureLn)
        + wordInsertion * words;
  }

  /** The product, with 0·−∞ = 0: a score without weight does not matter. */
  private static double scaled(double scale, double ln) {
    return scale == 0 ? 0 : scale * ln;
  }
}
