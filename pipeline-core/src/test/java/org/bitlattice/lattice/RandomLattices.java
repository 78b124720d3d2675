package org.bitlattice.lattice;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Small random lattices and the enumeration of their paths. */
public final class RandomLattices {
  private RandomLattices() {}

  /** Scores are multiples of a quarter, so that ties are common and sums exact. */
  public static Lattice small(Random random) {
    int nodes = 2 + random.nextInt(7);
    List<Integer> names = new ArrayList<>();
    LatticeBuilder builder = new LatticeBuilder("random", "random lattice");
    for (int node = 0; node < nodes; node++) {
      names.add(builder.addNode(Float.NaN));
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

  /** All paths from start to end, as arcs. */
  public static List<int[]> paths(Lattice lattice) {
    List<int[]> paths = new ArrayList<>();
    collect(lattice, lattice.start(), new int[0], paths);
    return paths;
  }

  private static void collect(Lattice lattice, int node, int[] path, List<int[]> paths) {
    if (node == lattice.end()) {
      paths.add(path);
    }
    for (int arc = lattice.firstArc(node); arc < lattice.firstArc(node + 1); arc++) {
      int[] longer = Arrays.copyOf(path, path.length + 1);
      longer[path.length] = arc;
      collect(lattice, lattice.to(arc), longer, paths);
    }
  }

  /** The words along some arcs. */
  public static List<String> words(Lattice lattice, int[] path) {
    List<String> words = new ArrayList<>();
    for (int arc : path) {
      if (lattice.word(arc) != null) {
        words.add(lattice.word(arc));
      }
    }
    return words;
  }
}
