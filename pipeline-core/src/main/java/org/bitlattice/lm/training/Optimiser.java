package org.bitlattice.lm.training;

import java.io.Serializable;

/** The rule that turns a gradient into a weight update. */
public sealed interface Optimiser extends Serializable {
  /** Adam with the usual constants: β₁ = 0.9, β₂ = 0.999, ε = 10⁻⁸. */
  static Optimiser adam() {
    return new Adam(0.9, 0.999, 1e-8);
  }

  /** Plain stochastic gradient descent. */
  static Optimiser sgd() {
    return new Sgd();
  }

  /**
   * Adam (Kingma and Ba, 2015) as DL4J applies it at step t: W ← W − η·√(1 − β₂ᵗ)/(1 − β₁ᵗ)·m/(√v +
   * ε), with m and v the running means of gradient and squared gradient.
   *
   * @param beta1 decay of the mean gradient, in [0, 1)
   * @param beta2 decay of the mean squared gradient, in [0, 1)
   * @param epsilon added to √v, above 0
   */
  record Adam(double beta1, double beta2, double epsilon) implements Optimiser {
    public Adam {
      requireDecay("beta1", beta1);
      requireDecay("beta2", beta2);
      if (!(epsilon > 0 && epsilon < 1)) {
        throw new IllegalArgumentException(
            "Adam's epsilon is %s; it must lie between 0 and 1".formatted(epsilon));
      }
    }

    private static void requireDecay(String name, double value) {
      if (!(value >= 0 && value < 1)) {
        throw new IllegalArgumentException(
            "Adam's %s is %s; it must be at least 0 and below 1".formatted(name, value));
      }
    }
  }

  /** W ← W − η·gradient. */
  record Sgd() implements Optimiser {}
}
