package org.bitlattice.lattice;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The best path of a lattice. One pass backwards finds the best score from every node to the end,
 * then a walk from the start takes at each node the first arc that reaches it. So among equally
 * good paths the one with the earlier arc wins at the first place where they part, and the result
 * depends on the lattice and the scales alone.
 */
public final class BestPath {
  private BestPath() {}

  /**
   * Words and scores of the best path. The sentence end counts as a word for the word-insertion
   * score.
   *
   * @param scales applied to the lattice's unscaled scores; the lattice's own are not used
   * @throws LatticeException when no path has a finite total
   */
  public static LatticePath of(Lattice lattice, PathScales scales) {
    List<String> words = new ArrayList<>();
    double acousticLn = 0;
    double lmLn = 0;
    for (int arc : arcs(lattice, scales)) {
      acousticLn += lattice.acousticLn(arc);
      lmLn += lattice.lmLn(arc);
      if (lattice.wordId(arc) >= 0) {
        words.add(lattice.word(arc));
      }
    }
    double total = scales.total(acousticLn, lmLn, words.size());
    return new LatticePath(words, acousticLn, lmLn, total);
  }

  /**
   * The arcs of the best path from the start to the end.
   *
   * @throws LatticeException when no path has a finite total
   */
  public static int[] arcs(Lattice lattice, PathScales scales) {
    LatticeScores best = LatticeScores.best(lattice, scales);
    best.requireFinite();
    int[] path = new int[16];
    int length = 0;
    for (int node = lattice.start(); node != lattice.end(); node = lattice.to(path[length - 1])) {
      if (length == path.length) {
        path = Arrays.copyOf(path, length * 2);
      }
      path[length++] = firstBest(lattice, best, node);
    }
    return Arrays.copyOf(path, length);
  }

  private static int firstBest(Lattice lattice, LatticeScores best, int node) {
    int arc = lattice.firstArc(node);
    while (best.arcScore(arc) + best.backward(lattice.to(arc)) != best.backward(node)) {
      arc++;
    }
    return arc;
  }
}
