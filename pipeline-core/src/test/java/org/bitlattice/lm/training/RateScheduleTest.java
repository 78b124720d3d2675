package org.bitlattice.lm.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.bitlattice.lm.training.RateSchedule.Decay;
import org.junit.jupiter.api.Test;

class RateScheduleTest {
  @Test
  void fallsAsItsNameSays() {
    assertThat(rates(Decay.CONSTANT)).containsExactly(0.4, 0.4, 0.4, 0.4);
    assertThat(rates(Decay.LINEAR))
        .containsExactly(new double[] {0.4, 0.3, 0.2, 0.1}, within(1e-12));
    double eighth = Math.sqrt(0.5);
    assertThat(rates(Decay.COSINE))
        .containsExactly(
            new double[] {0.4, 0.2 * (1 + eighth), 0.2, 0.2 * (1 - eighth)}, within(1e-12));
  }

  private static double[] rates(Decay decay) {
    RateSchedule schedule = new RateSchedule(0.4, decay);
    return new double[] {
      schedule.at(1, 4), schedule.at(2, 4), schedule.at(3, 4), schedule.at(4, 4)
    };
  }

  @Test
  void refusesARoundThatIsNotThereAndARateThatIsNone() {
    assertThatThrownBy(() -> new RateSchedule(0.4, Decay.LINEAR).at(5, 4))
        .hasMessage("round 5 has no learning rate; there are rounds 1 to 4");
    assertThatThrownBy(() -> new RateSchedule(0, Decay.LINEAR))
        .hasMessage("the learning rate is 0.0; it must be finite and above 0");
  }
}
