package org.bitlattice.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.lm.TensorShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tables over blocks of rows, and over all units of a model that have the same precision. */
class SharedScaleTest {
  private static final LmArchitecture LSTM = new LstmArchitecture(13, 7, 5, 2);

  /** Precisions 1, 2, 4, 8, 16 at random for every unit. */
  private static Map<String, TensorStorage> random(ModelUnits units, ScaleForm scales, long seed) {
    Random random = new Random(seed);
    Map<String, Precision> precisions = new LinkedHashMap<>();
    units.names().forEach(name -> precisions.put(name, Precision.values()[random.nextInt(5)]));
    return units.storage(precisions, scales);
  }

  /** The values of all blocks of a precision, one after the other. */
  private static float[] joined(
      LmWeights weights, Map<String, TensorStorage> storage, Precision precision) {
    float[] joined = new float[0];
    for (TensorShape shape : weights.architecture().quantizable()) {
      for (PrecisionBlock block : storage.get(shape.name()).blocks()) {
        if (block.precision() == precision) {
          float[] own =
              new WeightUnit(shape, block.from(), block.to())
                  .valuesOf(weights.tensor(shape.name()));
          int before = joined.length;
          joined = Arrays.copyOf(joined, before + own.length);
          System.arraycopy(own, 0, joined, before, own.length);
        }
      }
    }
    return joined;
  }

  @Property(tries = 60)
  void aModelsScaleIsThatOfAllItsValuesAsOneMatrix(@ForAll long seed) {
    LmWeights weights = ModelFolderTest.randomWeights(LSTM, seed);
    ModelUnits units = new WordBlocks(List.of(2, 5)).cut(LSTM);
    Map<String, TensorStorage> storage = random(units, ScaleForm.of(ScaleScope.MODEL), seed);
    Map<String, QuantizedTensor> fits = TableFit.fit(weights, storage);
    for (TensorShape shape : LSTM.quantizable()) {
      QuantizedTensor fit = fits.get(shape.name());
      for (PrecisionBlock block : fit.storage().blocks()) {
        float[] all = joined(weights, storage, block.precision());
        QuantizedTensor one =
            TableFit.fit("all", all, 1, all.length, block.precision(), ScaleScope.TENSOR);
        assertThat(fit.scale(block.from())).isEqualTo(one.scale(0));
      }
    }
    assertThat(PackedModel.of(weights, fits).weights().architecture()).isEqualTo(LSTM);
  }

  @Property(tries = 100)
  void aScaleSharedByTwoTinyMatricesIsExactlyOptimalAtOneAndTwoBits(
      @ForAll @IntRange(min = 1, max = 3) int first,
      @ForAll @IntRange(min = 1, max = 3) int second,
      @ForAll long seed,
      @ForAll boolean one) {
    Precision precision = one ? Precision.ONE : Precision.TWO;
    float[] values = TableFitTest.gaussian(first + second, seed);
    Map<String, QuantizedTensor> shared =
        TableFit.refit(
            Map.of(
                "a", Arrays.copyOf(values, first),
                "b", Arrays.copyOfRange(values, first, first + second)),
            unfitted(precision, first, second));
    double error =
        ReferenceFit.error(Arrays.copyOf(values, first), shared.get("a"))
            + ReferenceFit.error(
                Arrays.copyOfRange(values, first, first + second), shared.get("b"));
    double best = ReferenceFit.exhaustiveError(values, precision);
    assertThat(error).isCloseTo(best, within(1e-5 * (1 + best)));
    assertThat(shared.get("a").scale(0)).isEqualTo(shared.get("b").scale(0));
  }

  /** Two matrices of one row with scope model and scale 0, from which a refit starts afresh. */
  private static Map<String, QuantizedTensor> unfitted(Precision precision, int first, int second) {
    Map<String, QuantizedTensor> matrices = new LinkedHashMap<>();
    TensorStorage storage = TensorStorage.whole(1, precision, ScaleForm.of(ScaleScope.MODEL));
    matrices.put("a", new QuantizedTensor(1, first, storage, new float[1], codes(first)));
    matrices.put("b", new QuantizedTensor(1, second, storage, new float[1], codes(second)));
    return matrices;
  }

  private static short[] codes(int length) {
    short[] codes = new short[length];
    Arrays.fill(codes, (short) 1);
    return codes;
  }

  @Test
  void aSharedRefitNeverFitsWorseThanBefore() {
    LmWeights weights = ModelFolderTest.randomWeights(LSTM, 4);
    Map<String, TensorStorage> storage =
        random(new WordBlocks(List.of(5)).cut(LSTM), ScaleForm.of(ScaleScope.MODEL), 4);
    Map<String, QuantizedTensor> fits = TableFit.fit(weights, storage);
    for (int round = 0; round < 5; round++) {
      LmWeights moved = moved(weights, round);
      Map<String, float[]> values = new LinkedHashMap<>();
      fits.keySet().forEach(name -> values.put(name, moved.tensor(name)));
      Map<String, QuantizedTensor> refitted = TableFit.refit(values, fits);
      for (Precision precision : Precision.values()) {
        if (precision.quantized()) {
          // The float in which a scale is stored costs less than a millionth.
          assertThat(error(moved, refitted, precision))
              .isLessThanOrEqualTo(error(moved, fits, precision) * (1 + 1e-6));
        }
      }
      assertThat(refitted.keySet()).isEqualTo(fits.keySet());
      fits = refitted;
      weights = moved;
    }
  }

