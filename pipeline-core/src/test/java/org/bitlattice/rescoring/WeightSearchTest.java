package org.bitlattice.rescoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.bitlattice.lattice.LatticePath;
import org.bitlattice.scoring.ScoredTranscript;
import org.bitlattice.scoring.TrnFile;
import org.bitlattice.scoring.Utterance;
import org.junit.jupiter.api.Test;

class WeightSearchTest {
  private static final List<String> WORDS = List.of("a", "b", "c", "d");

  private final List<ScoredLattice> lattices = new ArrayList<>();
  private final List<Utterance> references = new ArrayList<>();

  private TrnFile reference() {
    return TrnFile.of(references, "ref.trn");
  }

  private TunedWeights search(WeightGrid grid) {
    return WeightSearch.search(grid, points -> ErrorCounts.of(lattices, reference(), points));
  }

  /** Lists with random words and scores, the reference among the hypotheses or not. */
  private void addRandom(int count, long seed) {
    Random random = new Random(seed);
    for (int u = 0; u < count; u++) {
      references.add(new Utterance("u" + u, words(random)));
      List<LatticePath> paths = new ArrayList<>();
      for (int h = 0; h < 8; h++) {
        paths.add(new LatticePath(words(random), -20 * random.nextDouble(), -1, 0));
      }
      ExpandedLattice lattice = LatticeExpansion.ofNBest("u" + u, paths, Scored.VOCABULARY);
      lattices.add(
          new ScoredLattice(
              lattice,
              new ScoredLattice.Models(
                  scores(lattice, random), scores(lattice, random), Scored.NONE),
              Scored.NGRAM));
    }
  }

  private static List<String> words(Random random) {
    return random.ints(random.nextInt(5), 0, WORDS.size()).mapToObj(WORDS::get).toList();
  }

  private static float[] scores(ExpandedLattice lattice, Random random) {
    float[] scores = new float[lattice.treeNodes()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = -5 * random.nextFloat();
    }
    return scores;
  }

  private static final WeightGrid GRID =
      new WeightGrid(
          0.5, new SearchRange(0, 6, 2), new SearchRange(0, 1, 0.25), new SearchRange(-2, 2, 1), 2);

  @Test
  void everyRowOfTheTableIsTheCountOfThatRescoring() {
    addRandom(20, 1);
    TunedWeights tuned = search(GRID);
    for (TuningRow row : tuned.table()) {
      ScoreWeights weights =
          new ScoreWeights(0.5, row.languageScale(), row.interpolation(), row.wordInsertion());
      assertThat(row.errors()).isEqualTo(rescored(weights));
    }
    assertThat(tuned.errors()).isEqualTo(rescored(tuned.weights()));
  }

  private long rescored(ScoreWeights weights) {
    List<Utterance> best =
        lattices.stream().map(l -> new Utterance(l.utterance(), l.best(weights).words())).toList();
    return ScoredTranscript.of(reference(), TrnFile.of(best, "hyp.trn")).errors().errors();
  }

  @Test
  void countsOfPartsAddUp() {
    addRandom(9, 6);
    List<ScoreWeights> points =
        List.of(new ScoreWeights(0.5, 2, 0.5, 0), new ScoreWeights(1, 1, 0, 1));
    long[] all = ErrorCounts.of(lattices, reference(), points);
    long[] first = ErrorCounts.of(lattices.subList(0, 4), reference(), points);
    long[] rest = ErrorCounts.of(lattices.subList(4, 9), reference(), points);
    assertThat(all).containsExactly(first[0] + rest[0], first[1] + rest[1]);
  }

  @Test
  void theChosenWeightsHaveTheFewestErrorsOfTheTable() {
    addRandom(50, 2);
    TunedWeights tuned = search(GRID);
    assertThat(tuned.errors())
        .isEqualTo(tuned.table().stream().mapToLong(TuningRow::errors).min().orElseThrow());
    assertThat(tuned.table()).hasSizeGreaterThan(4 * 5 * 5).doesNotHaveDuplicates();
    assertThat(tuned.table().subList(0, 100))
        .extracting(TuningRow::interpolation)
        .containsOnly(0.0, 0.25, 0.5, 0.75, 1.0);
  }

