package org.bitlattice.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VocabularyBuilderTest {
  private static final List<WordCount> COUNTS =
      List.of(
          new WordCount("b", 2),
          new WordCount("rare", 1),
          new WordCount("<unk>", 9),
          new WordCount("a", 2),
          new WordCount("the", 7));

  private static VocabularySettings atMost(int words) {
    return new VocabularySettings(Optional.empty(), 1, words);
  }

  @Test
  void ordersWordsByFallingCountAndTiesByWord() {
    assertThat(VocabularyBuilder.fromCounts(COUNTS, VocabularySettings.counted(1), "t").words())
        .containsExactly("</s>", "<unk>", "the", "a", "b", "rare");
  }

  @Test
  void appliesMinimumCountAndMaximumSize() {
    assertThat(VocabularyBuilder.fromCounts(COUNTS, VocabularySettings.counted(2), "t").words())
        .containsExactly("</s>", "<unk>", "the", "a", "b");
    assertThat(VocabularyBuilder.fromCounts(COUNTS, atMost(2), "t").words())
        .containsExactly("</s>", "<unk>", "the", "a");
  }

  @Test
  void takesAGivenListWholeAndAlone() {
    assertThat(
            VocabularyBuilder.fromList(List.of("zero", "a", "the", "</s>", "new"), COUNTS, "v")
                .words())
        .containsExactly("</s>", "<unk>", "the", "a", "new", "zero");
  }

  @Test
  void refusesFewerThanTwoWords() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> VocabularyBuilder.fromCounts(COUNTS, VocabularySettings.counted(5), "train.txt"))
        .withMessage(
            "train.txt: 1 words occur at least 5 times; a vocabulary needs at least 2 words beside"
                + " </s> and <unk> (corpus.minimum-count, corpus.maximum-words)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VocabularyBuilder.fromList(List.of("a", "<s>"), COUNTS, "v.txt"))
        .withMessage(
            "v.txt: the list holds 1 words; a vocabulary needs at least 2 words beside </s> and"
                + " <unk>");
  }

  @Test
  void refusesSettingsOutsideTheirBounds() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VocabularySettings.counted(0))
        .withMessage("corpus.minimum-count is 0; at least 1 is needed");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SegmentSettings(0, SentenceOrder.AS_IS, 1))
        .withMessage("corpus.segment-length is 0; at least 1 is needed");
    assertThat(new SegmentSettings(1, SentenceOrder.AS_IS, 65_536).shards()).isEqualTo(65_536);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new SegmentSettings(1, SentenceOrder.AS_IS, 65_537))
        .withMessage("corpus.shards is 65537; at most 65536 are allowed");
  }
}
