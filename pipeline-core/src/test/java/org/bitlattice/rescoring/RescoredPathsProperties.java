package org.bitlattice.rescoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.bitlattice.lattice.BestPath;
import org.bitlattice.lattice.Lattice;
import org.bitlattice.lattice.LatticeException;
import org.bitlattice.lattice.LatticePath;
import org.bitlattice.lattice.NBest;
import org.bitlattice.lattice.PathScales;
import org.bitlattice.lattice.RandomLattices;
import org.bitlattice.scoring.Alignment;
import org.bitlattice.scoring.TrnFile;
import org.bitlattice.scoring.Utterance;

/** Best paths and their errors, in lattices and n-best lists, against plain enumeration. */
class RescoredPathsProperties {
  private static final List<String> WORDS = List.of("a", "b", "c", "d", "outside", "elsewhere");

  private static float[] scores(int nodes, Random random, double impossible) {
    float[] scores = new float[nodes];
    for (int i = 0; i < nodes; i++) {
      boolean possible = random.nextDouble() >= impossible;
      scores[i] = possible ? -6 * random.nextFloat() : Float.NEGATIVE_INFINITY;
    }
    return scores;
  }

  private static ScoredLattice scored(ExpandedLattice lattice, Random random, double impossible) {
    return new ScoredLattice(
        lattice,
        new ScoredLattice.Models(
            scores(lattice.treeNodes(), random, impossible),
            scores(lattice.treeNodes(), random, impossible),
            scores(lattice.treeNodes(), random, 0)),
        new Interpolation(Interpolation.Kind.values()[random.nextInt(2)], random.nextInt(3) / 2.0));
  }

  private static ScoreWeights weights(Random random) {
    return new ScoreWeights(
        random.nextInt(3) / 2.0,
        0.5 + random.nextInt(12),
        (1 + random.nextInt(4)) / 4.0, // with the network, whose scores make ties unlikely
        random.nextInt(9) / 4.0 - 1);
  }

  private static ExpandedLattice lattice(Random random) {
    return LatticeExpansion.of(
        RandomLattices.lattice(random),
        RandomLattices.scales(random),
        2 + random.nextInt(3),
        Scored.VOCABULARY);
  }

  @Property(tries = 500)
  void theRescoredLatticeHasTheBestPathThatTheFastSearchFinds(@ForAll long seed) {
    Random random = new Random(seed);
    ScoredLattice scored = scored(lattice(random), random, 0.1);
    ScoreWeights weights = weights(random);
    LatticePath fast = scored.best(weights);
    if (fast.total() == Double.NEGATIVE_INFINITY) {
      assertThatThrownBy(() -> scored.toLattice(weights)).isInstanceOf(LatticeException.class);
      return;
    }
    Lattice rescored = scored.toLattice(weights);
    LatticePath slow = BestPath.of(rescored, rescored.scales());
    double total = slow.total() - weights.wordInsertion();
    assertThat(fast.total()).isCloseTo(total, within(1e-9));
    assertThat(fast.words()).isEqualTo(slow.words());
    assertThat(fast.acousticLn()).isCloseTo(slow.acousticLn(), within(1e-9));
    assertThat(fast.lmLn()).isCloseTo(slow.lmLn(), within(1e-9));
    assertThat(NBest.of(rescored, rescored.scales(), 1).get(0).words()).isEqualTo(fast.words());
  }

