package org.bitlattice.lm.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.LstmArchitecture;
import org.junit.jupiter.api.Test;

class InitialWeightsTest {
  private static final LstmArchitecture TINY = new LstmArchitecture(4, 3, 5, 2);

  @Test
  void dependOnTheSeedAlone() {
    assertThat(InitialWeights.of(TINY, 1).tensor("decoder.weight"))
        .isEqualTo(InitialWeights.of(TINY, 1).tensor("decoder.weight"))
        .isNotEqualTo(InitialWeights.of(TINY, 2).tensor("decoder.weight"));
  }

  @Test
  void outputBiasesGiveTheUnigramDistributionWithOneAddedToEachCount() {
    LmWeights weights = InitialWeights.of(TINY, 1, new long[] {5, 0, 1, 10});
    float[] bias = weights.tensor("decoder.bias");
    double sum = 0;
    for (float b : bias) {
      sum += Math.exp(b);
    }
    double[] expected = {6 / 20.0, 1 / 20.0, 2 / 20.0, 11 / 20.0};
    for (int word = 0; word < 4; word++) {
      assertThat(Math.exp(bias[word]) / sum).isCloseTo(expected[word], within(1e-6));
    }
    assertThat(weights.tensor("encoder.weight"))
        .isEqualTo(InitialWeights.of(TINY, 1).tensor("encoder.weight"));
  }

  @Test
  void refuseCountsOfAnotherVocabulary() {
    assertThatThrownBy(() -> InitialWeights.of(TINY, 1, new long[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("3 word counts do not fit a vocabulary of 4 words");
  }
}