  private static LmWeights moved(LmWeights weights, long seed) {
    Random random = new Random(seed);
    Map<String, float[]> moved = new LinkedHashMap<>();
    for (TensorShape shape : weights.architecture().quantizable()) {
      float[] values = weights.tensor(shape.name()).clone();
      for (int i = 0; i < values.length; i++) {
        values[i] += 0.1f * (float) random.nextGaussian();
      }
      moved.put(shape.name(), values);
    }
    return weights.with(moved);
  }

  /** ‖V − αQ‖² over the blocks of a precision. */
  private static double error(
      LmWeights weights, Map<String, QuantizedTensor> fits, Precision precision) {
    double error = 0;
    for (Map.Entry<String, QuantizedTensor> fit : fits.entrySet()) {
      float[] values = weights.tensor(fit.getKey());
      float[] table = fit.getValue().dequantize();
      for (PrecisionBlock block : fit.getValue().storage().blocks()) {
        int columns = fit.getValue().columns();
        for (int i = block.from() * columns; i < block.to() * columns; i++) {
          error += block.precision() == precision ? Math.pow((double) values[i] - table[i], 2) : 0;
        }
      }
    }
    return error;
  }

  @ParameterizedTest
  @EnumSource(
      value = ScaleScope.class,
      names = {"TENSOR", "ROW"})
  void everyBlockIsFittedAlone(ScaleScope scope) {
    float[] values = TableFitTest.gaussian(13 * 7, 8);
    TensorShape shape = TensorShape.matrix("w", 13, 7);
    List<PrecisionBlock> blocks =
        List.of(
            new PrecisionBlock(0, 1, Precision.SIXTEEN),
            new PrecisionBlock(1, 6, Precision.FOUR),
            new PrecisionBlock(6, 9, Precision.ONE),
            new PrecisionBlock(9, 13, Precision.TWO));
    QuantizedTensor fit =
        TableFit.fit(shape, values, new TensorStorage(blocks, ScaleForm.of(scope)));
    assertThat(fit.scales()).hasSize(scope == ScaleScope.ROW ? 13 : 4);
    assertThat(fit.precision()).isEqualTo(Precision.SIXTEEN);
    for (PrecisionBlock block : blocks) {
      float[] own = new WeightUnit(shape, block.from(), block.to()).valuesOf(values);
      QuantizedTensor alone = TableFit.fit("b", own, block.rows(), 7, block.precision(), scope);
      assertThat(Arrays.copyOfRange(fit.codes(), 7 * block.from(), 7 * block.to()))
          .isEqualTo(alone.codes());
      assertThat(Arrays.copyOfRange(fit.dequantize(), 7 * block.from(), 7 * block.to()))
          .isEqualTo(alone.dequantize());
      for (int row = block.from(); row < block.to(); row++) {
        assertThat(fit.scale(row)).isEqualTo(alone.scale(row - block.from()));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(value = Precision.class, names = "FULL", mode = EnumSource.Mode.EXCLUDE)
  void oneElementMatricesAndZerosShareAScale(Precision precision) {
    Map<String, QuantizedTensor> shared =
        TableFit.refit(
            Map.of("a", new float[] {-3}, "b", new float[] {0}), unfitted(precision, 1, 1));
    if (precision == Precision.ONE) {
      // The mean magnitude of −3 and 0; a zero of one bit becomes +α.
      assertThat(shared.get("a").dequantize()).containsExactly(-1.5f);
      assertThat(shared.get("b").dequantize()).containsExactly(1.5f);
    } else {
      assertThat(shared.get("a").dequantize()[0]).isCloseTo(-3, within(1e-6f));
      assertThat(shared.get("b").dequantize()).containsExactly(0f);
    }
    assertThat(shared.get("a").scale(0)).isEqualTo(shared.get("b").scale(0));
    Map<String, QuantizedTensor> zeros =
        TableFit.refit(Map.of("a", new float[1], "b", new float[1]), shared);
    assertThat(zeros.get("a").scale(0)).isZero();
    assertThat(zeros.get("b").scale(0)).isZero();
  }

  @Test
  void namesTheMatrixThatIsNotFiniteOrOfAnotherShape() {
    assertThatThrownBy(
            () ->
                TableFit.refit(
                    Map.of("a", new float[1], "b", new float[] {1, Float.NaN}),
                    unfitted(Precision.FOUR, 1, 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the tensor b holds NaN at index 1; only finite values can be quantized");
    TensorStorage storage = TensorStorage.whole(2, Precision.TWO, ScaleForm.of(ScaleScope.ROW));
    assertThatThrownBy(() -> TableFit.fit(TensorShape.matrix("w", 3, 1), new float[3], storage))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the tensor w has 3 rows; its blocks cover 2");
  }

  @Test
  void aModelRefusesUnitsThatShouldShareAScaleAndDoNot() {
    LmWeights weights = ModelFolderTest.randomWeights(LSTM, 1);
    Map<String, QuantizedTensor> alone = new LinkedHashMap<>();
    for (TensorShape shape : LSTM.quantizable()) {
      alone.put(
          shape.name(),
          new QuantizedTensor(
              shape.rows(),
              shape.columns(),
              Precision.TWO,
              ScaleScope.MODEL,
              new float[] {shape.rows()},
              new short[shape.size()]));
    }
    assertThatThrownBy(() -> PackedModel.of(weights, alone))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the tensor rnn.weight_ih_l0 has the scale 20.0 at 2 bits, other tensors have 13.0;"
                + " with scope model all have one");
  }
}