  @Property(tries = 300)
  void errorsAreThoseOfTheBestOfAllPathsAndAddUpOverShards(
      @ForAll long seed, @ForAll @IntRange(min = 0, max = 5) int firstShard) {
    Random random = new Random(seed);
    List<ScoredLattice> lattices = new ArrayList<>();
    List<Utterance> references = new ArrayList<>();
    for (int u = 0; u < 5; u++) {
      List<String> words = words(random);
      references.add(new Utterance("u" + u, words));
      lattices.add(scored(renamed(lattice(random), "u" + u), random, 0));
    }
    TrnFile reference = TrnFile.of(references, "ref.trn");
    List<ScoreWeights> points = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      points.add(weights(random));
    }
    long[] expected = new long[points.size()];
    for (int i = 0; i < expected.length; i++) {
      for (ScoredLattice scored : lattices) {
        List<String> best = bestOfAllPaths(scored, points.get(i));
        expected[i] += Alignment.of(reference.words(scored.utterance()), best).errors().errors();
      }
    }
    assertThat(ErrorCounts.of(lattices, reference, points)).isEqualTo(expected);
    long[] first = ErrorCounts.of(lattices.subList(0, firstShard), reference, points);
    long[] rest = ErrorCounts.of(lattices.subList(firstShard, 5), reference, points);
    for (int i = 0; i < expected.length; i++) {
      assertThat(first[i] + rest[i]).isEqualTo(expected[i]);
    }
  }

  private static ExpandedLattice renamed(ExpandedLattice lattice, String utterance) {
    ExpandedLatticeRow row = lattice.toRow(0);
    return ExpandedLattice.fromRow(
        new ExpandedLatticeRow(
            0,
            utterance,
            row.words(),
            row.firstArc(),
            row.to(),
            row.word(),
            row.acousticLn(),
            row.firstPassLn(),
            row.treeNode(),
            row.treeParent(),
            row.treeWord()));
  }

  private static List<String> words(Random random) {
    return random.ints(random.nextInt(6), 0, WORDS.size()).mapToObj(WORDS::get).toList();
  }

  private record Found(List<String> words, double total) {}

  private static List<String> bestOfAllPaths(ScoredLattice scored, ScoreWeights weights) {
    List<Found> all = new ArrayList<>();
    allPaths(scored, weights, 0, new Found(List.of(), 0), all);
    return all.stream().max((a, b) -> Double.compare(a.total(), b.total())).orElseThrow().words();
  }

  private static void allPaths(
      ScoredLattice scored, ScoreWeights weights, int state, Found found, List<Found> all) {
    ExpandedLattice lattice = scored.lattice();
    if (state == lattice.states() - 1) {
      all.add(found);
    }
    for (int arc = lattice.firstArc(state); arc < lattice.firstArc(state + 1); arc++) {
      List<String> longer = new ArrayList<>(found.words());
      double total = found.total() + weights.acousticScale() * lattice.acousticLn(arc);
      total += weights.languageScale() * lm(scored, arc, weights.interpolation());
      if (lattice.wordId(arc) >= 0) {
        longer.add(lattice.wordTable().get(lattice.wordId(arc)));
        total += weights.wordInsertion();
      }
      allPaths(scored, weights, lattice.to(arc), new Found(longer, total), all);
    }
  }

  /** The LM score of an arc, straight from the formulas, with plain probabilities. */
  private static double lm(ScoredLattice scored, int arc, double share) {
    ExpandedLattice lattice = scored.lattice();
    int node = lattice.treeNode(arc);
    double network = node < 0 ? 0 : scored.models().networkLn()[node];
    if (scored.interpolation().kind() == Interpolation.Kind.LATTICE) {
      return share * network + (1 - share) * lattice.firstPassLn(arc);
    }
    double ngram = node < 0 ? 0 : scored.models().ngramLn()[node];
    double first = node < 0 ? 0 : scored.models().firstPassLn()[node];
    return Math.log(share * Math.exp(network) + (1 - share) * Math.exp(ngram))
        + scored.interpolation().residualScale() * (lattice.firstPassLn(arc) - first);
  }

  /** Every hypothesis keeps its total, and the first of the best ones is found. */
  @Property(tries = 500)
  void anNBestListIsRescoredHypothesisByHypothesis(@ForAll long seed) {
    Random random = new Random(seed);
    List<LatticePath> paths = new ArrayList<>();
    for (int h = 1 + random.nextInt(12); h > 0; h--) {
      paths.add(
          new LatticePath(words(random), -random.nextInt(40) / 4.0, -random.nextInt(20) / 4.0, 0));
    }
    ExpandedLattice lattice = LatticeExpansion.ofNBest("u", paths, Scored.VOCABULARY);
    Map<List<String>, Float> network = new HashMap<>();
    float[] networkLn = new float[lattice.treeNodes()];
    for (int node = 0; node < networkLn.length; node++) {
      List<String> history = new ArrayList<>(Scored.history(lattice, node));
      history.add(Scored.VOCABULARY.word(lattice.treeWord(node)));
      networkLn[node] = -random.nextInt(12) / 4f;
      assertThat(network.put(history, networkLn[node])).isNull();
    }
    ScoredLattice scored =
        new ScoredLattice(
            lattice,
            new ScoredLattice.Models(networkLn, Scored.NONE, Scored.NONE),
            new Interpolation(Interpolation.Kind.LATTICE, 1));
    ScoreWeights weights = new ScoreWeights(0.5, 4, random.nextInt(5) / 4.0, 0.25);
    int best = 0;
    double[] totals = new double[paths.size()];
    for (int p = 0; p < totals.length; p++) {
      totals[p] = total(paths.get(p), network, weights);
      best = totals[p] > totals[best] ? p : best;
    }
    LatticePath found = scored.best(weights);
    assertThat(found.words()).isEqualTo(paths.get(best).words());
    assertThat(found.total()).isEqualTo(totals[best]);
    assertThat(found.acousticLn()).isEqualTo(paths.get(best).acousticLn());
    Lattice rescored = scored.toLattice(weights);
    List<Double> all =
        RandomLattices.paths(rescored).stream()
            .map(
                path ->
                    RandomLattices.scored(rescored, rescored.scales(), path).total()
                        - weights.wordInsertion())
            .toList();
    assertThat(all).containsExactlyInAnyOrder(Arrays.stream(totals).boxed().toArray(Double[]::new));
  }

  private static double total(
      LatticePath path, Map<List<String>, Float> network, ScoreWeights weights) {
    List<String> ids = new ArrayList<>();
    double lm = (1 - weights.interpolation()) * path.lmLn();
    for (int i = 0; i <= path.words().size(); i++) {
      boolean end = i == path.words().size();
      int id = end ? Scored.VOCABULARY.boundaryId() : Scored.VOCABULARY.id(path.words().get(i));
      ids.add(Scored.VOCABULARY.word(id));
      lm += weights.interpolation() * network.get(ids);
    }
    return weights.acousticScale() * path.acousticLn()
        + weights.languageScale() * lm
        + weights.wordInsertion() * path.words().size();
  }

  @Property(tries = 100)
  void expandingAgainGivesTheSame(@ForAll long seed) {
    Lattice lattice = RandomLattices.lattice(new Random(seed));
    PathScales scales = RandomLattices.scales(new Random(seed));
    ExpandedLatticeRow once = LatticeExpansion.of(lattice, scales, 3, Scored.VOCABULARY).toRow(1);
    ExpandedLatticeRow again = LatticeExpansion.of(lattice, scales, 3, Scored.VOCABULARY).toRow(1);
    assertThat(again).usingRecursiveComparison().isEqualTo(once);
  }
}
