package org.bitlattice.search;

import java.util.SplittableRandom;

/** How the choice of a precision is made differentiable. */
public enum Relaxation {
  /**
   * Gumbel-softmax (Jang et al., 2017): a = softmax((logits + g) / τ), g of the standard Gumbel
   * distribution, drawn anew in each step. The precision with the largest logit + g is one drawn
   * from softmax(logits), whatever τ, which is why these are the probabilities.
   */
  GUMBEL,
  /** a = softmax(logits / τ), without noise; these are the probabilities. */
  SOFTMAX;

  /**
   * What logits are divided by before the soft-max that makes probabilities of them.
   *
   * @param temperature τ
   */
  public double divisor(double temperature) {
    return this == GUMBEL ? 1 : temperature;
  }

  /** The noise of a step; zeros without noise. */
  double[][] noise(long seed, int units, int precisions) {
    double[][] noise = new double[units][precisions];
    if (this == GUMBEL) {
      SplittableRandom random = new SplittableRandom(seed);
      for (double[] unit : noise) {
        for (int n = 0; n < unit.length; n++) {
          unit[n] = -Math.log(-Math.log(random.nextDouble(Double.MIN_VALUE, 1)));
        }
      }
    }
    return noise;
  }
}
