package org.bitlattice.lattice;

import java.util.Arrays;

/**
 * Figures of a lattice.
 *
 * @param nodes nodes
 * @param arcs arcs
 * @param wordArcs arcs with a word
 * @param distinctWords distinct words
 * @param lnPaths natural logarithm of the number of paths from start to end
 * @param fewestWords words of the shortest path
 * @param mostWords words of the longest path
 * @param seconds time from start to end, NaN when the lattice has no times
 */
public record LatticeInfo(
    int nodes,
    int arcs,
    int wordArcs,
    int distinctWords,
    double lnPaths,
    int fewestWords,
    int mostWords,
    double seconds) {

  /** Figures of a lattice. */
  public static LatticeInfo of(Lattice lattice) {
    int words = 0;
    int[] fewest = new int[lattice.nodes()];
    int[] most = new int[lattice.nodes()];
    Arrays.fill(fewest, Integer.MAX_VALUE / 2);
    Arrays.fill(most, Integer.MIN_VALUE / 2);
    fewest[lattice.start()] = 0;
    most[lattice.start()] = 0;
    for (int arc = 0; arc < lattice.arcs(); arc++) {
      int step = lattice.wordId(arc) < 0 ? 0 : 1;
      words += step;
      int to = lattice.to(arc);
      fewest[to] = Math.min(fewest[to], fewest[lattice.from(arc)] + step);
      most[to] = Math.max(most[to], most[lattice.from(arc)] + step);
    }
    return new LatticeInfo(
        lattice.nodes(),
        lattice.arcs(),
        words,
        lattice.wordTable().size(),
        LatticeScores.lnPaths(lattice),
        fewest[lattice.end()],
        most[lattice.end()],
        (double) lattice.time(lattice.end()) - lattice.time(lattice.start()));
  }
}
