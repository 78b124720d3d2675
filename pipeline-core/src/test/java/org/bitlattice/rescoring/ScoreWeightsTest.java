package org.bitlattice.rescoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ScoreWeightsTest {
  private static final float IMPOSSIBLE = Float.NEGATIVE_INFINITY;

  private static ScoredHypothesis scored(double acousticLn, float[] network, float[] ngram) {
    int words = Math.max(network.length, ngram.length) - 1;
    return new ScoredHypothesis(
        new Hypothesis(Collections.nCopies(words, "w"), acousticLn, 0), network, ngram);
  }

  @Property(tries = 300)
  void scoreIsTheFormulaWithPlainProbabilities(
      @ForAll @Size(5) List<@FloatRange(min = -20, max = 0) Float> network,
      @ForAll @Size(5) List<@FloatRange(min = -20, max = 0) Float> ngram,
      @ForAll @DoubleRange(min = 0, max = 1) double share,
      @ForAll @DoubleRange(min = 0, max = 20) double scale,
      @ForAll @DoubleRange(min = -5, max = 5) double insertion) {
    double expected = 0.1 * -1234.5;
    float[] first = new float[5];
    float[] second = new float[5];
    for (int i = 0; i < 5; i++) {
      first[i] = network.get(i);
      second[i] = ngram.get(i);
      expected += scale * Math.log(share * Math.exp(first[i]) + (1 - share) * Math.exp(second[i]));
      expected += i < 4 ? insertion : 0;
    }
    assertThat(new ScoreWeights(0.1, scale, share, insertion).score(scored(-1234.5, first, second)))
        .isCloseTo(expected, within(1e-9 * Math.max(1, Math.abs(expected))));
  }

  @Test
  void tinyProbabilitiesDoNotUnderflow() {
    float[] network = {-2000, -3000};
    float[] ngram = {-2001, IMPOSSIBLE};
    assertThat(scored(0, network, ngram).mixtureLn(0.5))
        .isCloseTo(-5000 + Math.log(0.5) + Math.log(0.5 * (1 + Math.exp(-1))), within(1e-9));
  }

  @Test
  void aModelWithoutShareIsNotLookedAt() {
    float[] network = {-1, -2};
    float[] ngram = {IMPOSSIBLE, -3};
    assertThat(scored(0, network, ngram).mixtureLn(1)).isEqualTo(-3);
    assertThat(scored(0, network, ngram).mixtureLn(0)).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(scored(0, network, new float[0]).mixtureLn(1)).isEqualTo(-3);
    assertThat(scored(0, new float[0], new float[] {-4, -3}).mixtureLn(0)).isEqualTo(-7);
  }

  @Test
  void bothModelsImpossibleIsImpossible() {
    float[] impossible = {IMPOSSIBLE};
    assertThat(scored(0, impossible, impossible).mixtureLn(0.3))
        .isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(new ScoreWeights(1, 0, 0.3, 0).score(scored(-5, impossible, impossible)))
        .isEqualTo(-5);
  }

  @Test
  void aMissingModelWithShareIsRefused() {
    ScoredHypothesis withoutNetwork = scored(0, new float[0], new float[] {-4, -3});
    assertThatThrownBy(() -> withoutNetwork.mixtureLn(0.5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the hypothesis \"w\" has no network scores, which the interpolation weight 0.5 needs");
  }

  @Test
  void scoresOfAWrongNumberAreRefused() {
    Hypothesis hypothesis = new Hypothesis(List.of("a", "b"), 0, 0);
    assertThatThrownBy(() -> new ScoredHypothesis(hypothesis, new float[2], new float[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the hypothesis \"a b\" has 2 network scores; its words and the sentence end need 3");
  }

  @Test
  void weightsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> new ScoreWeights(1, 8, 1.1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the interpolation weight is 1.1; it has to be a number in [0, 1]");
    assertThatThrownBy(() -> new ScoreWeights(1, Double.NaN, 1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the language scale weight is NaN; it has to be a number in [0, ∞)");
  }

  @Test
  void equalScoresGoToTheEarlierHypothesis() {
    ScoredHypothesis low = scored(-3, new float[] {-1}, new float[0]);
    ScoredHypothesis first = scored(-2, new float[] {-1}, new float[0]);
    ScoredHypothesis second = scored(-1, new float[] {-2}, new float[0]);
    ScoredUtterance utterance = new ScoredUtterance("u", List.of(low, first, second));
    assertThat(utterance.bestIndex(new ScoreWeights(1, 1, 1, 0))).isEqualTo(1);
    ScoredHypothesis impossible = scored(0, new float[] {IMPOSSIBLE}, new float[0]);
    assertThat(
            new ScoredUtterance("u", List.of(impossible, impossible))
                .bestIndex(new ScoreWeights(1, 1, 1, 0)))
        .isZero();
  }
}
