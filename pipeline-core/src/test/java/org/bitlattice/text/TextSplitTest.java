package org.bitlattice.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class TextSplitTest {
  private static List<Long> numbers(TextSplit split, long sentences, TextPart part) {
    return LongStream.range(0, sentences).filter(i -> split.part(i) == part).boxed().toList();
  }

  @Test
  void theTenthOfTwentySentencesIsDevAndTheLastEval() {
    TextSplit split = TextSplit.of(100);
    assertThat(numbers(split, 100, TextPart.DEV)).containsExactly(9L, 29L, 49L, 69L, 89L);
    assertThat(numbers(split, 100, TextPart.EVAL)).containsExactly(19L, 39L, 59L, 79L, 99L);
    assertThat(numbers(split, 100, TextPart.TRAIN)).hasSize(90);
  }

  @Test
  void theSentencesOfAHeldOutTextTakeTurns() {
    TextSplit split = TextSplit.ofHeldOut(10);
    assertThat(numbers(split, 10, TextPart.DEV)).containsExactly(0L, 2L, 4L, 6L, 8L);
    assertThat(numbers(split, 10, TextPart.EVAL)).containsExactly(1L, 3L, 5L, 7L, 9L);
  }

  @Test
  void aLargeTextGivesNoMoreThanFiveThousandOfEach() {
    assertThat(TextSplit.of(100_000).period()).isEqualTo(20);
    assertThat(TextSplit.of(100_001).period()).isEqualTo(21);
    assertThat(TextSplit.ofHeldOut(10_000).period()).isEqualTo(2);
    assertThat(TextSplit.ofHeldOut(10_001).period()).isEqualTo(3);
  }

  @Property(tries = 30)
  void devAndEvalAreSpreadOverTheWholeText(
      @ForAll @LongRange(min = TextSplit.FEWEST, max = 400_000) long sentences) {
    for (TextSplit split : List.of(TextSplit.of(sentences), TextSplit.ofHeldOut(sentences))) {
      Map<TextPart, Long> counts = new EnumMap<>(TextPart.class);
      LongStream.range(0, sentences).forEach(i -> counts.merge(split.part(i), 1L, Long::sum));
      for (TextPart part : List.of(TextPart.DEV, TextPart.EVAL)) {
        assertThat(counts.get(part))
            .isBetween(sentences / split.period(), (sentences + split.period()) / split.period())
            .isLessThanOrEqualTo(TextSplit.MOST_HELD_OUT);
        for (long from = 0; from + split.period() <= sentences; from += split.period()) {
          assertThat(
                  LongStream.range(from, from + split.period()).filter(i -> split.part(i) == part))
              .hasSize(1);
        }
      }
    }
  }

  @Test
  void aPeriodWithoutRoomForBothIsRefused() {
    assertThatThrownBy(() -> new TextSplit(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "a period of 1 sentences cannot hold one of dev and one of eval; it must be at least 2");
  }
}
