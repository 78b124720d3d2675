package org.bitlattice.lattice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Against the enumeration of all paths of small random lattices. */
class OperationsProperties {
  private static final double EXACT = 1e-9;

  @Property(tries = 2000)
  void bestPathIsTheFirstOfTheBestPaths(@ForAll long seed) {
    Random random = new Random(seed);
    Lattice lattice = RandomLattices.lattice(random);
    PathScales scales = RandomLattices.scales(random);
    List<Integer> expected = firstBest(lattice, scales);

    assertThat(boxed(BestPath.arcs(lattice, scales))).isEqualTo(expected);
    assertThat(BestPath.of(lattice, scales))
        .isEqualTo(RandomLattices.scored(lattice, scales, expected));
    assertThat(LatticeScores.best(lattice, scales).total())
        .isEqualTo(BestPath.of(lattice, scales).total());
  }

  /** Sums of quarters are exact, so equal totals are equal numbers. */
  private static List<Integer> firstBest(Lattice lattice, PathScales scales) {
    List<Integer> best = null;
    double total = Double.NEGATIVE_INFINITY;
    for (List<Integer> path : RandomLattices.paths(lattice)) {
      double score = RandomLattices.scored(lattice, scales, path).total();
      if (score > total) {
        best = path;
        total = score;
      }
    }
    return best;
  }

  private static List<Integer> boxed(int[] arcs) {
    return Arrays.stream(arcs).boxed().toList();
  }

  @Property(tries = 1000)
  void posteriorsAreSumsOverPathsAndBehindBestIsADifferenceOfTotals(@ForAll long seed) {
    Random random = new Random(seed);
    Lattice lattice = RandomLattices.lattice(random);
    PathScales scales = RandomLattices.scales(random);
    LatticeScores summed = LatticeScores.summed(lattice, scales);
    LatticeScores best = LatticeScores.best(lattice, scales);
    double[] posteriors = posteriors(lattice, scales);
    double top = BestPath.of(lattice, scales).total();

    for (int arc = 0; arc < lattice.arcs(); arc++) {
      int through = arc;
      double bestOver =
          RandomLattices.paths(lattice).stream()
              .filter(path -> path.contains(through))
              .mapToDouble(path -> RandomLattices.scored(lattice, scales, path).total())
              .max()
              .orElse(Double.NEGATIVE_INFINITY);
      assertThat(Math.exp(summed.arcLn(arc))).isCloseTo(posteriors[arc], within(EXACT));
      assertThat(best.arcLn(arc)).isEqualTo(bestOver - top);
    }
    double sum =
        RandomLattices.paths(lattice).stream()
            .mapToDouble(path -> Math.exp(RandomLattices.scored(lattice, scales, path).total()))
            .sum();
    assertThat(summed.total()).isCloseTo(Math.log(sum), within(EXACT));
    int end = lattice.end();
    assertThat(summed.forward(end) + summed.backward(end)).isCloseTo(Math.log(sum), within(EXACT));
  }

  private static double[] posteriors(Lattice lattice, PathScales scales) {
    double[] through = new double[lattice.arcs()];
    double all = 0;
    for (List<Integer> path : RandomLattices.paths(lattice)) {
      double probability = Math.exp(RandomLattices.scored(lattice, scales, path).total());
      all += probability;
      for (int arc : path) {
        through[arc] += probability;
      }
    }
    for (int arc = 0; arc < through.length; arc++) {
      through[arc] /= all;
    }
    return through;
  }

  @Property(tries = 2000)
  void pruningKeepsLikelyArcsAndTheBestPathAsFarAsTheyConnect(@ForAll long seed) {
    Random random = new Random(seed);
    Lattice lattice = RandomLattices.lattice(random);
    PathScales scales = RandomLattices.scales(random);
    double beam = random.nextInt(8) == 0 ? Double.POSITIVE_INFINITY : random.nextDouble() * 6;
    double[] posteriors = posteriors(lattice, scales);
    Set<Integer> likely = new HashSet<>(firstBest(lattice, scales));
    IntStream.range(0, lattice.arcs())
        .filter(arc -> posteriors[arc] > 0 && posteriors[arc] >= Math.exp(-beam) * (1 - EXACT))
        .forEach(likely::add);
    List<List<Integer>> connected =
        RandomLattices.paths(lattice).stream().filter(likely::containsAll).toList();

    Lattice pruned = PosteriorPruning.of(lattice, scales, beam);

    assertThat(arcs(pruned, IntStream.range(0, pruned.arcs()).boxed().toList()))
        .containsExactlyElementsOf(
            arcs(lattice, connected.stream().flatMap(List::stream).distinct().sorted().toList()));
    assertThat(RandomLattices.paths(pruned)).hasSameSizeAs(connected);
    assertThat(pruned.utterance()).isEqualTo(lattice.utterance());
  }

  private static List<String> arcs(Lattice lattice, List<Integer> arcs) {
    return arcs.stream()
        .map(
            arc ->
                "%s %s %s %s %s"
                    .formatted(
                        lattice.time(lattice.from(arc)),
                        lattice.time(lattice.to(arc)),
                        lattice.word(arc),
                        lattice.acousticLn(arc),
                        lattice.lmLn(arc)))
        .toList();
  }

