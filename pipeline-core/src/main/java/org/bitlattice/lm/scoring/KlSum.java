package org.bitlattice.lm.scoring;

import java.io.Serializable;

/**
 * A sum of Kullback-Leibler divergences over the histories of a text.
 *
 * @param tokens number of histories, one for each token, sentence ends counted
 * @param nats Σ over histories h of Σ_w P(w|h) ln [P(w|h) / Q(w|h)], in nats. The true value is
 *     never negative; rounding of the single-precision networks leaves about 10⁻⁷ nats a token of
 *     either sign
 */
public record KlSum(long tokens, double nats) implements Serializable {
  /** The sum over no history. */
  public static final KlSum EMPTY = new KlSum(0, 0);

  /** The sum over both texts. */
  public KlSum plus(KlSum other) {
    return new KlSum(tokens + other.tokens, nats + other.nats);
  }

  /**
   * Mean divergence in nats per token.
   *
   * @throws IllegalStateException when there is no token
   */
  public double perToken() {
    if (tokens == 0) {
      throw new IllegalStateException("a text without tokens has no mean divergence");
    }
    return nats / tokens;
  }
}
