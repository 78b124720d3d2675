package org.bitlattice.lattice;

/**
 * Cuts off what is improbable: an arc stays when the natural logarithm of its posterior is at least
 * −beam, or when it lies on the best path. What then no longer lies on a path from start to end
 * goes too.
 */
public final class PosteriorPruning {
  private PosteriorPruning() {}

  /**
   * The pruned lattice, with the scales of the given one.
   *
   * @param scales under which posteriors are computed. They sharpen with the scales: usual is a
   *     language factor of 1, with the acoustic factor a tenth or so
   * @param beam in nats, at least 0
   * @throws IllegalArgumentException when the beam is negative or not a number
   */
  public static Lattice of(Lattice lattice, PathScales scales, double beam) {
    if (!(beam >= 0)) {
      throw new IllegalArgumentException(
          "a beam of %s is not possible: allowed are 0 and above".formatted(beam));
    }
    LatticeScores scores = LatticeScores.of(lattice, scales);
    boolean[] kept = new boolean[lattice.arcs()];
    for (int arc = 0; arc < kept.length; arc++) {
      kept[arc] = scores.lnPosterior(arc) >= -beam;
    }
    for (int arc : BestPath.arcs(lattice, scales)) {
      kept[arc] = true;
    }
    return LatticeArcs.connected(lattice, kept);
  }
}
