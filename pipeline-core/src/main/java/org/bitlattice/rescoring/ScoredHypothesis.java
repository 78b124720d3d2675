package org.bitlattice.rescoring;

import java.io.Serializable;

/**
 * A hypothesis with its component scores, kept apart so that weights can be tuned without running a
 * model again. Either model may have taken no part; its array is then empty. The arrays are not
 * copied and must not be changed.
 *
 * @param hypothesis words and first-pass scores
 * @param networkLn ln P_nn of every word and then of the sentence end: words + 1 numbers, or none
 * @param ngramLn ln P_ngram of the same, or none
 */
public record ScoredHypothesis(Hypothesis hypothesis, float[] networkLn, float[] ngramLn)
    implements Serializable {
  /**
   * Checks the lengths.
   *
   * @throws IllegalArgumentException when an array is neither empty nor words + 1 long, or both are
   *     empty, or a score is NaN
   */
  public ScoredHypothesis {
    requireScores(hypothesis, networkLn, "network");
    requireScores(hypothesis, ngramLn, "n-gram");
    if (networkLn.length + ngramLn.length == 0) {
      throw new IllegalArgumentException(
          "the hypothesis \"%s\" has neither network nor n-gram scores; it needs at least one"
              .formatted(text(hypothesis)));
    }
  }

  private static void requireScores(Hypothesis hypothesis, float[] scores, String model) {
    int expected = hypothesis.words().size() + 1;
    if (scores.length != 0 && scores.length != expected) {
      throw new IllegalArgumentException(
          "the hypothesis \"%s\" has %d %s scores; its words and the sentence end need %d"
              .formatted(text(hypothesis), scores.length, model, expected));
    }
    for (float score : scores) {
      if (Float.isNaN(score)) {
        throw new IllegalArgumentException(
            "the hypothesis \"%s\" has the %s score NaN; scores are natural logarithms"
                .formatted(text(hypothesis), model));
      }
    }
  }

  private static String text(Hypothesis hypothesis) {
    return String.join(" ", hypothesis.words());
  }

  /** Number of words, without the sentence end. */
  public int wordCount() {
    return hypothesis.words().size();
  }

  /**
   * Σ ln(μ·P_nn + (1 − μ)·P_ngram) over the words and the sentence end. At μ = 1 and μ = 0 it is
   * the plain sum of one model's scores and the other model is not looked at.
   *
   * @param interpolation μ in [0, 1]
   * @throws IllegalArgumentException when a model with a positive share has no scores
   */
  public double mixtureLn(double interpolation) {
    if (interpolation == 1) {
      return sum(networkLn, "network", interpolation);
    }
    if (interpolation == 0) {
      return sum(ngramLn, "n-gram", interpolation);
    }
    requirePresent(networkLn, "network", interpolation);
    requirePresent(ngramLn, "n-gram", interpolation);
    double lnNetworkShare = Math.log(interpolation);
    double lnNgramShare = Math.log1p(-interpolation);
    double sum = 0;
    for (int i = 0; i < networkLn.length; i++) {
      sum += lnOfSum(lnNetworkShare + networkLn[i], lnNgramShare + ngramLn[i]);
    }
    return sum;
  }

  private double sum(float[] scores, String model, double interpolation) {
    requirePresent(scores, model, interpolation);
    double sum = 0;
    for (float score : scores) {
      sum += score;
    }
    return sum;
  }

  private void requirePresent(float[] scores, String model, double interpolation) {
    if (scores.length == 0) {
      throw new IllegalArgumentException(
          "the hypothesis \"%s\" has no %s scores, which the interpolation weight %s needs"
              .formatted(text(hypothesis), model, interpolation));
    }
  }

  /** ln(eᵃ + eᵇ) without overflow; −∞ only when both are. */
  private static double lnOfSum(double a, double b) {
    double larger = Math.max(a, b);
    if (larger == Double.NEGATIVE_INFINITY) {
      return larger;
    }
    return larger + Math.log1p(Math.exp(Math.min(a, b) - larger));
  }
}
