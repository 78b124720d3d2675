package org.bitlattice.jobs.training;

import java.util.Optional;
import org.bitlattice.lm.training.WeightConstraint;

/**
 * What one training round does.
 *
 * @param round number of the round, from 1, for progress only
 * @param averagings how often the workers train and are averaged in this round, at least 1
 * @param learningRate learning rate η of the round
 * @param constraint what ties weights to quantization tables, if anything
 */
public record RoundPlan(
    int round, int averagings, double learningRate, Optional<WeightConstraint> constraint) {
  public RoundPlan {
    if (averagings < 1) {
      throw new IllegalArgumentException(
          "round %d has %d averagings; it must have at least 1".formatted(round, averagings));
    }
    if (!(learningRate > 0) || Double.isInfinite(learningRate)) {
      throw new IllegalArgumentException(
          "the learning rate of round %d is %s; it must be finite and above 0"
              .formatted(round, learningRate));
    }
  }

  /** A round of free training. */
  public static RoundPlan free(int round, int averagings, double learningRate) {
    return new RoundPlan(round, averagings, learningRate, Optional.empty());
  }
}
