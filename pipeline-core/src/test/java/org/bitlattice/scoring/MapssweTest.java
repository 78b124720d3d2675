package org.bitlattice.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MapssweTest {
  private static ScoredTranscript scored(String reference, String hypothesis) {
    return ScoredTranscript.of(trn(reference), trn(hypothesis));
  }

  /** Sentences parted by commas. */
  private static TrnFile trn(String sentences) {
    List<Utterance> utterances = new ArrayList<>();
    for (String sentence : sentences.split(",")) {
      utterances.add(new Utterance("u" + utterances.size(), List.of(sentence.trim().split(" "))));
    }
    return TrnFile.of(utterances, "x.trn");
  }

  private static long segments(String reference, String a, String b) {
    return Mapsswe.compare(scored(reference, a), scored(reference, b)).segments();
  }

  @Test
  void twoCorrectWordsInBothSystemsEndASegment() {
    assertThat(segments("a b c d e", "x b c d y", "a b c d e")).isEqualTo(2);
    assertThat(segments("a b c d", "x b c y", "a b c d")).isEqualTo(2);
    assertThat(segments("a b c", "x b y", "a b c")).isEqualTo(1);
  }

  @Test
  void correctWordsOfOneSystemDoNotEndASegment() {
    assertThat(segments("a b c d", "x b c y", "a z c d")).isEqualTo(1);
  }

  @Test
  void anInsertionBetweenCorrectWordsKeepsTheSegmentOpen() {
    assertThat(segments("a b c d", "x b i c y", "a b c d")).isEqualTo(1);
  }

  @Test
  void insertionsAtTheEndOfASentenceCountAndSentencesAreNotJoined() {
    assertThat(segments("a, b", "a i, i b", "a, b")).isEqualTo(2);
  }

  @Test
  void meanDeviationAndZFollowTheSegments() {
    // Errors by segment 2-0, 1-0 and 0-1: differences 2, 1, -1.
    MapssweResult result =
        Mapsswe.compare(scored("a b, c, d", "x y, x, d"), scored("a b, c, d", "a b, c, x"));
    assertThat(result.segments()).isEqualTo(3);
    assertThat(result.meanDifference()).isCloseTo(2.0 / 3, within(1e-15));
    assertThat(result.standardDeviation()).isCloseTo(Math.sqrt(7.0 / 3), within(1e-15));
    assertThat(result.z()).isCloseTo(2.0 / 3 * Math.sqrt(3) / Math.sqrt(7.0 / 3), within(1e-15));
    assertThat(result.significant()).isFalse();
  }

  @Test
  void swappingTheSystemsSwapsTheSignOnly() {
    ScoredTranscript a = scored("a b, c, d", "x y, x, d");
    ScoredTranscript b = scored("a b, c, d", "a b, c, x");
    assertThat(Mapsswe.compare(b, a).z()).isEqualTo(-Mapsswe.compare(a, b).z());
    assertThat(Mapsswe.compare(b, a).p()).isEqualTo(Mapsswe.compare(a, b).p());
  }

  @Test
  void equalSystemsDoNotDiffer() {
    ScoredTranscript same = scored("a b, c", "a x, c");
    assertThat(Mapsswe.compare(same, same)).isEqualTo(new MapssweResult(1, 0, 0, 0, 1));
    ScoredTranscript perfect = scored("a b, c", "a b, c");
    assertThat(Mapsswe.compare(perfect, perfect)).isEqualTo(new MapssweResult(0, 0, 0, 0, 1));
    assertThat(WerIncrease.of(Mapsswe.compare(perfect, perfect), 3).losslessWithin(0.3)).isTrue();
  }

  @Test
  void differentReferencesAreRefused() {
    assertThatThrownBy(() -> Mapsswe.compare(scored("a, b", "a, b"), scored("a", "a")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the two systems were scored on different utterances (2 and 1); a matched-pair test"
                + " needs the same reference for both");
    assertThatThrownBy(() -> Mapsswe.compare(scored("a b", "a"), scored("a", "a")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "utterance u0 has 2 reference words for one system and 1 for the other; a matched-pair"
                + " test needs the same reference for both");
  }

  @Test
  void increaseIsInPercentOfTheReferenceWords() {
    WerIncrease increase = WerIncrease.of(MapssweResult.of(900, 0.1, 0.6), 6000);
    assertThat(increase.percent()).isCloseTo(1.5, within(1e-12));
    assertThat(increase.standardError()).isCloseTo(0.3, within(1e-12));
    assertThat(increase.upperBound95()).isCloseTo(1.5 + 1.6448536 * 0.3, within(1e-7));
    assertThat(increase.smallestDetectable()).isCloseTo(0.5879892, within(1e-7));
    assertThat(increase.losslessWithin(0.3)).isFalse();
    assertThat(WerIncrease.of(MapssweResult.of(900, 0.0, 0.3), 6000).losslessWithin(0.3)).isTrue();
    assertThat(WerIncrease.of(MapssweResult.of(900, 0.0, 0.6), 6000).losslessWithin(0.3)).isFalse();
  }

  /** Values to 17 digits from the series in 700-digit arithmetic. */
  @ParameterizedTest
  @CsvSource({
    "0, 1.00000000000000000e+0",
    "0.001, 9.98871621209030764e-1",
    "0.1, 8.87537083981715102e-1",
    "0.5, 4.79500122186953462e-1",
    "1, 1.57299207050285131e-1",
    "1.25, 7.70998717435417699e-2",
    "1.4375, 4.20593939435399363e-2",
    "1.5, 3.38948535246892729e-2",
    "1.5625, 2.71253861790664626e-2",
    "2, 4.67773498104726584e-3",
    "3, 2.20904969985854414e-5",
    "5, 1.53745979442803485e-12",
    "10, 2.08848758376254476e-45",
    "20, 5.39586561160790093e-176",
    "26, 5.66319240885614285e-296"
  })
  void complementaryErrorFunctionIsAccurateToThirteenDigits(double x, double expected) {
    assertThat(NormalDistribution.erfc(x)).isCloseTo(expected, within(1e-13 * expected));
  }

  @Test
  void tailProbabilitiesAreThoseOfTheTables() {
    assertThat(NormalDistribution.twoTailed(0)).isEqualTo(1);
    assertThat(NormalDistribution.twoTailed(-NormalDistribution.TWO_SIDED_95))
        .isCloseTo(0.05, within(1e-15));
    assertThat(NormalDistribution.twoTailed(NormalDistribution.ONE_SIDED_95))
        .isCloseTo(0.1, within(1e-15));
    assertThat(NormalDistribution.twoTailed(Double.NEGATIVE_INFINITY)).isZero();
    assertThat(NormalDistribution.twoTailed(Double.NaN)).isNaN();
  }
}
