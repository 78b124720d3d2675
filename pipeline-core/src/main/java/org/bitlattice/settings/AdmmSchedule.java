package org.bitlattice.settings;

import org.bitlattice.lowbit.AdmmSettings;

/**
 * How a system is trained by ADMM.
 *
 * @param admm rounds and penalty
 * @param averagingsPerRound parameter averagings of a W-step
 * @param learningRate Adam's learning rate in the first round
 * @param learningRateFactor factor of the learning rate from round to round
 */
public record AdmmSchedule(
    AdmmSettings admm, int averagingsPerRound, double learningRate, double learningRateFactor) {
  /** Learning rate of a round, counted from 0. */
  public double learningRate(int round) {
    return learningRate * Math.pow(learningRateFactor, round);
  }
}
