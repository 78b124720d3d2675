package org.bitlattice.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TokenStreamTest {
  private static final Vocabulary WORDS =
      Vocabulary.of(List.of("</s>", "<unk>", "a", "b", "c"), "test");

  @Test
  void startsWithTheBoundaryAndOverlapsByOneToken() {
    List<int[]> segments =
        TokenStream.segments(List.of(new int[] {2, 3}, new int[] {4}, new int[] {2}), WORDS, 3);
    assertThat(segments).hasSize(2);
    assertThat(segments.get(0)).containsExactly(0, 2, 3, 0);
    assertThat(segments.get(1)).containsExactly(0, 4, 0, 2);
  }

  @Test
  void tellsHowManyTargetsWereDropped() {
    TokenStream stream =
        new TokenStream(List.of(new int[] {2, 3}, new int[] {4}, new int[] {2}).iterator(), 0, 3);
    stream.forEachRemaining(segment -> {});
    assertThat(stream.remainder()).isEqualTo(1);
    assertThat(TokenStream.remainder(7, 3)).isEqualTo(1);
  }

  @Test
  void hasNoSegmentInTooShortAStream() {
    assertThat(TokenStream.segments(List.of(new int[] {2, 3}), WORDS, 4)).isEmpty();
    assertThat(TokenStream.segments(List.of(), WORDS, 1)).isEmpty();
  }

  @Test
  void refusesALengthBelowOne() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenStream.segments(List.of(), WORDS, 0))
        .withMessage("Cannot cut segments of length 0; a segment has at least 1 target");
  }

  @Property(tries = 200)
  void cutsTheConcatenatedStream(
      @ForAll @Size(max = 12) List<@Size(max = 9) List<@IntRange(min = 1, max = 4) Integer>> text,
      @ForAll @IntRange(min = 1, max = 11) int length) {
    List<int[]> sentences = new ArrayList<>();
    List<Integer> flat = new ArrayList<>(List.of(0));
    for (List<Integer> sentence : text) {
      sentences.add(sentence.stream().mapToInt(i -> i).toArray());
      flat.addAll(sentence);
      flat.add(0);
    }
    int[] stream = flat.stream().mapToInt(i -> i).toArray();
    List<int[]> segments = TokenStream.segments(sentences, WORDS, length);
    assertThat(segments).hasSize((stream.length - 1) / length);
    for (int k = 0; k < segments.size(); k++) {
      assertThat(segments.get(k))
          .containsExactly(Arrays.copyOfRange(stream, k * length, k * length + length + 1));
    }
  }
}
