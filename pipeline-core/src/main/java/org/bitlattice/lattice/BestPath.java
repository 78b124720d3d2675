package org.bitlattice.lattice;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * The best path of a lattice: one pass over the arcs in topological order. Of paths with equal
 * totals the one over the earlier arc into a node wins, so the result depends on the lattice alone.
 */
public final class BestPath {
  private BestPath() {}

  /**
   * The words and scores of the best path.
   *
   * @param scales applied to the lattice's unscaled scores; the lattice's own are not used
   */
  public static LatticePath of(Lattice lattice, PathScales scales) {
    int[] arcs = arcs(lattice, scales);
    List<String> words = new ArrayList<>();
    double acoustic = 0;
    double lm = 0;
    for (int arc : arcs) {
      acoustic += lattice.acousticLn(arc);
      lm += lattice.lmLn(arc);
      if (lattice.wordId(arc) >= 0) {
        words.add(lattice.word(arc));
      }
    }
    return new LatticePath(words, acoustic, lm, scales.total(acoustic, lm, words.size()));
  }

  /** The arcs of the best path from start to end. */
  static int[] arcs(Lattice lattice, PathScales scales) {
    double[] best = new double[lattice.nodes()];
    int[] last = new int[lattice.nodes()];
    Arrays.fill(best, Double.NEGATIVE_INFINITY);
    best[lattice.start()] = 0;
    for (int arc = 0; arc < lattice.arcs(); arc++) {
      double score = best[lattice.from(arc)] + Frontier.scaled(lattice, scales, arc);
      if (score > best[lattice.to(arc)]) {
        best[lattice.to(arc)] = score;
        last[lattice.to(arc)] = arc;
      }
    }
    List<Integer> path = new ArrayList<>();
    for (int node = lattice.end(); node != lattice.start(); node = lattice.from(last[node])) {
      path.add(last[node]);
    }
    Collections.reverse(path);
    return path.stream().mapToInt(Integer::intValue).toArray();
  }
}
