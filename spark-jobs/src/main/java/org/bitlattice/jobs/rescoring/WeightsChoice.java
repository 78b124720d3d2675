package org.bitlattice.jobs.rescoring;

import java.util.Locale;

/** Where the score weights of an outcome come from. All are fixed on the tuning set. */
public enum WeightsChoice {
  /** The scales in the lattices' headers: the first pass. */
  LATTICE,
  /** Tuned for the system, interpolation included. */
  TUNED,
  /** Tuned for the system with the network alone (μ = 1). */
  NETWORK_ALONE,
  /** The weights that were tuned for the full-precision baseline. */
  BASELINE_WEIGHTS;

  /** Name in tables. */
  public String written() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Name of the transcript file of a rescored set. */
  public String transcript() {
    return this == TUNED || this == LATTICE ? "hyp.trn" : "hyp." + written() + ".trn";
  }
}
