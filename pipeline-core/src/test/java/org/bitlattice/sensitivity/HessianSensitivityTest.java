package org.bitlattice.sensitivity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.bitlattice.allocation.ParetoFrontier;
import org.bitlattice.allocation.UnitOption;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.lm.TensorShape;
import org.bitlattice.lm.training.TinyModels;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.ScaleForm;
import org.bitlattice.quant.ScaleScope;
import org.bitlattice.quant.WeightUnit;
import org.junit.jupiter.api.Test;

class HessianSensitivityTest {
  private static final LstmArchitecture LSTM = new LstmArchitecture(13, 5, 7, 1);
  private static final LmWeights MODEL = TinyModels.random(LSTM, 1, 5);

  private static HessianTrace trace(double trace, double standardError) {
    return new HessianTrace("w", 50, trace, trace / 50, standardError, 24, 900, 0, 1);
  }

  @Test
  void bothMeasuresFollowFromTraceAndPerturbation() {
    Perturbation perturbation = new Perturbation(4, 0.5);
    // ½ · 3/50 · 4 and 3 · 4.
    assertThat(HessianSensitivity.of(trace(3, 0.25), 2, perturbation, HessianSensitivity.Kind.MEAN))
        .isEqualTo(new Sensitivity("w", 2, "hessian-mean", 0.12, 0.01, 24, 900, 0.5));
    assertThat(
            HessianSensitivity.of(trace(3, 0.25), 2, perturbation, HessianSensitivity.Kind.TOTAL))
        .isEqualTo(new Sensitivity("w", 2, "hessian-total", 12, 1, 24, 900, 0.5));
  }

  @Test
  void aNegativeTraceGivesANegativeValueWithAPositiveStandardError() {
    Sensitivity found =
        HessianSensitivity.of(
            trace(-3, 0.25), 1, new Perturbation(4, 0), HessianSensitivity.Kind.TOTAL);
    assertThat(found.value()).isEqualTo(-12);
    assertThat(found.standardError()).isEqualTo(1);
  }

  @Test
  void aPerturbationIsTheSquaredErrorOfTheTableThatKlProbesApply() {
    for (ScaleScope scope : ScaleScope.values()) {
      for (TensorShape shape : LSTM.quantizable()) {
        WeightUnit block = new WeightUnit(shape, 2, shape.rows() - 1);
        for (Precision precision : List.of(Precision.ONE, Precision.TWO, Precision.FOUR)) {
          KlProbe probe = new KlProbe(block, precision);
          ProbeTables tables = ProbeTables.of(MODEL, List.of(probe), ScaleForm.of(scope));
          float[] before = MODEL.tensor(shape.name());
          float[] after = tables.change(MODEL, probe).values();
          double squares = 0;
          for (int i = 0; i < before.length; i++) {
            squares += Math.pow((double) after[i] - before[i], 2);
          }
          assertThat(tables.perturbation(MODEL, probe).squared())
              .isCloseTo(squares, within(1e-12))
              .isPositive();
        }
      }
    }
  }

  /**
   * Values are not made positive for the frontier: a unit with a negative trace takes the coarsest
   * table, whatever the size of its trace, and leaves the choices of the others alone.
   */
  @Test
  void theFrontierTakesTheCoarsestTableForANegativeTrace() {
    for (double negative : new double[] {-1e-6, -1, -1e6}) {
      ParetoFrontier frontier =
          ParetoFrontier.over(
              Map.of("bad", options(trace(negative, 1)), "good", options(trace(2, 1))),
              UnitOption::bytes,
              100);
      for (int place = 0; place < frontier.size(); place++) {
        assertThat(frontier.point(place).precisions()).containsEntry("bad", Precision.ONE);
      }
      assertThat(frontier.size()).isEqualTo(3);
    }
  }

  private static List<UnitOption> options(HessianTrace trace) {
    WeightUnit unit = WeightUnit.of(TensorShape.matrix("w", 5, 10));
    ScaleForm scales = ScaleForm.of(ScaleScope.TENSOR);
    return List.of(
        option(unit, Precision.ONE, scales, trace, 1),
        option(unit, Precision.TWO, scales, trace, 0.25),
        option(unit, Precision.FOUR, scales, trace, 0.01));
  }

  private static UnitOption option(
      WeightUnit unit, Precision precision, ScaleForm scales, HessianTrace trace, double squared) {
    return UnitOption.of(
        unit,
        precision,
        scales,
        HessianSensitivity.of(
                trace, precision.bits(), new Perturbation(squared, 0), HessianSensitivity.Kind.MEAN)
            .value());
  }
}
