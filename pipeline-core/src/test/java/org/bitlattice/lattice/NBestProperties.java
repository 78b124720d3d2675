package org.bitlattice.lattice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Against the enumeration of all paths of small random lattices. */
class NBestProperties {
  private static final double EXACT = 1e-9;

  @Property(tries = 2000)
  void equalsTheEnumerationOfAllPaths(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int n) {
    Random random = new Random(seed);
    Lattice lattice = randomLattice(random);
    PathScales scales =
        new PathScales(random.nextInt(3) / 2.0, random.nextInt(9), random.nextInt(9) / 4.0 - 1);
    Map<List<String>, LatticePath> best = new HashMap<>();
    enumerate(lattice, scales, lattice.start(), new LatticePath(List.of(), 0, 0, 0), best);
    List<Double> totals =
        best.values().stream().map(LatticePath::total).sorted(Comparator.reverseOrder()).toList();

    List<LatticePath> found = NBest.of(lattice, scales, n);

    assertThat(found).hasSize(Math.min(n, best.size()));
    assertThat(new HashSet<>(found.stream().map(LatticePath::words).toList()))
        .hasSize(found.size());
    for (int i = 0; i < found.size(); i++) {
      LatticePath path = found.get(i);
      assertThat(path.total()).isCloseTo(totals.get(i), within(EXACT));
      assertThat(path.total()).isCloseTo(best.get(path.words()).total(), within(EXACT));
      assertThat(scales.total(path.acousticLn(), path.lmLn(), path.words().size()))
          .isEqualTo(path.total());
    }
  }

  @Property(tries = 200)
  void numbersNodesTopologicallyAndKeepsEveryArc(@ForAll long seed) {
    Lattice lattice = randomLattice(new Random(seed));
    for (int arc = 0; arc < lattice.arcs(); arc++) {
      assertThat(lattice.from(arc)).isLessThan(lattice.to(arc));
      assertThat(arc)
          .isBetween(
              lattice.firstArc(lattice.from(arc)), lattice.firstArc(lattice.from(arc) + 1) - 1);
    }
    assertThat(lattice.firstArc(lattice.nodes())).isEqualTo(lattice.arcs());
  }

  /** Scores are multiples of a quarter, so that ties are common and sums exact. */
  private static Lattice randomLattice(Random random) {
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

  private static void enumerate(
      Lattice lattice,
      PathScales scales,
      int node,
      LatticePath path,
      Map<List<String>, LatticePath> best) {
    if (node == lattice.end()) {
      double total = scales.total(path.acousticLn(), path.lmLn(), path.words().size());
      LatticePath complete = new LatticePath(path.words(), path.acousticLn(), path.lmLn(), total);
      best.merge(path.words(), complete, (a, b) -> a.total() >= b.total() ? a : b);
    }
    for (int arc = 0; arc < lattice.arcs(); arc++) {
      if (lattice.from(arc) == node) {
        List<String> words = new ArrayList<>(path.words());
        if (lattice.word(arc) != null) {
          words.add(lattice.word(arc));
        }
        double acoustic = path.acousticLn() + lattice.acousticLn(arc);
        double lm = path.lmLn() + lattice.lmLn(arc);
        enumerate(lattice, scales, lattice.to(arc), new LatticePath(words, acoustic, lm, 0), best);
      }
    }
  }
}
