package org.bitlattice.lattice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
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
    Lattice lattice = RandomLattices.lattice(random);
    PathScales scales = RandomLattices.scales(random);
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
    Lattice lattice = RandomLattices.lattice(new Random(seed));
    for (int arc = 0; arc < lattice.arcs(); arc++) {
      assertThat(lattice.from(arc)).isLessThan(lattice.to(arc));
      assertThat(arc)
          .isBetween(
              lattice.firstArc(lattice.from(arc)), lattice.firstArc(lattice.from(arc) + 1) - 1);
    }
    assertThat(lattice.firstArc(lattice.nodes())).isEqualTo(lattice.arcs());
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
