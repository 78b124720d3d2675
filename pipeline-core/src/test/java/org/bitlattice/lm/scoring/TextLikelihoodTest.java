package org.bitlattice.lm.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.bitlattice.text.TextLikelihood;
import org.junit.jupiter.api.Test;

class TextLikelihoodTest {
  @Test
  void perplexityOfAUniformModelIsItsNumberOfWords() {
    TextLikelihood uniform = new TextLikelihood(4, 0, 4 * Math.log(10));
    assertThat(uniform.perplexity()).isCloseTo(10, within(1e-12));
  }

  @Test
  void perplexityIsTheInverseOfTheGeometricMean() {
    double negative = -Math.log(0.5) - Math.log(0.125);
    assertThat(new TextLikelihood(2, 0, negative).perplexity()).isCloseTo(4, within(1e-12));
  }

  @Test
  void addsEveryPart() {
    assertThat(new TextLikelihood(2, 1, 1.5).plus(new TextLikelihood(3, 0, 2.25)))
        .isEqualTo(new TextLikelihood(5, 1, 3.75));
  }

  @Test
  void hasNoPerplexityWithoutTokens() {
    assertThatThrownBy(TextLikelihood.EMPTY::perplexity)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a text without tokens has no perplexity");
  }

  @Test
  void batchesOutsideTheirRangeAreRefused() {
    for (int rows : new int[] {0, -1, ScorerSettings.MAX_BATCH_ROWS + 1}) {
      assertThatThrownBy(() -> new ScorerSettings(rows))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "a scoring batch of %d rows cannot be made; allowed are 1 to 65536 rows"
                  .formatted(rows));
    }
    assertThat(new ScorerSettings(ScorerSettings.MAX_BATCH_ROWS).batchRows()).isEqualTo(65_536);
  }
}
