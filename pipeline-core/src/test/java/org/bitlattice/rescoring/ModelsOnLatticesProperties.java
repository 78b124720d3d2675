package org.bitlattice.rescoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.bitlattice.lattice.BestPath;
import org.bitlattice.lattice.Lattice;
import org.bitlattice.lattice.LatticePath;
import org.bitlattice.lattice.NBest;
import org.bitlattice.lattice.PathScales;
import org.bitlattice.lattice.RandomLattices;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.lm.scoring.LmScorer;
import org.bitlattice.lm.scoring.PlainLstm;
import org.bitlattice.lm.scoring.ScorerSettings;
import org.bitlattice.ngram.ArpaModel;
import org.bitlattice.ngram.RandomArpa;
import org.bitlattice.text.Vocabulary;

/**
 * Real models on small random lattices, against every path scored as a sentence of its own: the
 * network in plain Java, the n-gram model by whole sentences.
 */
class ModelsOnLatticesProperties {
  /** The word c of the lattices is outside the vocabulary. */
  private static final Vocabulary VOCABULARY =
      Vocabulary.of(List.of("d", "a", "</s>", "<unk>", "b"), "v");

  private static final LmWeights NETWORK =
      PlainLstm.randomWeights(new LstmArchitecture(5, 4, 6, 2), 1.5, 7);

  private static final double EXACT = 1e-3; // 32-bit floats of ONNX Runtime, times s, summed

  private static LmScorer scorer;

  @BeforeContainer
  static void open() {
    scorer = LmScorer.open(NETWORK, VOCABULARY, new ScorerSettings(16));
  }

  @AfterContainer
  static void close() {
    scorer.close();
  }

  @Property(tries = 150)
  void withAnUnlimitedOrderLatticesOfABatchAreRescoredExhaustively(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int n) throws IOException {
    Random random = new Random(seed);
    ArpaModel ngram = RandomArpa.of(random, 1 + random.nextInt(4)).read(VOCABULARY);
    List<Lattice> lattices = new ArrayList<>();
    List<ExpandedLattice> expanded = new ArrayList<>();
    for (int u = 0; u < 3; u++) {
      PathScales first = RandomLattices.scales(random);
      lattices.add(RandomLattices.lattice(random));
      expanded.add(
          LatticeExpansion.of(lattices.get(u), first, LatticeExpansion.UNLIMITED, VOCABULARY));
    }
    HistoryForest forest = HistoryForest.of(expanded);
    float[] nodeLn = scorer.logProbabilities(forest.tree());
    ScoreWeights weights =
        new ScoreWeights(
            1, 1 + random.nextInt(8), random.nextInt(5) / 4.0, random.nextInt(9) / 4.0 - 1);
    for (int u = 0; u < 3; u++) {
      ExpandedLattice lattice = expanded.get(u);
      float[] ngramLn = lattice.ngramScores(ngram::logProbability, ngram.order());
      ScoredLattice scored =
          new ScoredLattice(
              lattice,
              new ScoredLattice.Models(forest.scores(u, nodeLn), ngramLn, Scored.NONE),
              Scored.NGRAM);
      compare(scored, totals(lattices.get(u), weights, ngram), weights, n);
    }
  }

  /** The best total of every word sequence. */
  private static Map<List<String>, Double> totals(
      Lattice lattice, ScoreWeights weights, ArpaModel ngram) {
    Map<List<String>, Double> totals = new HashMap<>();
    for (List<Integer> path : RandomLattices.paths(lattice)) {
      LatticePath whole = RandomLattices.scored(lattice, PathScales.UNSCALED, path);
      int[] ids = VOCABULARY.ids(whole.words());
      double[] network = PlainLstm.sentence(NETWORK, VOCABULARY.boundaryId(), ids);
      double[] listed = ngram.logProbabilities(ids);
      double total = whole.acousticLn() + weights.wordInsertion() * ids.length;
      for (int i = 0; i <= ids.length; i++) {
        double share = weights.interpolation();
        double mixed = share * Math.exp(network[i]) + (1 - share) * Math.exp(listed[i]);
        total += weights.languageScale() * Math.log(mixed);
      }
      totals.merge(whole.words(), total, Math::max);
    }
    return totals;
  }

