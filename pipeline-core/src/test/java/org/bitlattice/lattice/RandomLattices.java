package org.bitlattice.lattice;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Small random lattices, and all their paths. */
public final class RandomLattices {
  private RandomLattices() {}

  /**
   * Scores are multiples of a quarter, so that ties are common and sums exact. The time of a node
   * is its own, so that nodes can be told apart when a lattice has changed.
   */
  public static Lattice lattice(Random random) {
    int nodes = 2 + random.nextInt(7);
    List<Integer> names = new ArrayList<>();
    LatticeBuilder builder = new LatticeBuilder("random", "random lattice");
    for (int node = 0; node < nodes; node++) {
      names.add(builder.addNode(node));
    }
    Collections.shuffle(names, random);
    String[] words = {"a", "b", "c", null, null};
    builder.addArc(names.get(0), names.get(nodes - 1), words[random.nextInt(5)], -3, -3);
    for (int i = random.nextInt(3 * nodes); i > 0; i--) {
      int from = random.nextInt(nodes - 1);
      int to = from + 1 + random.nextInt(nodes - 1 - from);
      builder.addArc(
          names.get(from),
          names.get(to),
          words[random.nextInt(5)],
          random.nextInt(17) / 4.0 - 3,
          random.nextInt(9) / -4.0);
    }
    return builder.build(names.get(0), names.get(nodes - 1));
  }

  public static PathScales scales(Random random) {
    return new PathScales(random.nextInt(3) / 2.0, random.nextInt(9), random.nextInt(9) / 4.0 - 1);
  }

  /** All paths as lists of arcs, in lexicographic order. */
  public static List<List<Integer>> paths(Lattice lattice) {
    List<List<Integer>> paths = new ArrayList<>();
    extend(lattice, lattice.start(), List.of(), paths);
    return paths;
  }

  private static void extend(
      Lattice lattice, int node, List<Integer> path, List<List<Integer>> paths) {
    if (node == lattice.end()) {
      paths.add(path);
      return;
    }
    for (int arc = 0; arc < lattice.arcs(); arc++) {
      if (lattice.from(arc) == node) {
        List<Integer> longer = new ArrayList<>(path);
        longer.add(arc);
        extend(lattice, lattice.to(arc), longer, paths);
      }
    }
  }

  /** Words and scores of a path. */
  public static LatticePath scored(Lattice lattice, PathScales scales, List<Integer> path) {
    List<String> words = new ArrayList<>();
    double acousticLn = 0;
    double lmLn = 0;
    for (int arc : path) {
      if (lattice.word(arc) != null) {
        words.add(lattice.word(arc));
      }
      acousticLn += lattice.acousticLn(arc);
      lmLn += lattice.lmLn(arc);
    }
    double total = scales.total(acousticLn, lmLn, words.size());
    return new LatticePath(words, acousticLn, lmLn, total);
  }
}