  @Property(tries = 500)
  void appliedScalesGiveEveryPathItsScaledTotal(@ForAll long seed) {
    Random random = new Random(seed);
    Lattice lattice = RandomLattices.lattice(random);
    PathScales scales = RandomLattices.scales(random);
    Lattice scaled = LatticeScaling.applied(lattice, scales);

    assertThat(scaled.scales()).isEqualTo(PathScales.UNSCALED);
    assertThat(RandomLattices.paths(scaled)).isEqualTo(RandomLattices.paths(lattice));
    for (List<Integer> path : RandomLattices.paths(lattice)) {
      LatticePath before = RandomLattices.scored(lattice, scales, path);
      LatticePath after = RandomLattices.scored(scaled, PathScales.UNSCALED, path);
      assertThat(after.acousticLn() + after.lmLn()).isEqualTo(before.total());
      assertThat(after.words()).isEqualTo(before.words());
    }
    Lattice renamed = LatticeScaling.recommending(lattice, scales);
    assertThat(renamed.scales()).isEqualTo(scales);
    assertThat(arcs(renamed, IntStream.range(0, lattice.arcs()).boxed().toList()))
        .isEqualTo(arcs(lattice, IntStream.range(0, lattice.arcs()).boxed().toList()));
  }

  @Property(tries = 2000)
  void withoutEmptyArcsEveryWordSequenceKeepsItsBestScores(@ForAll long seed) {
    Random random = new Random(seed);
    Lattice lattice = RandomLattices.lattice(random);
    PathScales scales = RandomLattices.scales(random);

    Lattice removed = EmptyArcs.removed(lattice, scales);

    assertThat(bestTotals(removed, scales)).isEqualTo(bestTotals(lattice, scales));
    Set<String> seen = new HashSet<>();
    for (int arc = 0; arc < removed.arcs(); arc++) {
      assertThat(removed.wordId(arc) >= 0 || removed.to(arc) == removed.end()).isTrue();
      assertThat(seen.add(removed.from(arc) + " " + removed.to(arc) + " " + removed.word(arc)))
          .isTrue();
    }
    long onPaths = RandomLattices.paths(removed).stream().flatMap(List::stream).distinct().count();
    assertThat(onPaths).isEqualTo(removed.arcs());
    assertThat(removed.time(removed.start())).isEqualTo(lattice.time(lattice.start()));
    assertThat(removed.time(removed.end())).isEqualTo(lattice.time(lattice.end()));
  }

  private static Map<List<String>, Double> bestTotals(Lattice lattice, PathScales scales) {
    Map<List<String>, Double> best = new HashMap<>();
    for (List<Integer> path : RandomLattices.paths(lattice)) {
      LatticePath scored = RandomLattices.scored(lattice, scales, path);
      best.merge(scored.words(), scored.total(), Math::max);
    }
    return best;
  }

  @Property(tries = 2000)
  void oracleIsTheLeastDistanceOfAnyPath(@ForAll long seed) {
    Random random = new Random(seed);
    Lattice lattice = RandomLattices.lattice(random);
    List<String> reference = new ArrayList<>();
    for (int i = random.nextInt(7); i > 0; i--) {
      reference.add(new String[] {"a", "B", "c", "d"}[random.nextInt(4)]);
    }
    List<List<String>> sequences =
        RandomLattices.paths(lattice).stream()
            .map(path -> RandomLattices.scored(lattice, PathScales.UNSCALED, path).words())
            .toList();
    int fewest = sequences.stream().mapToInt(words -> distance(words, reference)).min().orElse(-1);

    OracleErrors oracle = OracleErrors.of(lattice, reference);

    assertThat(oracle.errors()).isEqualTo(fewest);
    assertThat(oracle.words()).isIn(sequences);
    assertThat(OracleErrors.of(oracle.words(), reference)).isEqualTo(oracle);
    assertThat(distance(oracle.words(), reference)).isEqualTo(fewest);
    assertThat(oracle.words().size() - oracle.insertions())
        .isEqualTo(reference.size() - oracle.deletions());
    assertThat(List.of(oracle.substitutions(), oracle.deletions(), oracle.insertions()))
        .allMatch(count -> count >= 0);
  }

  /** Levenshtein distance by its definition, without a table. */
  private static int distance(List<String> words, List<String> reference) {
    if (words.isEmpty() || reference.isEmpty()) {
      return words.size() + reference.size();
    }
    List<String> w = words.subList(1, words.size());
    List<String> r = reference.subList(1, reference.size());
    if (words.get(0).equalsIgnoreCase(reference.get(0))) {
      return distance(w, r);
    }
    return 1 + Math.min(distance(w, r), Math.min(distance(w, reference), distance(words, r)));
  }

  @Property(tries = 500)
  void informationCounts(@ForAll long seed) {
    Lattice lattice = RandomLattices.lattice(new Random(seed));
    LatticeInfo info = LatticeInfo.of(lattice);
    List<String> words = new ArrayList<>();
    for (int arc = 0; arc < lattice.arcs(); arc++) {
      if (lattice.word(arc) != null) {
        words.add(lattice.word(arc));
      }
    }
    assertThat(Math.exp(info.pathsLn()))
        .isCloseTo(RandomLattices.paths(lattice).size(), within(EXACT));
    assertThat(info.words()).isEqualTo(words.size());
    assertThat(info.distinctWords()).isEqualTo(new HashSet<>(words).size());
    assertThat(info.arcsPerNode()).isEqualTo(1.0 * lattice.arcs() / lattice.nodes());
    assertThat(info.durationSeconds())
        .isEqualTo(lattice.time(lattice.end()) - lattice.time(lattice.start()));
  }
}
