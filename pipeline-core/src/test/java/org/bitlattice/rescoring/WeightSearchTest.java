package org.bitlattice.rescoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.bitlattice.scoring.ScoredTranscript;
import org.bitlattice.scoring.TrnFile;
import org.bitlattice.scoring.Utterance;
import org.bitlattice.scoring.WordErrors;
import org.junit.jupiter.api.Test;

class WeightSearchTest {
  private static final List<String> WORDS = List.of("a", "b", "c", "d");

  private final List<ScoredUtterance> utterances = new ArrayList<>();
  private final List<Utterance> references = new ArrayList<>();

  private TrnFile reference() {
    return TrnFile.of(references, "ref.trn");
  }

  /** Utterances with random words and scores, the reference among the hypotheses or not. */
  private void addRandom(int count, long seed) {
    Random random = new Random(seed);
    for (int u = 0; u < count; u++) {
      references.add(new Utterance("u" + u, words(random)));
      List<ScoredHypothesis> hypotheses = new ArrayList<>();
      for (int h = 0; h < 8; h++) {
        List<String> words = words(random);
        hypotheses.add(
            new ScoredHypothesis(
                new Hypothesis(words, -20 * random.nextDouble(), -1),
                scores(words, random),
                scores(words, random)));
      }
      utterances.add(new ScoredUtterance("u" + u, hypotheses));
    }
  }

  private static List<String> words(Random random) {
    return random.ints(random.nextInt(5), 0, WORDS.size()).mapToObj(WORDS::get).toList();
  }

  private static float[] scores(List<String> words, Random random) {
    float[] scores = new float[words.size() + 1];
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
    TunedWeights tuned = WeightSearch.over(utterances, reference()).search(GRID);
    for (TuningRow row : tuned.table()) {
      ScoreWeights weights =
          new ScoreWeights(0.5, row.languageScale(), row.interpolation(), row.wordInsertion());
      assertThat(row.errors()).isEqualTo(rescored(weights).errors());
    }
    assertThat(tuned.errors()).isEqualTo(rescored(tuned.weights()));
  }

  private WordErrors rescored(ScoreWeights weights) {
    List<Utterance> best = utterances.stream().map(u -> u.transcript(weights)).toList();
    return ScoredTranscript.of(reference(), TrnFile.of(best, "hyp.trn")).errors();
  }

  @Test
  void theChosenWeightsHaveTheFewestErrorsOfTheTable() {
    addRandom(50, 2);
    TunedWeights tuned = WeightSearch.over(utterances, reference()).search(GRID);
    assertThat(tuned.errors().errors())
        .isEqualTo(tuned.table().stream().mapToLong(TuningRow::errors).min().orElseThrow());
    assertThat(tuned.table()).hasSizeGreaterThan(4 * 5 * 5).doesNotHaveDuplicates();
    assertThat(tuned.table().subList(0, 100))
        .extracting(TuningRow::interpolation)
        .containsOnly(0.0, 0.25, 0.5, 0.75, 1.0);
  }

  @Test
  void searchingTwiceGivesTheSame() {
    addRandom(30, 3);
    TunedWeights first = WeightSearch.over(utterances, reference()).search(GRID);
    assertThat(WeightSearch.over(utterances, reference()).search(GRID)).isEqualTo(first);
  }

  @Test
  void fixedInterpolationStaysFixed() {
    addRandom(10, 4);
    TunedWeights tuned =
        WeightSearch.over(utterances, reference()).search(GRID.withInterpolation(1));
    assertThat(tuned.weights().interpolation()).isEqualTo(1);
    assertThat(tuned.table()).extracting(TuningRow::interpolation).containsOnly(1.0);
  }

  @Test
  void theMiddleOfAPlateauIsTaken() {
    // The wrong hypothesis is 6.5 ahead acoustically, 1 behind for the language model: s > 6.5.
    references.add(new Utterance("u", List.of("a")));
    utterances.add(new ScoredUtterance("u", List.of(plain("b", 6.5, 0, -1), plain("a", 0, 0, 0))));
    WeightGrid grid =
        new WeightGrid(1, new SearchRange(0, 11, 1), SearchRange.only(1), SearchRange.only(0), 0);
    TunedWeights tuned = WeightSearch.over(utterances, reference()).search(grid);
    assertThat(tuned.weights()).isEqualTo(new ScoreWeights(1, 9, 1, 0));
    assertThat(tuned.atLimit()).isEmpty();
  }

  private static ScoredHypothesis plain(String word, double acoustic, float first, float end) {
    return new ScoredHypothesis(
        new Hypothesis(List.of(word), acoustic, 0), new float[] {first, end}, new float[0]);
  }

  @Test
  void refinementFindsWhatLiesBetweenTheSteps() {
    // Right only for 2.3 < s < 2.7: one error at all whole s.
    references.add(new Utterance("u", List.of("a")));
    references.add(new Utterance("v", List.of("a")));
    utterances.add(new ScoredUtterance("u", List.of(plain("b", 2.3, 0, -1), plain("a", 0, 0, 0))));
    utterances.add(new ScoredUtterance("v", List.of(plain("a", 2.7, 0, -1), plain("b", 0, 0, 0))));
    WeightGrid grid =
        new WeightGrid(1, new SearchRange(1, 4, 1), SearchRange.only(1), SearchRange.only(0), 2);
    TunedWeights tuned = WeightSearch.over(utterances, reference()).search(grid);
    assertThat(tuned.weights().languageScale()).isEqualTo(2.5);
    assertThat(tuned.errors().errors()).isZero();
  }

  @Test
  void aBestPointAtTheLimitIsReported() {
    references.add(new Utterance("u", List.of("a")));
    utterances.add(new ScoredUtterance("u", List.of(plain("b", 3.9, 0, -1), plain("a", 0, 0, 0))));
    WeightGrid grid =
        new WeightGrid(1, new SearchRange(0, 4, 1), SearchRange.only(1), SearchRange.only(0), 0);
    assertThat(WeightSearch.over(utterances, reference()).search(grid).atLimit())
        .containsExactly("language-scale");
  }

  @Test
  void anUtteranceWithoutReferenceIsRefused() {
    addRandom(2, 5);
    references.remove(1);
    assertThatThrownBy(() -> WeightSearch.over(utterances, reference()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("ref.trn has no transcript of utterance u1");
    assertThatThrownBy(() -> WeightSearch.over(List.of(), reference()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there is no utterance to tune weights on; development data need at least one");
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
}
