package org.bitlattice.search;

import java.io.Serializable;

/**
 * β·Σ_u Σ_n a_u,n·cost(u, n): what a search adds to the loss for the size of the model.
 *
 * @param beta β, not negative
 * @param costs by unit, then by precision
 */
public record SizeTerm(double beta, double[][] costs) implements Serializable {
  /**
   * The term of a search space.
   *
   * @throws IllegalArgumentException when β is negative or not finite
   */
  public static SizeTerm of(SearchSpace space, SizeCost cost, double beta) {
    if (!(beta >= 0) || Double.isInfinite(beta)) {
      throw new IllegalArgumentException(
          "the weight of a search's size term is %s; it must be finite and not negative"
              .formatted(beta));
    }
    return new SizeTerm(beta, cost.of(space));
  }

  /** The term at some shares or probabilities, by unit, then by precision. */
  public double at(double[][] shares) {
    double sum = 0;
    for (int u = 0; u < costs.length; u++) {
      for (int n = 0; n < costs[u].length; n++) {
        sum += shares[u][n] * costs[u][n];
      }
    }
    return beta * sum;
  }
}