  @Test
  void searchingTwiceGivesTheSame() {
    addRandom(30, 3);
    TunedWeights first = search(GRID);
    assertThat(search(GRID)).isEqualTo(first);
  }

  @Test
  void fixedInterpolationStaysFixed() {
    addRandom(10, 4);
    TunedWeights tuned = search(GRID.withInterpolation(1));
    assertThat(tuned.weights().interpolation()).isEqualTo(1);
    assertThat(tuned.table()).extracting(TuningRow::interpolation).containsOnly(1.0);
  }

  @Test
  void theMiddleOfAPlateauIsTaken() {
    // The wrong hypothesis is 6.5 ahead acoustically, 1 behind for the language model: s > 6.5.
    references.add(new Utterance("u", List.of("a")));
    lattices.add(rivals("u", "b", "a", 6.5));
    WeightGrid grid =
        new WeightGrid(1, new SearchRange(0, 11, 1), SearchRange.only(1), SearchRange.only(0), 0);
    TunedWeights tuned = search(grid);
    assertThat(tuned.weights()).isEqualTo(new ScoreWeights(1, 9, 1, 0));
    assertThat(tuned.atLimit()).isEmpty();
  }

  /** The first word is ahead acoustically, and behind by 1 for the language model. */
  private static ScoredLattice rivals(String utterance, String ahead, String other, double by) {
    return new Scored(utterance)
        .with(by, List.of(ahead), 0, -1)
        .with(0, List.of(other), 0, 0)
        .byNetwork();
  }

  @Test
  void refinementFindsWhatLiesBetweenTheSteps() {
    // Right only for 2.3 < s < 2.7: one error at all whole s.
    references.add(new Utterance("u", List.of("a")));
    references.add(new Utterance("v", List.of("a")));
    lattices.add(rivals("u", "b", "a", 2.3));
    lattices.add(rivals("v", "a", "b", 2.7));
    WeightGrid grid =
        new WeightGrid(1, new SearchRange(1, 4, 1), SearchRange.only(1), SearchRange.only(0), 2);
    TunedWeights tuned = search(grid);
    assertThat(tuned.weights().languageScale()).isEqualTo(2.5);
    assertThat(tuned.errors()).isZero();
  }

  @Test
  void aBestPointAtTheLimitIsReported() {
    references.add(new Utterance("u", List.of("a")));
    lattices.add(rivals("u", "b", "a", 3.9));
    WeightGrid grid =
        new WeightGrid(1, new SearchRange(0, 4, 1), SearchRange.only(1), SearchRange.only(0), 0);
    assertThat(search(grid).atLimit()).containsExactly("language-scale");
  }

  @Test
  void anUtteranceWithoutReferenceIsRefused() {
    addRandom(2, 5);
    references.remove(1);
    assertThatThrownBy(() -> search(GRID))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("ref.trn has no transcript of utterance u1");
  }

  @Test
  void rangesHoldRoundValuesUpToTheirLimit() {
    SearchRange range = new SearchRange(0, 1, 0.1);
    assertThat(range.steps()).isEqualTo(10);
    assertThat(range.value(3, 1)).isEqualTo(0.3);
    assertThat(range.value(10, 1)).isEqualTo(1.0);
    assertThat(new SearchRange(0, 1, 0.3).value(6, 2)).isCloseTo(0.9, within(1e-15));
    assertThatThrownBy(() -> new SearchRange(2, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the range from 2.0 to 1.0 in steps of 1.0 cannot be searched; limits are ascending,"
                + " the step is positive, and there are at most 10000 values");
  }

  @Test
  void gridsThatLeaveTheWeightsRangesAreRefused() {
    assertThatThrownBy(
            () ->
                new WeightGrid(
                    1, SearchRange.only(1), new SearchRange(0, 1.5, 0.5), SearchRange.only(0), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the interpolation weight is 1.5; it has to be a number in [0, 1]");
  }

  @Test
  void gridsOfTooManyPointsAreRefused() {
    SearchRange fine = new SearchRange(0, 1, 0.001);
    assertThatThrownBy(() -> new WeightGrid(1, fine, fine, SearchRange.only(0), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the grid of the weight search has more than 1000000 points");
  }
}
