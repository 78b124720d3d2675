package org.bitlattice.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BootstrapTest {
  /** Utterances of some words each, of which the first ones are wrong. */
  private static ScoredTranscript scored(int[] words, int[] wrong) {
    List<Utterance> reference = new ArrayList<>();
    List<Utterance> hypothesis = new ArrayList<>();
    for (int i = 0; i < words.length; i++) {
      List<String> said = new ArrayList<>(Collections.nCopies(words[i], "a"));
      reference.add(new Utterance("u" + i, said));
      List<String> heard = new ArrayList<>(said);
      Collections.fill(heard.subList(0, wrong[i]), "b");
      hypothesis.add(new Utterance("u" + i, heard));
    }
    return ScoredTranscript.of(TrnFile.of(reference, "r"), TrnFile.of(hypothesis, "h"));
  }

  /** A few utterances, each with words and with the errors of two systems. */
  record Sample(int[] words, int[] errors, int[] otherErrors) {
    @Override
    public String toString() {
      return Arrays.toString(words) + Arrays.toString(errors) + Arrays.toString(otherErrors);
    }

    /** All nⁿ equally likely resamples: word error rates, or differences. */
    double[] resampled(boolean difference) {
      int n = words.length;
      double[] values = new double[(int) Math.pow(n, n)];
      for (int draw = 0; draw < values.length; draw++) {
        double all = 0;
        double wrong = 0;
        for (int i = 0, rest = draw; i < n; i++, rest /= n) {
          all += words[rest % n];
          wrong += errors[rest % n] - (difference ? otherErrors[rest % n] : 0);
        }
        values[draw] = 100 * wrong / all;
      }
      return values;
    }
  }

  @Provide
  Arbitrary<Sample> samples() {
    Arbitrary<int[]> utterance =
        Combinators.combine(
                Arbitraries.integers().between(1, 9),
                Arbitraries.integers().between(0, 9),
                Arbitraries.integers().between(0, 9))
            .as((words, a, b) -> new int[] {words, Math.min(a, words), Math.min(b, words)});
    return utterance
        .list()
        .ofMinSize(3)
        .ofMaxSize(5)
        .map(
            all ->
                new Sample(
                    all.stream().mapToInt(u -> u[0]).toArray(),
                    all.stream().mapToInt(u -> u[1]).toArray(),
                    all.stream().mapToInt(u -> u[2]).toArray()));
  }

  /** Independent route: the exact distribution over all 27 to 3,125 resamples. */
  @Property(tries = 40)
  void intervalsAndProbabilityAreThoseOfAllResamples(@ForAll("samples") Sample sample) {
    BootstrapComparison drawn =
        Bootstrap.compare(
            scored(sample.words(), sample.errors()),
            scored(sample.words(), sample.otherErrors()),
            20_000,
            new SplittableRandom(7));
    assertQuantiles(drawn.system(), sample.resampled(false));
    assertQuantiles(drawn.difference(), sample.resampled(true));
    double[] differences = sample.resampled(true);
    double improved = Arrays.stream(differences).filter(d -> d < 0).count();
    assertThat(drawn.probabilityOfImprovement())
        .isCloseTo(improved / differences.length, within(0.018));
  }

  /** Each end is a quantile to within five standard errors of a share of 2.5 % in 20,000 draws. */
  private static void assertQuantiles(BootstrapInterval interval, double[] exact) {
    double tolerance = 5 * Math.sqrt(0.025 * 0.975 / 20_000);
    double low = interval.lowPercent();
    double high = interval.highPercent();
    assertThat(share(exact, v -> v < low - 1e-9)).isLessThanOrEqualTo(0.025 + tolerance);
    assertThat(share(exact, v -> v < low + 1e-9)).isGreaterThanOrEqualTo(0.025 - tolerance);
    assertThat(share(exact, v -> v > high + 1e-9)).isLessThanOrEqualTo(0.025 + tolerance);
    assertThat(share(exact, v -> v > high - 1e-9)).isGreaterThanOrEqualTo(0.025 - tolerance);
  }

  private static double share(double[] values, java.util.function.DoublePredicate which) {
    return (double) Arrays.stream(values).filter(which).count() / values.length;
  }

  @Test
  void ofThreeUtterancesTheExtremeResamplesAreTheInterval() {
    // All three the same has the probability 1/27 = 3.7 %, more than the tail of 2.5 %.
    assertThat(
            Bootstrap.of(
                scored(new int[] {1, 4, 10}, new int[] {1, 1, 0}), 20_000, new SplittableRandom(1)))
        .isEqualTo(new BootstrapInterval(0, 100));
  }

  @Test
  void theIntervalOfManyUtterancesIsThatOfTheNormalApproximation() {
    SplittableRandom random = new SplittableRandom(2);
    int[] words = new int[2000];
    int[] wrong = new int[2000];
    double sum = 0;
    for (int i = 0; i < words.length; i++) {
      words[i] = 10;
      for (int w = 0; w < 10; w++) {
        wrong[i] += random.nextInt(5) == 0 ? 1 : 0;
      }
      sum += wrong[i];
    }
    double mean = sum / words.length;
    double squares = 0;
    for (int count : wrong) {
      squares += (count - mean) * (count - mean);
    }
    double error = 10 * Math.sqrt(squares / words.length / words.length);
    BootstrapInterval interval =
        Bootstrap.of(scored(words, wrong), 10_000, new SplittableRandom(3));
    assertThat(interval.lowPercent()).isCloseTo(10 * mean - 1.96 * error, within(0.08));
    assertThat(interval.highPercent()).isCloseTo(10 * mean + 1.96 * error, within(0.08));
  }

  /**
   * Systems of known error rates on utterances of different length and difficulty: the truth lies
   * in about 95 % of the intervals, and below and above them about equally often.
   */
  @Test
  void intervalsHoldTheTruthInAboutNinetyFivePercentOfAllExperiments() {
    int experiments = 300;
    int rateHeld = 0;
    int differenceHeld = 0;
    int below = 0;
    for (int experiment = 0; experiment < experiments; experiment++) {
      SplittableRandom random = new SplittableRandom(1000 + experiment);
      Sample sample = simulated(random, 120);
      BootstrapComparison drawn =
          Bootstrap.compare(
              scored(sample.words(), sample.errors()),
              scored(sample.words(), sample.otherErrors()),
              400,
              random);
      rateHeld += holds(drawn.system(), 30) ? 1 : 0;
      differenceHeld += holds(drawn.difference(), 5) ? 1 : 0;
      below += drawn.difference().lowPercent() > 5 ? 1 : 0;
    }
    // Five standard errors of a share of 95 % in 300 are 6.3 %; percentile intervals of 120
    // utterances are a little short.
    assertThat(rateHeld / (double) experiments).isBetween(0.90, 0.99);
    assertThat(differenceHeld / (double) experiments).isBetween(0.90, 0.99);
    assertThat(below).isBetween(1, 20);
  }

  private static boolean holds(BootstrapInterval interval, double truth) {
    return interval.lowPercent() <= truth && truth <= interval.highPercent();
  }

  /** Half of the utterances have 10 % errors and half 50 %: 30 %; the other system 5 % less. */
  private static Sample simulated(SplittableRandom random, int utterances) {
    Sample sample = new Sample(new int[utterances], new int[utterances], new int[utterances]);
    for (int i = 0; i < utterances; i++) {
      sample.words()[i] = 3 + random.nextInt(20);
      double rate = random.nextBoolean() ? 0.1 : 0.5;
      for (int w = 0; w < sample.words()[i]; w++) {
        double chance = random.nextDouble();
        sample.errors()[i] += chance < rate ? 1 : 0;
        sample.otherErrors()[i] += chance < rate - 0.05 ? 1 : 0;
      }
    }
    return sample;
  }

  @Test
  void aComparisonIsMadeOnTheSameDraws() {
    int[] words = {5, 5, 5, 5};
    ScoredTranscript system = scored(words, new int[] {0, 1, 2, 3});
    ScoredTranscript worseByOne = scored(words, new int[] {1, 2, 3, 4});
    BootstrapComparison comparison =
        Bootstrap.compare(system, worseByOne, 1000, new SplittableRandom(4));
    assertThat(comparison.difference()).isEqualTo(new BootstrapInterval(-20, -20));
    assertThat(comparison.probabilityOfImprovement()).isEqualTo(1);
    BootstrapComparison same = Bootstrap.compare(system, system, 1000, new SplittableRandom(4));
    assertThat(same.difference()).isEqualTo(new BootstrapInterval(0, 0));
    assertThat(same.probabilityOfImprovement()).isZero();
    assertThat(same.system()).isEqualTo(Bootstrap.of(system, 1000, new SplittableRandom(4)));
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 101, 399, 401, 1000, 1001, 4000, 4001})
  void swappingTheSystemsMirrorsTheDifference(int draws) {
    int[] words = {5, 3, 8, 4, 9, 2};
    ScoredTranscript a = scored(words, new int[] {0, 1, 2, 3, 1, 2});
    ScoredTranscript b = scored(words, new int[] {1, 3, 0, 2, 4, 0});
    BootstrapComparison forward = Bootstrap.compare(a, b, draws, new SplittableRandom(5));
    BootstrapComparison backward = Bootstrap.compare(b, a, draws, new SplittableRandom(5));
    assertThat(backward.difference().lowPercent()).isEqualTo(-forward.difference().highPercent());
    assertThat(backward.difference().highPercent()).isEqualTo(-forward.difference().lowPercent());
    assertThat(forward.probabilityOfImprovement() + backward.probabilityOfImprovement())
        .isLessThanOrEqualTo(1);
  }

  @Test
  void equalSeedsGiveEqualDrawsAndOthersOtherOnes() {
    int[] words = new int[300];
    int[] wrong = new int[300];
    Arrays.setAll(words, i -> 5 + i % 7);
    Arrays.setAll(wrong, i -> i % 5);
    ScoredTranscript system = scored(words, wrong);
    BootstrapInterval interval = Bootstrap.of(system, 1000, new SplittableRandom(6));
    assertThat(Bootstrap.of(system, 1000, new SplittableRandom(6))).isEqualTo(interval);
    assertThat(Bootstrap.of(system, 1000, new SplittableRandom(60))).isNotEqualTo(interval);
    assertThat(Bootstrap.of(system, 1000, new Random(6))).isNotEqualTo(interval);
  }

  @Test
  void drawsWithoutWordsAreDrawnAgain() {
    // Two of three draws of two utterances hold the one without words alone or not at all.
    BootstrapInterval interval =
        Bootstrap.of(scored(new int[] {0, 4}, new int[] {0, 1}), 1000, new SplittableRandom(8));
    assertThat(interval).isEqualTo(new BootstrapInterval(25, 25));
  }

  @Test
  void whatCannotBeDrawnIsRefused() {
    ScoredTranscript system = scored(new int[] {2}, new int[] {1});
    SplittableRandom random = new SplittableRandom(5);
    assertThatThrownBy(() -> Bootstrap.of(system, 99, random))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("99 bootstrap draws are not possible: allowed are 100 to 1000000");
    assertThatThrownBy(() -> Bootstrap.of(system, 1_000_001, random))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("1000001 bootstrap draws are not possible: allowed are 100 to 1000000");
    assertThatThrownBy(() -> Bootstrap.of(scored(new int[] {0}, new int[] {0}), 100, random))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("0 reference words: a word error rate needs at least 1");
    ScoredTranscript other = scored(new int[] {2, 2}, new int[] {1, 1});
    assertThatThrownBy(() -> Bootstrap.compare(system, other, 100, random))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the two systems were scored on different utterances (1 and 2); a comparison needs the same reference for both");
  }
}
