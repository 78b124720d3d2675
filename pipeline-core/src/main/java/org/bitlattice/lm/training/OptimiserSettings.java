package org.bitlattice.lm.training;

import java.io.Serializable;

/**
 * How a language model is trained.
 *
 * @param optimiser Adam or plain gradient descent
 * @param learningRate learning rate η at the start, above 0; later rounds may use a smaller one
 * @param batchSegments segments of one minibatch, at least 1
 * @param dropout share of activations set to 0 in training, in [0, 1): inverted dropout on the
 *     inputs of the second and later LSTM layers and of the output layer
 * @param gradientClip largest L2 norm of the whole gradient (of the mean loss per token in nats);
 *     longer gradients are scaled down to it. Infinity switches clipping off
 */
public record OptimiserSettings(
    Optimiser optimiser,
    double learningRate,
    int batchSegments,
    double dropout,
    double gradientClip)
    implements Serializable {
  public OptimiserSettings {
    requirePositive("learning rate", learningRate);
    requirePositive("gradient clip", gradientClip);
    if (Double.isInfinite(learningRate)) {
      throw new IllegalArgumentException("the learning rate is infinite; it must be finite");
    }
    if (batchSegments < 1) {
      throw new IllegalArgumentException(
          "a minibatch has %d segments; it must have at least 1".formatted(batchSegments));
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException(
          "the dropout is %s; it must be at least 0 and below 1".formatted(dropout));
    }
  }

  private static void requirePositive(String name, double value) {
    if (!(value > 0)) {
      throw new IllegalArgumentException("the %s is %s; it must be above 0".formatted(name, value));
    }
  }

  /** Adam at the given learning rate, without dropout and clipping. */
  public static OptimiserSettings adam(double learningRate, int batchSegments) {
    return new OptimiserSettings(
        Optimiser.adam(), learningRate, batchSegments, 0, Double.POSITIVE_INFINITY);
  }

  /** For networks that take no optimiser steps. */
  static OptimiserSettings noUpdate() {
    return adam(1, 1).withOptimiser(Optimiser.sgd());
  }

  /** The same settings with another optimiser. */
  public OptimiserSettings withOptimiser(Optimiser changed) {
    return new OptimiserSettings(changed, learningRate, batchSegments, dropout, gradientClip);
  }

  /** The same settings with another starting learning rate. */
  public OptimiserSettings withLearningRate(double changed) {
    return new OptimiserSettings(optimiser, changed, batchSegments, dropout, gradientClip);
  }

  /** The same settings with another minibatch size in segments. */
  public OptimiserSettings withBatchSegments(int changed) {
    return new OptimiserSettings(optimiser, learningRate, changed, dropout, gradientClip);
  }

  /** The same settings with another dropout. */
  public OptimiserSettings withDropout(double changed) {
    return new OptimiserSettings(optimiser, learningRate, batchSegments, changed, gradientClip);
  }

  /** The same settings with another largest gradient norm. */
  public OptimiserSettings withGradientClip(double changed) {
    return new OptimiserSettings(optimiser, learningRate, batchSegments, dropout, changed);
  }
}
