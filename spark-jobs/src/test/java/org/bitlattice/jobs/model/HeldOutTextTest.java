package org.bitlattice.jobs.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeldOutTextTest {
  @ParameterizedTest
  @CsvSource({"2999, 1500", "10011, 1500", "7, 3", "5, 5", "3, 10", "1000, 1"})
  void choosesAsManyRowsAsWantedAtEqualDistances(long present, long wanted) {
    List<Long> chosen =
        LongStream.range(0, present)
            .filter(row -> HeldOutText.chosen(row, wanted, present))
            .boxed()
            .toList();
    assertThat(chosen).hasSize((int) Math.min(wanted, present));
    long shortest = present / Math.min(wanted, present);
    for (int i = 1; i < chosen.size(); i++) {
      assertThat(chosen.get(i) - chosen.get(i - 1)).isBetween(shortest, shortest + 1);
    }
  }

  @Test
  void dealsSentencesToShardsInTurn() {
    List<int[]> sentences = List.of(new int[] {1}, new int[] {2}, new int[] {3});
    List<List<int[]>> dealt = HeldOutText.dealt(sentences, 2);
    assertThat(dealt.get(0)).containsExactly(sentences.get(0), sentences.get(2));
    assertThat(dealt.get(1)).containsExactly(sentences.get(1));
  }
}
