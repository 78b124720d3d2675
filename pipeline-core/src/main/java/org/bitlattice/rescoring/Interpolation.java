package org.bitlattice.rescoring;

import java.io.Serializable;

/**
 * What the network's probabilities are interpolated with.
 *
 * @param kind how
 * @param residualScale ρ, weight of the residual of the first pass's LM score beside the language
 *     scale; counts with {@link Kind#NGRAM} and scores of the first pass's own n-gram model only
 */
public record Interpolation(Kind kind, double residualScale) implements Serializable {
  /** The kinds of interpolation. */
  public enum Kind {
    /** Linear with an n-gram model: ln(μ·P_nn + (1 − μ)·P_ngram). */
    NGRAM,
    /** Log-linear with the LM score of the lattice: μ·ln P_nn + (1 − μ)·score. */
    LATTICE
  }

  /** Checks the scale. */
  public Interpolation {
    if (!(residualScale >= 0) || !Double.isFinite(residualScale)) {
      throw new IllegalArgumentException(
          "a residual scale of %s is not possible: allowed are numbers from 0 on"
              .formatted(residualScale));
    }
  }
}
