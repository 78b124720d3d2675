package org.bitlattice.sensitivity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.lm.training.TinyModels;
import org.bitlattice.quant.ModelUnits;
import org.bitlattice.quant.WordBlocks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Against the whole Hessian of tiny models, by second differences of the plain reference. */
class HessianProbeTest {
  private static final double STEP = 3e-4;
  private static final LstmArchitecture LSTM = new LstmArchitecture(5, 2, 2, 1);

  /** Three minibatches of two lengths. */
  private static final List<List<int[]>> TEXT =
      List.of(
          TinyModels.segments(3, 4, 5, 1),
          TinyModels.segments(2, 4, 5, 2),
          TinyModels.segments(2, 7, 5, 3));

  private static LmWeights model(LstmArchitecture lstm) {
    return ExactHessian.onGrid(TinyModels.random(lstm, 1, 9));
  }

  private static LstmArchitecture lstm(LstmArchitecture.Output output) {
    return LSTM.with(5, output);
  }

  private static ModelUnits blocks(LstmArchitecture lstm) {
    return new WordBlocks(List.of(2)).cut(lstm);
  }

  private static ExactHessian exact(LmWeights weights) {
    List<int[]> segments = new ArrayList<>();
    TEXT.forEach(segments::addAll);
    return ExactHessian.of(weights, segments);
  }

  /** Single-precision gradients: 10⁻⁴ of the largest unit, give or take. */
  private static double tolerance(double[] exact) {
    double largest = 0;
    for (double value : exact) {
      largest = Math.max(largest, Math.abs(value));
    }
    return 1e-3 * largest;
  }

  @ParameterizedTest
  @EnumSource(LstmArchitecture.Output.class)
  void aSampleIsTheFormOfTheExactHessianForEveryUnit(LstmArchitecture.Output output) {
    LmWeights weights = model(lstm(output));
    ModelUnits units = blocks(lstm(output));
    ExactHessian exact = exact(weights);
    HessianProbe probe = new HessianProbe(weights, units, STEP);
    for (long seed = 0; seed < 20; seed++) {
      Map<String, float[]> signs = new RademacherDirection(lstm(output), seed).signs();
      double[] expected =
          units.units().stream().mapToDouble(unit -> exact.form(unit, signs)).toArray();
      QuadraticForms found = probe.sample(seed, TEXT);
      assertThat(found.tokens()).isEqualTo(34);
      assertThat(found.perToken()).containsExactly(expected, within(tolerance(expected)));
    }
  }

  /**
   * Unbiased: the columns of a Hadamard matrix are orthogonal, so over its rows the mean of v_i v_j
   * is 1 for i = j and else 0, as it is over all 2^52 sign vectors.
   */
  @ParameterizedTest
  @EnumSource(LstmArchitecture.Output.class)
  void overAnOrthogonalSetOfSignVectorsTheMeanIsTheExactTrace(LstmArchitecture.Output output) {
    LmWeights weights = model(lstm(output));
    ModelUnits units = blocks(lstm(output));
    ExactHessian exact = exact(weights);
    assertThat(exact.size()).isEqualTo(output == LstmArchitecture.Output.TIED ? 42 : 52);
    HessianProbe probe = new HessianProbe(weights, units, STEP);
    QuadraticForms sum = QuadraticForms.none(units.units().size());
    for (int row = 0; row < 64; row++) {
      double[] signs = new double[exact.size()];
      for (int column = 0; column < signs.length; column++) {
        signs[column] = Integer.bitCount(row & column) % 2 == 0 ? 1 : -1;
      }
      sum = sum.plus(probe.sample(exact.split(signs), TEXT));
    }
    double[] expected = units.units().stream().mapToDouble(exact::trace).toArray();
    assertThat(sum.perToken()).containsExactly(expected, within(tolerance(expected)));
  }

  @Test
  void randomDirectionsHaveTheExactTraceWithinTheirStandardErrors() {
    LmWeights weights = model(LSTM);
    ModelUnits units = blocks(LSTM);
    ExactHessian exact = exact(weights);
    HessianProbe probe = new HessianProbe(weights, units, STEP);
    TraceSampling sampling = new TraceSampling(units, new TraceStopping(1e-9, 1e-9, 300), STEP);
    for (Direction direction : sampling.next(300, sample -> 1000 + sample)) {
      QuadraticForms forms =
          direction.relativeStep() == STEP
              ? probe.sample(direction.seed(), TEXT)
              : new HessianProbe(weights, units, direction.relativeStep())
                  .sample(direction.seed(), TEXT);
      sampling.add(DirectionSample.rows(direction, units, forms, 1));
    }
    List<HessianTrace> traces = sampling.traces();
    for (int u = 0; u < traces.size(); u++) {
      HessianTrace trace = traces.get(u);
      double expected = exact.trace(units.units().get(u));
      assertThat(trace.samples()).isEqualTo(300);
      assertThat(trace.trace())
          .as(trace.unit())
          .isCloseTo(expected, within(4 * trace.standardError()));
      assertThat(trace.halvingChange()).isLessThan(1e-3);
    }
  }

