package org.bitlattice.settings;

import org.bitlattice.lm.training.LearningRateHalving;
import org.bitlattice.lm.training.Optimiser;
import org.bitlattice.lm.training.OptimiserSettings;

/**
 * How the full-precision baseline is trained; low-bit training shares optimiser, workers and
 * averaging.
 *
 * @param optimiser minibatch optimiser
 * @param workers workers whose parameters are averaged
 * @param averagingFrequency minibatches of a worker between two averagings
 * @param averagingsPerRound averagings of a round
 * @param epochs passes over the training text at most
 * @param minimumImprovement least relative improvement of dev perplexity in a round that keeps the
 *     learning rate
 * @param maximumHalvings halvings of the learning rate before training stops
 */
public record BaselineSettings(
    OptimiserSettings optimiser,
    int workers,
    int averagingFrequency,
    int averagingsPerRound,
    double epochs,
    double minimumImprovement,
    int maximumHalvings) {
  private static final int MOST_ROUNDS = 1_000_000;

  static BaselineSettings read(SettingsReader training) {
    return new BaselineSettings(
        new OptimiserSettings(
            Optimiser.adam(),
            training.number("learning-rate", 1e-9, 10),
            training.integer("minibatch-segments", 1, 1_000_000),
            training.number("dropout", 0, 0.99),
            training.number("gradient-clip", 1e-9, 1e9)),
        training.integer("workers", 1, 10_000),
        training.integer("averaging-frequency", 1, 1_000_000),
        training.integer("averagings-per-round", 1, 1_000_000),
        training.number("epochs", 0, 10_000),
        training.number("minimum-improvement", 0, 0.99),
        training.integer("maximum-halvings", 0, 100));
  }

  /** The policy of the learning rate before the first round. */
  public LearningRateHalving learningRate() {
    return LearningRateHalving.start(optimiser.learningRate(), minimumImprovement, maximumHalvings);
  }

  /** The same settings with another dropout. */
  public BaselineSettings withDropout(double dropout) {
    return new BaselineSettings(
        optimiser.withDropout(dropout),
        workers,
        averagingFrequency,
        averagingsPerRound,
        epochs,
        minimumImprovement,
        maximumHalvings);
  }

  /** Segments that all workers use in one averaging. */
  public long segmentsPerAveraging() {
    return (long) workers * averagingFrequency * optimiser.batchSegments();
  }

  /** Rounds for a number of training segments: those nearest to the epochs, from 1 to 1,000,000. */
  public int maximumRounds(long segments) {
    double perRound = (double) segmentsPerAveraging() * averagingsPerRound;
    return (int) Math.min(MOST_ROUNDS, Math.max(1, Math.round(epochs * segments / perRound)));
  }
}
