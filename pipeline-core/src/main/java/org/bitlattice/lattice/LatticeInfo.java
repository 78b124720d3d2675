package org.bitlattice.lattice;

import java.util.BitSet;

/**
 * Counts of one lattice.
 *
 * @param nodes nodes, those that lie on no path too
 * @param arcs arcs, those that lie on no path too
 * @param words arcs that carry a word
 * @param distinctWords different words on them
 * @param pathsLn natural log of the number of paths from the start to the end
 * @param durationSeconds from the start to the end, NaN when the lattice has no times
 */
public record LatticeInfo(
    int nodes, int arcs, int words, int distinctWords, double pathsLn, double durationSeconds) {
  private static final PathScales COUNTING = new PathScales(0, 0, 0);

  /** Counts a lattice. */
  public static LatticeInfo of(Lattice lattice) {
    int words = 0;
    BitSet distinct = new BitSet();
    for (int arc = 0; arc < lattice.arcs(); arc++) {
      if (lattice.wordId(arc) >= 0) {
        words++;
        distinct.set(lattice.wordId(arc));
      }
    }
    return new LatticeInfo(
        lattice.nodes(),
        lattice.arcs(),
        words,
        distinct.cardinality(),
        LatticeScores.summed(lattice, COUNTING).total(),
        (double) lattice.time(lattice.end()) - lattice.time(lattice.start()));
  }

  /** Arcs for each node. */
  public double arcsPerNode() {
    return (double) arcs / nodes;
  }
}
