package org.bitlattice.lowbit;

import java.io.Serializable;

/**
 * Settings of the alternating direction method of multipliers.
 *
 * @param rounds number of rounds, at least 1
 * @param gamma penalty weight γ of the first round, finite and positive
 * @param gammaGrowth factor of γ from one round to the next, finite and at least 1
 */
public record AdmmSettings(int rounds, double gamma, double gammaGrowth) implements Serializable {
  /**
   * @throws IllegalArgumentException when a setting is out of its range, or γ would become infinite
   */
  public AdmmSettings {
    if (rounds < 1) {
      throw new IllegalArgumentException(
          "the number of ADMM rounds is %d; it must be at least 1".formatted(rounds));
    }
    if (!(gamma > 0) || Double.isInfinite(gamma)) {
      throw new IllegalArgumentException(
          "the ADMM penalty weight gamma is %s; it must be finite and positive".formatted(gamma));
    }
    if (!(gammaGrowth >= 1) || Double.isInfinite(gammaGrowth)) {
      throw new IllegalArgumentException(
          "the growth of the ADMM penalty weight is %s; it must be finite and at least 1"
              .formatted(gammaGrowth));
    }
    if (Double.isInfinite(gamma * Math.pow(gammaGrowth, rounds))) {
      throw new IllegalArgumentException(
          "the ADMM penalty weight %s grown by %s over %d rounds is infinite; lower one of them"
              .formatted(gamma, gammaGrowth, rounds));
    }
  }
}
