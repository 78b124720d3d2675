package org.bitlattice.lattice;

import java.util.BitSet;

/**
 * Drops arcs that are unlikely given all paths: an arc stays when ln of its posterior probability
 * is at least −beam, or when it lies on the best path; then whatever no longer lies on a way from
 * the start to the end goes too. The posterior is the sum over the paths through the arc divided by
 * the sum over all paths, at the given scales.
 */
public final class PosteriorPruning {
  private PosteriorPruning() {}

  /**
   * The pruned lattice; scores, times and recommended scales are those of the original.
   *
   * @param scales applied to the lattice's unscaled scores
   * @param beam in nats, at least 0; 0 leaves the best path and what every path shares, +∞ drops
   *     only what lies on no path
   * @throws IllegalArgumentException when the beam is negative or not a number
   * @throws LatticeException when the scores at these scales are not finite
   */
  public static Lattice of(Lattice lattice, PathScales scales, double beam) {
    if (!(beam >= 0)) {
      throw new IllegalArgumentException(
          "cannot prune with the beam %s: allowed are numbers of at least 0, in nats"
              .formatted(beam));
    }
    LatticeScores scores = LatticeScores.summed(lattice, scales);
    scores.requireFinite();
    BitSet kept = new BitSet(lattice.arcs());
    for (int arc = 0; arc < lattice.arcs(); arc++) {
      double posteriorLn = scores.arcLn(arc);
      if (posteriorLn >= -beam && posteriorLn > Double.NEGATIVE_INFINITY) {
        kept.set(arc);
      }
    }
    for (int arc : BestPath.arcs(lattice, scales)) {
      kept.set(arc);
    }
    return ArcSelection.connected(lattice, kept);
  }
}