  private static void compare(
      ScoredLattice scored, Map<List<String>, Double> totals, ScoreWeights weights, int n) {
    List<Double> sorted =
        totals.values().stream().sorted((a, b) -> Double.compare(b, a)).limit(n).toList();
    LatticePath best = scored.best(weights);
    assertThat(best.total()).isCloseTo(sorted.get(0), within(EXACT));
    assertThat(totals.get(best.words())).isCloseTo(sorted.get(0), within(EXACT));
    Lattice rescored = scored.toLattice(weights);
    List<LatticePath> list = NBest.of(rescored, rescored.scales(), n);
    assertThat(list).hasSameSizeAs(sorted);
    for (int i = 0; i < sorted.size(); i++) {
      // The lattice's total counts the word-insertion score for the sentence end too.
      double total = list.get(i).total() - weights.wordInsertion();
      assertThat(total).isCloseTo(sorted.get(i), within(EXACT));
      assertThat(totals.get(list.get(i).words())).isCloseTo(sorted.get(i), within(EXACT));
    }
  }

  @Property(tries = 300)
  void anArpaModelOfTheExpansionsOrderOrLessIsExactOnEveryPath(
      @ForAll long seed,
      @ForAll @IntRange(min = 2, max = 5) int order,
      @ForAll @IntRange(min = 1, max = 5) int modelOrder)
      throws IOException {
    Random random = new Random(seed);
    ArpaModel model = RandomArpa.of(random, Math.min(order, modelOrder)).read(VOCABULARY);
    ExpandedLattice lattice =
        LatticeExpansion.of(
            RandomLattices.lattice(random), RandomLattices.scales(random), order, VOCABULARY);
    float[] scores = lattice.ngramScores(model::logProbability, model.order());
    compareSentences(lattice, 0, List.of(), 0, scores, model);
  }

  private static void compareSentences(
      ExpandedLattice lattice,
      int state,
      List<String> words,
      double sum,
      float[] scores,
      ArpaModel model) {
    if (state == lattice.states() - 1) {
      double sentence = Arrays.stream(model.logProbabilities(VOCABULARY.ids(words))).sum();
      assertThat(sum).isCloseTo(sentence, within(1e-5));
    }
    for (int arc = lattice.firstArc(state); arc < lattice.firstArc(state + 1); arc++) {
      List<String> longer = new ArrayList<>(words);
      if (lattice.wordId(arc) >= 0) {
        longer.add(lattice.wordTable().get(lattice.wordId(arc)));
      }
      double score = lattice.treeNode(arc) < 0 ? 0 : scores[lattice.treeNode(arc)];
      compareSentences(lattice, lattice.to(arc), longer, sum + score, scores, model);
    }
  }

  /** The graph score of the first pass holds more than its n-gram model: that is the residual. */
  @Property(tries = 300)
  void theFirstPassModelAndItsResidualFindTheFirstPassBestPath(
      @ForAll long seed, @ForAll @IntRange(min = 2, max = 4) int order) throws IOException {
    Random random = new Random(seed);
    ArpaModel model = RandomArpa.of(random, 2).read(VOCABULARY);
    Lattice lattice = RandomLattices.lattice(random);
    PathScales first = RandomLattices.scales(random);
    ExpandedLattice expanded = LatticeExpansion.of(lattice, first, order, VOCABULARY);
    float[] ngram = expanded.ngramScores(model::logProbability, model.order());
    ScoredLattice scored =
        new ScoredLattice(
            expanded, new ScoredLattice.Models(Scored.NONE, ngram, ngram), Scored.NGRAM);
    ScoreWeights weights =
        new ScoreWeights(first.acoustic(), first.language(), 0, first.wordInsertion());
    LatticePath best = BestPath.of(lattice, first);
    LatticePath found = scored.best(weights);
    assertThat(found.total()).isCloseTo(best.total() - first.wordInsertion(), within(1e-4));
    // The words may be others only where these are as good.
    double words =
        RandomLattices.paths(lattice).stream()
            .map(path -> RandomLattices.scored(lattice, first, path))
            .filter(path -> path.words().equals(found.words()))
            .mapToDouble(LatticePath::total)
            .max()
            .orElseThrow();
    assertThat(words).isEqualTo(best.total());
  }
}
