package org.bitlattice.rescoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.bitlattice.lattice.Lattice;
import org.bitlattice.lattice.LatticePath;
import org.bitlattice.lattice.NBest;
import org.bitlattice.lattice.PathScales;
import org.bitlattice.lattice.RandomLattices;
import org.bitlattice.lm.scoring.HistoryTree;

/** Against the enumeration of all paths of small random lattices. */
class LatticeExpansionProperties {
  private static final double EXACT = 1e-4; // the models' scores are 32-bit floats

  /** A model whose probability of a word depends on the whole history. */
  private static double network(List<String> history, String word) {
    return -((history.hashCode() * 31 + word.hashCode() & 0xffff) / 20_000.0);
  }

  /** A model that looks at the last words only. */
  private static double ngram(int order, List<String> history, String word) {
    List<String> padded = new ArrayList<>(List.of("<s>"));
    padded.addAll(history);
    int from = Math.max(0, padded.size() - (order - 1));
    return -((padded.subList(from, padded.size()).hashCode() * 17 + word.hashCode() & 0xffff)
        / 30_000.0);
  }

  private static List<String> words(int[] ids) {
    return Arrays.stream(ids).mapToObj(Scored.VOCABULARY::word).toList();
  }

  private static ScoredLattice scored(ExpandedLattice lattice, int ngramOrder) {
    float[] network =
        lattice.ngramScores(
            (history, word) -> network(words(history), Scored.VOCABULARY.word(word)),
            LatticeExpansion.UNLIMITED);
    float[] ngram =
        lattice.ngramScores(
            (history, word) -> ngram(ngramOrder, words(history), Scored.VOCABULARY.word(word)),
            LatticeExpansion.UNLIMITED);
    return new ScoredLattice(
        lattice, new ScoredLattice.Models(network, ngram, Scored.NONE), Scored.NGRAM);
  }

  private static double sentence(List<String> words, double share, int ngramOrder) {
    double sum = 0;
    for (int i = 0; i <= words.size(); i++) {
      List<String> history = words.subList(0, i);
      String word = i < words.size() ? words.get(i) : "</s>";
      sum +=
          Math.log(
              share * Math.exp(network(history, word))
                  + (1 - share) * Math.exp(ngram(ngramOrder, history, word)));
    }
    return sum;
  }

  private static PathScales scales(Random random) {
    return new PathScales(1, 1 + random.nextInt(4), random.nextInt(5) / 4.0 - 0.5);
  }

