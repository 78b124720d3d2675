package org.bitlattice.sensitivity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TraceStoppingTest {
  private static final TraceStopping STOPPING = new TraceStopping(0.05, 0.01, 100);

  private static HessianTrace trace(double trace, double standardError, int samples) {
    return new HessianTrace("u" + trace, 10, trace, trace / 10, standardError, samples, 7, 0.3, 1);
  }

  @Test
  void endsWhenEveryTraceIsKnownToItsShareOrToThatOfTheLargest() {
    List<HessianTrace> known = List.of(trace(100, 5, 8), trace(40, 2, 8), trace(3, 1, 8));
    assertThat(STOPPING.ended(known)).isTrue();
    assertThat(known).allMatch(trace -> STOPPING.settled(trace, known));
    List<HessianTrace> largestOpen = List.of(trace(100, 5.1, 8), trace(3, 0.1, 8));
    assertThat(STOPPING.ended(largestOpen)).isFalse();
    List<HessianTrace> smallOpen = List.of(trace(100, 1, 8), trace(3, 1.1, 8));
    assertThat(STOPPING.ended(smallOpen)).isFalse();
    assertThat(STOPPING.settled(smallOpen.get(0), smallOpen)).isTrue();
    assertThat(STOPPING.settled(smallOpen.get(1), smallOpen)).isFalse();
  }

  @Test
  void magnitudesOfNegativeTracesCount() {
    List<HessianTrace> traces = List.of(trace(-100, 5, 8), trace(2, 1, 8));
    assertThat(STOPPING.ended(traces)).isTrue();
    assertThat(STOPPING.allowed(traces.get(0), traces)).isEqualTo(5);
    assertThat(STOPPING.allowed(traces.get(1), traces)).isEqualTo(1);
  }

  @Test
  void endsAtTheMaximumInAnyCase() {
    assertThat(STOPPING.ended(List.of(trace(1, 9, 99)))).isFalse();
    assertThat(STOPPING.ended(List.of(trace(1, 9, 100)))).isTrue();
    assertThat(STOPPING.ended(List.of(trace(1, Double.NaN, 1)))).isFalse();
  }

  @Test
  void expectsTheSamplesThatBringTheLargestErrorDown() {
    // Twice the standard error that is allowed takes four times the samples.
    assertThat(STOPPING.expectedSamples(List.of(trace(100, 10, 8), trace(50, 1, 8)))).isEqualTo(32);
    assertThat(STOPPING.expectedSamples(List.of(trace(100, 50, 8)))).isEqualTo(100);
    assertThat(STOPPING.expectedSamples(List.of(trace(1, Double.NaN, 1)))).isEqualTo(100);
  }

  @Test
  void namesTracesWhoseDifferenceIsOffByMoreThanIsAllowed() {
    List<HessianTrace> traces = List.of(trace(20, 0.1, 8), trace(4, 0.1, 8));
    assertThat(STOPPING.rough(traces)).containsExactly(traces.get(1));
    assertThat(STOPPING.largestRoughness(traces)).isEqualTo(0.3 / 0.2);
  }

  @Test
  void refusesRulesThatNeverOrAlwaysEnd() {
    assertThatThrownBy(() -> new TraceStopping(0, 0.01, 10))
        .hasMessage(
            "traces cannot be known to 0.0 of themselves or 0.01 of the largest; both must be above 0");
    assertThatThrownBy(() -> new TraceStopping(0.05, Double.NaN, 10))
        .hasMessage(
            "traces cannot be known to 0.05 of themselves or NaN of the largest; both must be above 0");
    assertThatThrownBy(() -> new TraceStopping(0.05, 0.01, 1))
        .hasMessage("1 samples give no standard error; at least 2 are needed");
  }
}
