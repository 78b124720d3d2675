package org.bitlattice.lowbit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.bitlattice.quant.Precision.EIGHT;
import static org.bitlattice.quant.Precision.TWO;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bitlattice.lm.Float16;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.lm.TensorShape;
import org.bitlattice.lm.training.GradientOracle;
import org.bitlattice.lm.training.OptimiserSettings;
import org.bitlattice.lm.training.PlainTrainer;
import org.bitlattice.lm.training.TinyModels;
import org.bitlattice.lm.training.TrainingState;
import org.bitlattice.quant.ModelUnits;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.QuantizedTensor;
import org.bitlattice.quant.ScaleForm;
import org.bitlattice.quant.ScaleFormat;
import org.bitlattice.quant.ScaleScope;
import org.bitlattice.quant.TensorStorage;
import org.bitlattice.quant.WordBlocks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StraightThroughStateTest {
  private static final LstmArchitecture LSTM = new LstmArchitecture(20, 8, 16, 1);
  private static final List<int[]> TEXT = TinyModels.counting(40, 6, 20, 1);
  private static final GradientOracle ORACLE = new GradientOracle(LSTM);

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"ONE", "TWO", "FOUR"})
  void trainsALowBitModelFarBelowItsTableFit(Precision precision) {
    StraightThroughState state = start(precision, ScaleScope.ROW);
    double fitted = loss(state);
    TrainingState training = TrainingState.start(state.weights());
    PlainTrainer trainer = new PlainTrainer(LSTM, OptimiserSettings.adam(0.01, 8), TEXT, 1);
    for (int round = 0; round < 10; round++) {
      training = trainer.train(training, 40, 0.01, Optional.of(state.constraint())).state();
      state = state.next(training.weights());
    }
    assertThat(loss(state)).isLessThan(0.5 * fitted);
    assertThat(state.weights()).isSameAs(training.weights());
    assertThat(state.residuals().orElseThrow().codesChanged()).isBetween(0.0, 0.5);
  }

  private static StraightThroughState start(Precision precision, ScaleScope scope) {
    LmWeights weights = TinyModels.random(LSTM, 0.5, 7);
    return StraightThroughState.start(
        weights, precisions(precision), scope, Double.POSITIVE_INFINITY);
  }

  private static Map<String, Precision> precisions(Precision precision) {
    Map<String, Precision> precisions = new LinkedHashMap<>();
    LSTM.quantizable().forEach(shape -> precisions.put(shape.name(), precision));
    return precisions;
  }

  private static double loss(LowBitState state) {
    return ORACLE.at(state.quantizedModel().weights(), TEXT).lossNatsPerToken();
  }

  /** Plain alternation for each scope: nearest codes by trying all, then ⟨W,Q⟩/⟨Q,Q⟩. */
  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"ONE", "TWO", "FOUR"})
  void tablesFollowTheWeightsByAlternationFromTheLastScales(Precision precision) {
    for (ScaleScope scope : List.of(ScaleScope.TENSOR, ScaleScope.ROW)) {
      StraightThroughState state = start(precision, scope);
      LmWeights moved = TinyModels.random(LSTM, 0.6, 9);
      Map<String, QuantizedTensor> found = state.next(moved).quantizedModel().quantized();
      for (TensorShape shape : LSTM.quantizable()) {
        QuantizedTensor before = state.quantizedModel().quantized().get(shape.name());
        float[] w = moved.tensor(shape.name());
        int span = scope == ScaleScope.TENSOR ? w.length : shape.columns();
        for (int from = 0; from < w.length; from += span) {
          double[] expected =
              alternated(w, from, from + span, before.scale(from / shape.columns()), precision, 4);
          for (int i = 0; i < span; i++) {
            assertThat((double) found.get(shape.name()).dequantize()[from + i])
                .isCloseTo(expected[i], within(1e-6));
          }
        }
      }
    }
  }

  /** With scope MODEL, one alternation over the values of all matrices in a row. */
  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"ONE", "TWO", "FOUR"})
  void matricesOfOneScaleFollowTogether(Precision precision) {
    StraightThroughState state = start(precision, ScaleScope.MODEL);
    LmWeights moved = TinyModels.random(LSTM, 0.6, 9);
    Map<String, QuantizedTensor> found = state.next(moved).quantizedModel().quantized();
    int length = LSTM.quantizable().stream().mapToInt(TensorShape::size).sum();
    float[] all = new float[length];
    float[] entries = new float[length];
    int at = 0;
    for (TensorShape shape : LSTM.quantizable()) {
      System.arraycopy(moved.tensor(shape.name()), 0, all, at, shape.size());
      System.arraycopy(found.get(shape.name()).dequantize(), 0, entries, at, shape.size());
      at += shape.size();
    }
    float start = state.quantizedModel().quantized().values().iterator().next().scale(0);
    double[] expected = alternated(all, 0, length, start, precision, 4);
    for (int i = 0; i < length; i++) {
      assertThat((double) entries[i]).isCloseTo(expected[i], within(1e-6));
    }
  }

  @Test
  void blocksFollowAtTheirOwnPrecisionAndScalesAreRoundedToTheirFormat() {
    LmWeights weights = TinyModels.random(LSTM, 0.5, 7);
    LmWeights moved = TinyModels.random(LSTM, 0.6, 9);
    ModelUnits units = new WordBlocks(List.of(5)).cut(LSTM);
    Map<String, Precision> precisions = new LinkedHashMap<>();
    units
        .units()
        .forEach(
            unit -> precisions.put(unit.name(), unit.whole() || unit.from() > 0 ? TWO : EIGHT));
    for (ScaleScope scope : ScaleScope.values()) {
      Map<String, QuantizedTensor> exact =
          followed(weights, moved, units.storage(precisions, ScaleForm.of(scope)));
      Map<String, QuantizedTensor> halves =
          followed(
              weights, moved, units.storage(precisions, new ScaleForm(scope, ScaleFormat.FP16)));
      QuantizedTensor output = exact.get(LstmArchitecture.OUTPUT);
      assertThat(largestCode(output, 0, 5)).isGreaterThan(10);
      assertThat(largestCode(output, 5, 20)).isEqualTo(1);
      exact.forEach(
          (name, tensor) -> {
            for (int i = 0; i < tensor.scales().length; i++) {
              float rounded = Float16.nearest(tensor.scales()[i]);
              // The start was rounded too, so the fixed point may differ in the last place.
              assertThat(halves.get(name).scales()[i]).isCloseTo(rounded, within(0.02f * rounded));
              assertThat(Float16.nearest(halves.get(name).scales()[i]))
                  .isEqualTo(halves.get(name).scales()[i]);
            }
          });
    }
  }

  private static Map<String, QuantizedTensor> followed(
      LmWeights weights, LmWeights moved, Map<String, TensorStorage> storage) {
    return StraightThroughState.start(weights, storage, Double.POSITIVE_INFINITY)
        .next(moved)
        .quantizedModel()
        .quantized();
  }

  private static int largestCode(QuantizedTensor tensor, int fromRow, int toRow) {
    int largest = 0;
    for (int i = fromRow * tensor.columns(); i < toRow * tensor.columns(); i++) {
      largest = Math.max(largest, Math.abs(tensor.codes()[i]));
    }
    return largest;
  }

  private static double[] alternated(
      float[] w, int from, int end, double start, Precision precision, int times) {
    double scale = start;
    int[] codes = new int[end - from];
    for (int t = 0; t < times; t++) {
      double product = 0;
      double squares = 0;
      for (int i = from; i < end; i++) {
        int best = precision.maxCode();
        for (int code = precision.maxCode(); code >= -precision.maxCode(); code--) {
          boolean allowed = precision != Precision.ONE || code != 0;
          if (allowed && Math.abs(w[i] - scale * code) < Math.abs(w[i] - scale * best)) {
            best = code;
          }
        }
        codes[i - from] = best;
        product += (double) w[i] * best;
        squares += (double) best * best;
      }
      scale = product / squares;
    }
    double[] entries = new double[codes.length];
    for (int i = 0; i < codes.length; i++) {
      entries[i] = scale * codes[i];
    }
    return entries;
  }

  @Test
  void residualsAreThoseOfTheMoveOfCodesAndWeights() {
    StraightThroughState state = start(Precision.TWO, ScaleScope.TENSOR);
    assertThat(state.residuals()).isEmpty();
    LmWeights moved = TinyModels.random(LSTM, 0.5, 8);
    StraightThroughState next = state.next(moved);
    long changed = 0;
    long codes = 0;
    for (TensorShape shape : LSTM.quantizable()) {
      QuantizedTensor before = state.quantizedModel().quantized().get(shape.name());
      QuantizedTensor after = next.quantizedModel().quantized().get(shape.name());
      for (int i = 0; i < shape.size(); i++) {
        changed += before.codes()[i] == after.codes()[i] ? 0 : 1;
      }
      codes += shape.size();
    }
    assertThat(next.residuals().orElseThrow().codesChanged())
        .isCloseTo((double) changed / codes, within(1e-12));
    assertThat(next.primalResidual()).isEqualTo(next.residuals().orElseThrow().primal());
    assertThat(next.penalty()).isEmpty();
  }

  @Test
  void frozenCodesKeepTheTablesAndTakeTheVectors() {
    StraightThroughState state = start(Precision.TWO, ScaleScope.ROW);
    FrozenCodes frozen = FrozenCodes.of(state.quantizedModel(), state.weights());
    TrainingState trained =
        new PlainTrainer(LSTM, OptimiserSettings.adam(0.05, 8), TEXT, 1)
            .train(
                TrainingState.start(frozen.weights()), 60, 0.05, Optional.of(frozen.constraint()))
            .state();
    FrozenCodes next = frozen.next(trained.weights());
    assertThat(loss(next)).isLessThan(loss(frozen) - 0.1);
    next.quantizedModel()
        .quantized()
        .forEach(
            (name, tensor) ->
                assertThat(tensor).isSameAs(state.quantizedModel().quantized().get(name)));
    assertThat(next.residuals().orElseThrow().codesChanged()).isZero();
    assertThat(next.primalResidual()).isEqualTo(state.primalResidual());
  }

  @Test
  void nothingToQuantizeIsRefused() {
    assertThatThrownBy(() -> start(Precision.FULL, ScaleScope.ROW))
        .hasMessage(
            "straight-through training needs at least one quantized matrix; all have full precision");
  }
}
