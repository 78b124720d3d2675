package org.bitlattice.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

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

  @Test
  void theIntervalIsThatOfAllPossibleDraws() {
    int[] words = {1, 4, 10};
    int[] wrong = {1, 1, 0};
    // 27 equally likely draws; quantiles of the exact distribution.
    TreeMap<Double, Integer> exact = new TreeMap<>();
    for (int a = 0; a < 27; a++) {
      int[] drawn = {a % 3, a / 3 % 3, a / 9};
      double errors = 0;
      double all = 0;
      for (int i : drawn) {
        errors += wrong[i];
        all += words[i];
      }
      exact.merge(100 * errors / all, 1, Integer::sum);
    }
    BootstrapInterval interval =
        Bootstrap.of(scored(words, wrong), 200_000, new SplittableRandom(1));
    // Each extreme has the probability 1/27 = 3.7 %, more than 2.5 %.
    assertThat(interval.lowPercent()).isEqualTo(exact.firstKey()).isEqualTo(0);
    assertThat(interval.highPercent()).isEqualTo(exact.lastKey()).isEqualTo(100);
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

  @Test
  void whatCannotBeDrawnIsRefused() {
    ScoredTranscript system = scored(new int[] {2}, new int[] {1});
    SplittableRandom random = new SplittableRandom(5);
    assertThatThrownBy(() -> Bootstrap.of(system, 99, random))
        .hasMessage("99 bootstrap draws are not possible: allowed are 100 to 1000000");
    assertThatThrownBy(() -> Bootstrap.of(scored(new int[] {0}, new int[] {0}), 100, random))
        .hasMessage("0 reference words: a word error rate needs at least 1");
    ScoredTranscript other = scored(new int[] {2, 2}, new int[] {1, 1});
    assertThatThrownBy(() -> Bootstrap.compare(system, other, 100, random))
        .hasMessage(
            "the two systems were scored on different utterances (1 and 2); a comparison needs the same reference for both");
  }
}
