package org.bitlattice.lm.training;

import java.io.Serializable;

/**
 * The learning rate of each of a fixed number of rounds.
 *
 * @param learningRate η of the first round, finite and above 0
 * @param decay how it falls
 */
public record RateSchedule(double learningRate, Decay decay) implements Serializable {
  /** How a learning rate falls over R rounds; k counts them from 0. */
  public enum Decay {
    /** Not at all. */
    CONSTANT,
    /** η·(1 − k/R). */
    LINEAR,
    /** η·½·(1 + cos(π·k/R)). */
    COSINE
  }

  /**
   * @throws IllegalArgumentException when the rate is not finite and above 0
   */
  public RateSchedule {
    if (!(learningRate > 0) || Double.isInfinite(learningRate)) {
      throw new IllegalArgumentException(
          "the learning rate is %s; it must be finite and above 0".formatted(learningRate));
    }
  }

  /**
   * The rate of a round, above 0.
   *
   * @param round counted from 1
   * @param rounds number of rounds
   * @throws IllegalArgumentException when there is no such round
   */
  public double at(int round, int rounds) {
    if (round < 1 || round > rounds) {
      throw new IllegalArgumentException(
          "round %d has no learning rate; there are rounds 1 to %d".formatted(round, rounds));
    }
    double done = (round - 1.0) / rounds;
    return switch (decay) {
      case CONSTANT -> learningRate;
      case LINEAR -> learningRate * (1 - done);
      case COSINE -> learningRate * 0.5 * (1 + Math.cos(Math.PI * done));
    };
  }
}
