package org.bitlattice.lm.training;

import java.io.Serializable;

/**
 * Halves the learning rate whenever a round does not improve dev perplexity by a relative margin,
 * and stops after a number of halvings. An immutable policy: {@link #after} returns the next state.
 *
 * @param learningRate rate of the next round
 * @param margin least relative improvement of the best perplexity that counts, in [0, 1)
 * @param bestPerplexity lowest dev perplexity so far; infinity before the first round
 * @param halvings halvings done
 * @param maximumHalvings training stops when a further halving would exceed this number
 * @param finished whether training should stop
 */
public record LearningRateHalving(
    double learningRate,
    double margin,
    double bestPerplexity,
    int halvings,
    int maximumHalvings,
    boolean finished)
    implements Serializable {
  public LearningRateHalving {
    if (!(learningRate > 0) || Double.isInfinite(learningRate)) {
      throw new IllegalArgumentException(
          "the learning rate is %s; it must be finite and above 0".formatted(learningRate));
    }
    if (!(margin >= 0 && margin < 1)) {
      throw new IllegalArgumentException(
          "the least relative improvement is %s; it must be at least 0 and below 1"
              .formatted(margin));
    }
    if (maximumHalvings < 0) {
      throw new IllegalArgumentException(
          "the number of halvings is %d; it must be at least 0".formatted(maximumHalvings));
    }
  }

  /** The state before the first round. */
  public static LearningRateHalving start(double learningRate, double margin, int halvings) {
    return new LearningRateHalving(
        learningRate, margin, Double.POSITIVE_INFINITY, 0, halvings, false);
  }

  /**
   * The state after a round with the given dev perplexity. A perplexity that is not a number counts
   * as no improvement.
   */
  public LearningRateHalving after(double perplexity) {
    boolean improved =
        Double.isInfinite(bestPerplexity)
            ? Double.isFinite(perplexity)
            : perplexity < bestPerplexity * (1 - margin);
    double best = perplexity < bestPerplexity ? perplexity : bestPerplexity;
    if (improved) {
      return new LearningRateHalving(learningRate, margin, best, halvings, maximumHalvings, false);
    }
    if (halvings >= maximumHalvings) {
      return new LearningRateHalving(learningRate, margin, best, halvings, maximumHalvings, true);
    }
    return new LearningRateHalving(
        learningRate / 2, margin, best, halvings + 1, maximumHalvings, false);
  }
}
