package org.bitlattice.sensitivity;

import java.io.Serializable;
import java.util.Arrays;

/**
 * (v_u)ᵀ(Hv)_u of one direction v for every unit u on some text, as a sum over its tokens, so that
 * the parts of a text can be added.
 */
public final class QuadraticForms implements Serializable {
  private static final long serialVersionUID = 1L;

  private final double[] sums;
  private final long tokens;

  /**
   * Forms of one text.
   *
   * @param sums Σ over tokens of (v_u)ᵀ(Hv)_u for every unit u, in their order, in nats; H the
   *     Hessian of one token's negative log likelihood
   * @param tokens predicted tokens
   */
  QuadraticForms(double[] sums, long tokens) {
    this.sums = sums.clone();
    this.tokens = tokens;
  }

  /** The forms of no text. */
  static QuadraticForms none(int units) {
    return new QuadraticForms(new double[units], 0);
  }

  /**
   * Forms of the two texts together.
   *
   * @throws IllegalArgumentException when they belong to different numbers of units
   */
  public QuadraticForms plus(QuadraticForms other) {
    if (other.sums.length != sums.length) {
      throw new IllegalArgumentException(
          "quadratic forms of %d units cannot be added to those of %d"
              .formatted(other.sums.length, sums.length));
    }
    double[] added = sums.clone();
    for (int i = 0; i < added.length; i++) {
      added[i] += other.sums[i];
    }
    return new QuadraticForms(added, tokens + other.tokens);
  }

  /** Predicted tokens of the text. */
  public long tokens() {
    return tokens;
  }

  /** (v_u)ᵀ(Hv)_u for the mean loss per token, for every unit in its order. */
  public double[] perToken() {
    return Arrays.stream(sums).map(sum -> sum / tokens).toArray();
  }
}
