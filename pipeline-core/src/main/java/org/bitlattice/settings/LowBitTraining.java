package org.bitlattice.settings;

import org.bitlattice.lm.training.RateSchedule;

/**
 * What all methods that train for tables share.
 *
 * @param rounds rounds of the method
 * @param averagingsPerRound parameter averagings of a round
 * @param rate learning rate of Adam
 * @param dropout share of activations dropped, in [0, 1)
 * @param distillation weight of the divergence from the baseline's distributions in the loss, 0 to
 *     1
 * @param fineTuning rounds after those of the method, with the codes frozen
 */
public record LowBitTraining(
    int rounds,
    int averagingsPerRound,
    RateSchedule rate,
    double dropout,
    double distillation,
    FineTuning fineTuning) {
  /**
   * Fine-tuning of everything that is not quantized.
   *
   * @param rounds number of rounds; 0 for none
   * @param rate learning rate of Adam
   */
  public record FineTuning(int rounds, RateSchedule rate) {}
}
