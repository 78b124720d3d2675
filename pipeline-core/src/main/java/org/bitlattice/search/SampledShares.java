package org.bitlattice.search;

import org.bitlattice.lm.training.PrecisionShares;
import org.bitlattice.lm.training.RandomStreams;

/**
 * The mixtures of a round: a = softmax((logits + noise of the step) / τ).
 *
 * @param logits of every unit's precisions
 * @param relaxation whether there is noise
 * @param temperature τ, above 0
 * @param seed of the noise; a step's noise depends on seed and step alone
 */
public record SampledShares(
    PrecisionLogits logits, Relaxation relaxation, double temperature, long seed)
    implements PrecisionShares {
  /**
   * @throws IllegalArgumentException when the temperature is not finite and above 0
   */
  public SampledShares {
    if (!(temperature > 0) || Double.isInfinite(temperature)) {
      throw new IllegalArgumentException(
          "the temperature of a search is %s; it must be finite and above 0"
              .formatted(temperature));
    }
  }

  @Override
  public double[][] at(long step) {
    double[][] values = logits.values();
    double[][] noise =
        relaxation.noise(RandomStreams.derive(seed, step), values.length, values[0].length);
    return logits.shares(noise, temperature);
  }
}
