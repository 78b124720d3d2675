package org.bitlattice.sensitivity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.quant.ModelUnits;
import org.junit.jupiter.api.Test;

class TraceSamplingTest {
  private static final LstmArchitecture LSTM = new LstmArchitecture(3, 1, 1, 1);
  private static final ModelUnits UNITS = ModelUnits.whole(LSTM);
  private static final int[] SIZES = {3, 4, 4, 3};
  private static final double STEP = 3e-4;

  private static TraceSampling sampling(int maximum) {
    return new TraceSampling(UNITS, new TraceStopping(0.05, 0.01, maximum), STEP);
  }

  private static List<DirectionSample> rows(Direction direction, double... values) {
    return DirectionSample.rows(direction, UNITS, forms(1, values), 8);
  }

  private static QuadraticForms forms(int tokens, double... values) {
    double[] sums = new double[values.length];
    for (int u = 0; u < sums.length; u++) {
      sums[u] = values[u] * tokens;
    }
    return new QuadraticForms(sums, tokens);
  }

  @Test
  void tracesAreMeansWithTheStandardErrorByHand() {
    TraceSampling sampling = sampling(100);
    double[][] samples = {{1, -2, 0, 4}, {3, -2, 0, 4}, {8, -2, 0, 4}};
    List<Direction> next = sampling.next(3, sample -> sample);
    sampling.add(rows(next.get(0), samples[0]));
    sampling.add(rows(next.get(1), 1.5, -2, 0, 3));
    sampling.add(rows(next.get(2), samples[1]));
    sampling.add(rows(next.get(3), samples[2]));
    HessianTrace first = sampling.traces().get(0);
    // Mean 4; squares 9 + 1 + 16 = 26; √(26 / 2 / 3).
    assertThat(first)
        .isEqualTo(
            new HessianTrace(
                "encoder.weight", 3, 4, 4.0 / 3, Math.sqrt(26 / 2.0 / 3), 3, 1, 0.5, 8));
    HessianTrace second = sampling.traces().get(1);
    assertThat(second.trace()).isEqualTo(-2);
    assertThat(second.meanTrace()).isEqualTo(-0.5);
    assertThat(second.standardError()).isZero();
    assertThat(second.halvingChange()).isZero();
  }

  @Test
  void aSingleSampleHasNoStandardErrorAndEndsNothing() {
    TraceSampling sampling = sampling(100);
    assertThat(sampling.ended()).isFalse();
    assertThatThrownBy(sampling::traces).hasMessage("a trace cannot be estimated from no samples");
    for (Direction direction : sampling.next(1, sample -> sample)) {
      sampling.add(rows(direction, 1, 1, 1, 1));
    }
    assertThat(sampling.samples()).isEqualTo(1);
    assertThat(sampling.traces().get(0).standardError()).isNaN();
    assertThat(sampling.ended()).isFalse();
  }

  @Test
  void theFirstBatchHasDirectionZeroAtHalfOfTheStepToo() {
    TraceSampling sampling = sampling(5);
    assertThat(sampling.next(3, sample -> 10 + sample))
        .containsExactly(
            new Direction(0, 10, STEP),
            new Direction(0, 10, STEP / 2),
            new Direction(1, 11, STEP),
            new Direction(2, 12, STEP));
    sampling.next(3, sample -> 10 + sample).forEach(d -> sampling.add(rows(d, d.seed(), 2, 3, 4)));
    assertThat(sampling.samples()).isEqualTo(3);
    assertThat(sampling.next(3, sample -> 10 + sample))
        .containsExactly(new Direction(3, 13, STEP), new Direction(4, 14, STEP));
    sampling.next(3, sample -> 10 + sample).forEach(d -> sampling.add(rows(d, d.seed(), 2, 3, 4)));
    assertThat(sampling.ended()).isTrue();
    assertThat(sampling.next(3, sample -> sample)).isEmpty();
    assertThat(sampling.traces().get(0).trace()).isEqualTo(12);
  }

  @Test
  void samplingContinuesFromStoredRowsAsIfNothingHadHappened() {
    TraceSampling whole = sampling(40);
    SplittableRandom random = new SplittableRandom(1);
    whole.next(7, sample -> sample).forEach(d -> whole.add(rows(d, random.doubles(4).toArray())));
    TraceSampling continued = sampling(40);
    continued.add(whole.rows());
    assertThat(continued.traces()).isEqualTo(whole.traces());
    assertThat(continued.next(7, sample -> sample)).isEqualTo(whole.next(7, sample -> sample));
  }