  @Test
  void theOppositeDirectionGivesTheSameForm() {
    HessianProbe probe = new HessianProbe(model(LSTM), blocks(LSTM), STEP);
    Map<String, float[]> signs = new RademacherDirection(LSTM, 4).signs();
    Map<String, float[]> opposite = new LinkedHashMap<>();
    signs.forEach(
        (name, values) -> {
          float[] turned = new float[values.length];
          for (int i = 0; i < values.length; i++) {
            turned[i] = -values[i];
          }
          opposite.put(name, turned);
        });
    assertThat(probe.sample(opposite, TEXT).perToken())
        .containsExactly(probe.sample(signs, TEXT).perToken());
  }

  @Test
  void theBlocksOfAMatrixAddUpToTheMatrix() {
    LmWeights weights = model(LSTM);
    double[] whole =
        new HessianProbe(weights, ModelUnits.whole(LSTM), STEP).sample(3, TEXT).perToken();
    double[] parts = new HessianProbe(weights, blocks(LSTM), STEP).sample(3, TEXT).perToken();
    assertThat(parts).hasSize(6);
    assertThat(parts[0] + parts[1]).isCloseTo(whole[0], within(1e-9));
    assertThat(parts[2]).isEqualTo(whole[1]);
    assertThat(parts[4] + parts[5]).isCloseTo(whole[3], within(1e-9));
  }

  @Test
  void shardsAddUpToTheWholeText() {
    HessianProbe probe = new HessianProbe(model(LSTM), blocks(LSTM), STEP);
    QuadraticForms whole = probe.sample(6, TEXT);
    QuadraticForms none = probe.sample(6, List.of());
    assertThat(none.tokens()).isZero();
    QuadraticForms sum =
        probe.sample(6, TEXT.subList(0, 1)).plus(none).plus(probe.sample(6, TEXT.subList(1, 3)));
    assertThat(sum.tokens()).isEqualTo(whole.tokens());
    assertThat(sum.perToken()).containsExactly(whole.perToken(), within(1e-9));
  }

  @Test
  void equalSeedsGiveEqualBitsFromAnyProbe() {
    LmWeights weights = model(LSTM);
    HessianProbe one = new HessianProbe(weights, blocks(LSTM), STEP);
    double[] first = one.sample(1, TEXT).perToken();
    one.sample(2, TEXT);
    assertThat(one.sample(1, TEXT).perToken()).containsExactly(first);
    assertThat(new HessianProbe(weights, blocks(LSTM), STEP).sample(1, TEXT).perToken())
        .containsExactly(first);
    assertThat(one.sample(2, TEXT).perToken()).isNotEqualTo(first);
  }

  @Test
  void refusesStepsAndModelsThatGiveNoDifference() {
    LmWeights weights = model(LSTM);
    assertThatThrownBy(() -> new HessianProbe(weights, blocks(LSTM), 0))
        .hasMessage(
            "the step of a Hessian probe is 0.0 of the weights' norm; it must be finite and above 0");
    LstmArchitecture other = new LstmArchitecture(6, 2, 2, 1);
    assertThatThrownBy(() -> new HessianProbe(weights, ModelUnits.whole(other), STEP))
        .hasMessage("the units belong to %s, the weights to %s".formatted(other, LSTM));
    LmWeights zero = TinyModels.random(LSTM, 0, 1);
    assertThatThrownBy(() -> new HessianProbe(zero, blocks(LSTM), STEP))
        .hasMessage(
            "all matrices of the model are zero; a Hessian probe needs weights to scale its step by");
    QuadraticForms four =
        new HessianProbe(weights, ModelUnits.whole(LSTM), STEP).sample(1, List.of());
    QuadraticForms six = new HessianProbe(weights, blocks(LSTM), STEP).sample(1, List.of());
    assertThatThrownBy(() -> four.plus(six))
        .hasMessage("quadratic forms of 6 units cannot be added to those of 4");
  }
}
