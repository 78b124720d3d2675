package org.bitlattice.lm.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LearningRateHalvingTest {
  @Test
  void halvesWhenTheGainIsBelowTheMarginAndStopsAfterTheLastHalving() {
    LearningRateHalving policy = LearningRateHalving.start(0.8, 0.01, 2).after(100).after(90);
    assertThat(policy.learningRate()).isEqualTo(0.8);
    policy = policy.after(89.5);
    assertThat(policy.learningRate()).isEqualTo(0.4);
    assertThat(policy.bestPerplexity()).isEqualTo(89.5);
    policy = policy.after(80).after(81);
    assertThat(policy.learningRate()).isEqualTo(0.2);
    assertThat(policy.bestPerplexity()).isEqualTo(80);
    assertThat(policy.finished()).isFalse();
    policy = policy.after(79.9);
    assertThat(policy.finished()).isTrue();
    assertThat(policy.learningRate()).isEqualTo(0.2);
    assertThat(policy.halvings()).isEqualTo(2);
  }

  @Test
  void perplexityThatIsNotANumberIsNoImprovement() {
    LearningRateHalving policy = LearningRateHalving.start(1, 0.01, 5);
    assertThat(policy.after(Double.NaN).learningRate()).isEqualTo(0.5);
    assertThat(policy.after(50).after(Double.POSITIVE_INFINITY).learningRate()).isEqualTo(0.5);
  }

  @Test
  void refusesValuesOutOfRange() {
    assertThatThrownBy(() -> LearningRateHalving.start(0, 0.01, 1))
        .hasMessage("the learning rate is 0.0; it must be finite and above 0");
    assertThatThrownBy(() -> LearningRateHalving.start(1, 1, 1))
        .hasMessage("the least relative improvement is 1.0; it must be at least 0 and below 1");
    assertThatThrownBy(() -> LearningRateHalving.start(1, 0, -1))
        .hasMessage("the number of halvings is -1; it must be at least 0");
  }
}