  @Test
  void samplesThatDoNotFollowAreRefused() {
    TraceSampling sampling = sampling(40);
    List<Direction> next = sampling.next(2, sample -> sample);
    sampling.add(rows(next.get(0), 1, 2, 3, 4));
    assertThatThrownBy(() -> sampling.add(rows(next.get(2), 1, 2, 3, 4)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "a sample of direction 1 at the step 3.0E-4 for encoder.weight over 1 tokens cannot follow;"
                + " the next is direction 0 at 1.5E-4 for encoder.weight over 1");
    List<DirectionSample> half = rows(next.get(1), 1, 2, 3, 4);
    assertThatThrownBy(() -> sampling.add(half.subList(1, 4)))
        .hasMessageStartingWith(
            "a sample of direction 0 at the step 1.5E-4 for rnn.weight_ih_l0 over 1 tokens cannot");
    assertThatThrownBy(
            () -> sampling.add(DirectionSample.rows(next.get(1), UNITS, forms(2, 1, 2, 3, 4), 1)))
        .hasMessageEndingWith("for encoder.weight over 1");
  }

  @Test
  void valuesThatAreNoNumbersAreRefused() {
    Direction direction = new Direction(4, 9, STEP);
    assertThatThrownBy(() -> rows(direction, 1, Double.NaN, 1, 1))
        .hasMessage(
            "direction 4 gives NaN for rnn.weight_ih_l0; the model's gradients on this text are not"
                + " finite");
    assertThatThrownBy(() -> DirectionSample.rows(direction, UNITS, QuadraticForms.none(4), 1))
        .hasMessage(
            "direction 4 was measured on a text without tokens; a trace needs some sentences");
  }

  /**
   * With an explicit symmetric A: traces of its blocks within four standard errors, and the
   * standard error that theory gives, √(Σ_{i≠j ∈ u} 2 A_ij² + Σ_{i ∈ u, j ∉ u} A_ij²) / √n.
   */
  @Test
  void theTracesOfAQuadraticAndTheirStandardErrorsAreThoseOfTheory() {
    int n = 4000;
    double[][] a = symmetric();
    TraceSampling sampling = new TraceSampling(UNITS, new TraceStopping(1e-9, 1e-9, n), STEP);
    for (Direction direction : sampling.next(n, sample -> sample)) {
      sampling.add(rows(direction, quadratic(a, direction.seed())));
    }
    int from = 0;
    for (int u = 0; u < SIZES.length; u++) {
      double trace = 0;
      double variance = 0;
      for (int i = from; i < from + SIZES[u]; i++) {
        trace += a[i][i];
        for (int j = 0; j < a.length; j++) {
          boolean inside = j >= from && j < from + SIZES[u];
          variance += i == j ? 0 : (inside ? 2 : 1) * a[i][j] * a[i][j];
        }
      }
      HessianTrace found = sampling.traces().get(u);
      double expected = Math.sqrt(variance / n);
      assertThat(found.standardError()).isCloseTo(expected, within(0.1 * expected));
      assertThat(found.trace()).isCloseTo(trace, within(4 * expected));
      from += SIZES[u];
    }
  }

  private static double[][] symmetric() {
    SplittableRandom random = new SplittableRandom(3);
    double[][] a = new double[14][14];
    for (int i = 0; i < 14; i++) {
      for (int j = 0; j <= i; j++) {
        a[i][j] = 2 * random.nextDouble() - 1;
        a[j][i] = a[i][j];
      }
    }
    return a;
  }

  /** v_uᵀ(Av)_u of the direction of a seed for every unit. */
  private static double[] quadratic(double[][] a, long seed) {
    List<Float> v = new ArrayList<>();
    new RademacherDirection(LSTM, seed)
        .signs()
        .values()
        .forEach(
            signs -> {
              for (float sign : signs) {
                v.add(sign);
              }
            });
    double[] forms = new double[SIZES.length];
    int i = 0;
    for (int u = 0; u < SIZES.length; u++) {
      for (int row = 0; row < SIZES[u]; row++, i++) {
        for (int j = 0; j < a.length; j++) {
          forms[u] += v.get(i) * a[i][j] * v.get(j);
        }
      }
    }
    return forms;
  }
}