  @Property(tries = 500)
  void withAnUnlimitedOrderRescoringIsExhaustive(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 20) int n) {
    Random random = new Random(seed);
    Lattice lattice = RandomLattices.lattice(random);
    ExpandedLattice expanded =
        LatticeExpansion.of(lattice, scales(random), LatticeExpansion.UNLIMITED, Scored.VOCABULARY);
    ScoreWeights weights =
        new ScoreWeights(
            1, random.nextInt(12), random.nextInt(5) / 4.0, random.nextInt(9) / 4.0 - 1);
    Map<List<String>, Double> best = new HashMap<>();
    for (List<Integer> path : RandomLattices.paths(lattice)) {
      LatticePath whole = RandomLattices.scored(lattice, PathScales.UNSCALED, path);
      List<String> words = whole.words();
      double total =
          whole.acousticLn()
              + weights.languageScale() * sentence(words, weights.interpolation(), 3)
              + weights.wordInsertion() * words.size();
      best.merge(words, total, Math::max);
    }
    ScoredLattice scored = scored(expanded, 3);
    double highest = best.values().stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    LatticePath found = scored.best(weights);
    assertThat(found.total()).isCloseTo(highest, within(EXACT));
    assertThat(best.get(found.words())).isCloseTo(highest, within(EXACT));

    Lattice rescored = scored.toLattice(weights);
    List<LatticePath> list = NBest.of(rescored, rescored.scales(), n);
    List<Double> totals =
        best.values().stream().sorted((a, b) -> Double.compare(b, a)).limit(n).toList();
    assertThat(list).hasSameSizeAs(totals);
    for (int i = 0; i < totals.size(); i++) {
      // The lattice's total counts the word-insertion score for the sentence end too.
      double total = list.get(i).total() - weights.wordInsertion();
      assertThat(total).isCloseTo(totals.get(i), within(EXACT));
    }
  }

  @Property(tries = 500)
  void everyPathKeepsItsWordsAndFirstPassScores(
      @ForAll long seed, @ForAll @IntRange(min = 2, max = 5) int order) {
    Random random = new Random(seed);
    Lattice lattice = RandomLattices.lattice(random);
    ExpandedLattice expanded =
        LatticeExpansion.of(lattice, scales(random), order, Scored.VOCABULARY);
    List<String> before = new ArrayList<>();
    for (List<Integer> path : RandomLattices.paths(lattice)) {
      LatticePath whole = RandomLattices.scored(lattice, PathScales.UNSCALED, path);
      before.add(whole.words() + " " + whole.acousticLn() + " " + whole.lmLn());
    }
    List<String> after = new ArrayList<>();
    for (int[] path : paths(expanded)) {
      double acoustic = Arrays.stream(path).mapToDouble(expanded::acousticLn).sum();
      double lm = Arrays.stream(path).mapToDouble(expanded::firstPassLn).sum();
      after.add(words(expanded, path) + " " + acoustic + " " + lm);
    }
    assertThat(after).containsExactlyInAnyOrderElementsOf(before);
    ExpandedLattice back = ExpandedLattice.fromRow(expanded.toRow(3));
    assertThat(paths(back)).usingRecursiveComparison().isEqualTo(paths(expanded));
  }

  @Property(tries = 500)
  void aStateSharesTheHistoryOfTheBestFirstPassPathIntoIt(
      @ForAll long seed, @ForAll @IntRange(min = 2, max = 4) int order) {
    Random random = new Random(seed);
    Lattice lattice = RandomLattices.lattice(random);
    PathScales scales = scales(random);
    ExpandedLattice expanded = LatticeExpansion.of(lattice, scales, order, Scored.VOCABULARY);
    // For every state, all paths into it: the history that predicts must be that of a best one.
    Map<Integer, Map<List<String>, Double>> into = new TreeMap<>();
    collect(expanded, scales, 0, List.of(), 0, into);
    for (int state = 0; state + 1 < expanded.states(); state++) {
      Map<List<String>, Double> histories = into.get(state);
      double best = histories.values().stream().mapToDouble(x -> x).max().orElseThrow();
      assertThat(histories.keySet().stream().map(h -> suffix(h, order)).distinct()).hasSize(1);
      for (int arc = expanded.firstArc(state); arc < expanded.firstArc(state + 1); arc++) {
        if (expanded.treeNode(arc) >= 0) {
          List<String> used = Scored.history(expanded, expanded.treeNode(arc));
          assertThat(histories.get(used)).isCloseTo(best, within(1e-9));
        }
      }
    }
  }

  private static List<String> suffix(List<String> history, int order) {
    return history.subList(Math.max(0, history.size() - (order - 1)), history.size());
  }

  private static void collect(
      ExpandedLattice lattice,
      PathScales scales,
      int state,
      List<String> history,
      double score,
      Map<Integer, Map<List<String>, Double>> into) {
    into.computeIfAbsent(state, s -> new HashMap<>()).merge(history, score, Math::max);
    for (int arc = lattice.firstArc(state); arc < lattice.firstArc(state + 1); arc++) {
      List<String> longer = new ArrayList<>(history);
      double total =
          score
              + scales.acoustic() * lattice.acousticLn(arc)
              + scales.language() * lattice.firstPassLn(arc);
      if (lattice.wordId(arc) >= 0) {
        longer.add(lattice.wordTable().get(lattice.wordId(arc)));
        total += scales.wordInsertion();
      }
      collect(lattice, scales, lattice.to(arc), longer, total, into);
    }
  }

  @Property(tries = 300)
  void anNgramModelOfThatOrderIsExactHoweverHistoriesAreShared(
      @ForAll long seed, @ForAll @IntRange(min = 2, max = 4) int order) {
    Random random = new Random(seed);
    Lattice lattice = RandomLattices.lattice(random);
    ExpandedLattice expanded =
        LatticeExpansion.of(lattice, scales(random), order, Scored.VOCABULARY);
    double[] lm = scored(expanded, order).lmLn(0);
    for (int[] path : paths(expanded)) {
      double sum = Arrays.stream(path).mapToDouble(arc -> lm[arc]).sum();
      assertThat(sum).isCloseTo(sentence(words(expanded, path), 0, order), within(EXACT));
    }
  }

  @Property(tries = 300)
  void theTreeHoldsEveryHistoryOnceAndTheForestGivesItsScoresBack(@ForAll long seed) {
    Random random = new Random(seed);
    List<ExpandedLattice> lattices = new ArrayList<>();
    for (int u = 0; u < 4; u++) {
      lattices.add(
          LatticeExpansion.of(
              RandomLattices.lattice(random), scales(random), 3, Scored.VOCABULARY));
    }
    HistoryForest forest = HistoryForest.of(lattices);
    HistoryTree tree = forest.tree();
    Map<String, Integer> seen = new HashMap<>();
    float[] nodeLn = new float[tree.nodes()];
    int continued = 1;
    for (int node = 0; node < tree.nodes(); node++) {
      assertThat(seen.put(tree.parent(node) + " " + tree.word(node), node)).isNull();
      nodeLn[node] = -node;
      int self = node;
      boolean parent =
          java.util.stream.IntStream.range(0, tree.nodes()).anyMatch(n -> tree.parent(n) == self);
      continued += parent ? 1 : 0;
    }
    assertThat(forest.contexts()).isEqualTo(continued);
    for (int u = 0; u < 4; u++) {
      float[] own = forest.scores(u, nodeLn);
      for (int node = 0; node < own.length; node++) {
        int joined = (int) -own[node];
        assertThat(tree.word(joined)).isEqualTo(lattices.get(u).treeWord(node));
        int parent = lattices.get(u).treeParent(node);
        assertThat(tree.parent(joined)).isEqualTo(parent < 0 ? parent : (int) -own[parent]);
      }
    }
  }

  @Property(tries = 300)
  void theFirstPassIsReproducedByItsOwnModelAndTheResidual(@ForAll long seed) {
    Random random = new Random(seed);
    Lattice lattice = RandomLattices.lattice(random);
    PathScales first = scales(random);
    ExpandedLattice expanded = LatticeExpansion.of(lattice, first, 3, Scored.VOCABULARY);
    float[] model =
        expanded.ngramScores(
            (history, word) -> ngram(2, words(history), Scored.VOCABULARY.word(word)),
            LatticeExpansion.UNLIMITED);
    ScoredLattice scored =
        new ScoredLattice(
            expanded, new ScoredLattice.Models(Scored.NONE, model, model), Scored.NGRAM);
    LatticePath found =
        scored.best(new ScoreWeights(1, first.language(), 0, first.wordInsertion()));
    double best = NBest.of(lattice, first, 1).get(0).total() - first.wordInsertion();
    assertThat(found.total()).isCloseTo(best, within(EXACT));
  }

  private static List<int[]> paths(ExpandedLattice lattice) {
    List<int[]> paths = new ArrayList<>();
    collect(lattice, 0, new int[0], paths);
    return paths;
  }

  private static void collect(ExpandedLattice lattice, int state, int[] path, List<int[]> paths) {
    if (state == lattice.states() - 1) {
      paths.add(path);
    }
    for (int arc = lattice.firstArc(state); arc < lattice.firstArc(state + 1); arc++) {
      int[] longer = Arrays.copyOf(path, path.length + 1);
      longer[path.length] = arc;
      collect(lattice, lattice.to(arc), longer, paths);
    }
  }

  private static List<String> words(ExpandedLattice lattice, int[] path) {
    List<String> words = new ArrayList<>();
    for (int arc : path) {
      if (lattice.wordId(arc) >= 0) {
        words.add(lattice.wordTable().get(lattice.wordId(arc)));
      }
    }
    return words;
  }
}
