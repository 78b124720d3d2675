package org.bitlattice.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.bitlattice.lm.TensorShape;
import org.bitlattice.quant.AlternatingFit.CodeSums;
import org.bitlattice.quant.AlternatingFit.DirectCodes;
import org.bitlattice.quant.AlternatingFit.SortedCodes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TableFitTest {
  private static QuantizedTensor fit(Precision precision, float... values) {
    return TableFit.fit("w", values, 1, values.length, precision, ScaleScope.TENSOR);
  }

  static float[] gaussian(int length, long seed) {
    Random random = new Random(seed);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** Values with zeros, ties and a few large ones among them. */
  private static float[] uneven(int length, long seed) {
    Random random = new Random(seed);
    float[] values = gaussian(length, seed);
    for (int i = 0; i < length; i++) {
      switch (random.nextInt(6)) {
        case 0 -> values[i] = 0;
        case 1 -> values[i] = (random.nextInt(9) - 4) / 2f;
        case 2 -> values[i] *= 20;
        default -> {}
      }
    }
    return values;
  }

  @Test
  void oneBitIsMeanMagnitudeAndSignWithZeroPositive() {
    QuantizedTensor fit = fit(Precision.ONE, 3, -1, 0, -0f);
    assertThat(fit.codes()).containsExactly(1, -1, 1, 1);
    assertThat(fit.scales()).containsExactly(1f);
  }

  @Test
  void roundsHalfAwayFromZero() {
    assertThat(TableFit.code(0.5f, 1, 1)).isEqualTo(1);
    assertThat(TableFit.code(-0.5f, 1, 1)).isEqualTo(-1);
    assertThat(TableFit.code(2.5f, 1, 7)).isEqualTo(3);
    assertThat(TableFit.code(-2.5f, 1, 7)).isEqualTo(-3);
    assertThat(TableFit.code(0.49999997f, 1, 7)).isZero();
    assertThat(TableFit.code(1e30f, 1e-30, 32767)).isEqualTo(32767);
    assertThat(TableFit.code(-1e30f, 1e-30, 32767)).isEqualTo(-32767);
  }

  @Test
  void ternaryKeepsTheLargeAndDropsTheSmall() {
    QuantizedTensor fit = fit(Precision.TWO, 10, -9, 0.5f, -0.5f, 0.1f);
    assertThat(fit.codes()).containsExactly(1, -1, 0, 0, 0);
    assertThat(fit.scales()).containsExactly(9.5f);
  }

  @ParameterizedTest
  @EnumSource(value = Precision.class, names = "FULL", mode = EnumSource.Mode.EXCLUDE)
  void zerosHaveScaleZero(Precision precision) {
    QuantizedTensor fit =
        TableFit.fit("w", new float[] {0, -0f, 1, 2}, 2, 2, precision, ScaleScope.ROW);
    assertThat(fit.scales()[0]).isZero();
    assertThat(fit.scales()[1]).isPositive();
    short zero = (short) (precision == Precision.ONE ? 1 : 0);
    assertThat(Arrays.copyOf(fit.codes(), 2)).containsExactly(zero, zero);
    QuantizedTensor again = TableFit.refit("w", new float[] {5, 5, 0, 0}, fit);
    assertThat(again.scales()[0]).isPositive();
    assertThat(again.scales()[1]).isZero();
    assertThat(again.dequantize()).containsExactly(new float[] {5, 5, 0, 0}, within(1e-5f));
  }

  @Test
  void representableValuesAreFittedWithoutError() {
    float[] sixteen = new float[41];
    for (int i = 0; i < sixteen.length; i++) {
      sixteen[i] = 0.25f * (i == 0 ? -32767 : i * 800 - 16000);
    }
    assertThat(fit(Precision.SIXTEEN, sixteen).dequantize()).isEqualTo(sixteen);
    float[] four = {-3.5f, 3.5f, 1.5f, 0, -0.5f, 0.5f, 2};
    assertThat(fit(Precision.FOUR, four).dequantize()).isEqualTo(four);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void namesTensorAndIndexOfAValueThatIsNotFinite(float bad) {
    float[] values = {1, 2, 3, bad};
    assertThatThrownBy(
            () -> TableFit.fit("decoder.weight", values, 2, 2, Precision.TWO, ScaleScope.ROW))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the tensor decoder.weight holds %s at index 3; only finite values can be quantized"
                .formatted(bad));
    QuantizedTensor warm = fit(Precision.TWO, 1, 2, 3, 4);
    assertThatThrownBy(() -> TableFit.refit("decoder.weight", values, warm))
        .hasMessageContaining("index 3");
  }

  @Test
  void givenScalesGiveTheTableThatTheyWereFittedFor() {
    float[] values = gaussian(6 * 7, 5);
    TensorShape shape = TensorShape.matrix("w", 6, 7);
    for (ScaleScope scope : ScaleScope.values()) {
      TensorStorage storage =
          new TensorStorage(
              List.of(
                  new PrecisionBlock(0, 2, Precision.FOUR),
                  new PrecisionBlock(2, 6, Precision.TWO)),
              ScaleForm.of(scope));
      QuantizedTensor fit = TableFit.fit(shape, values, storage);
      QuantizedTensor given = TableFit.withScales(shape, values, storage, fit.scales());
      assertThat(given.scales()).isEqualTo(fit.scales());
      assertThat(given.codes()).isEqualTo(fit.codes());
      assertThatThrownBy(() -> TableFit.withScales(shape, values, storage, new float[1]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "the tensor w has %d scales, and 1 were given".formatted(fit.scales().length));
    }
  }

  @Test
  void refusesFullPrecisionAndWrongLengths() {
    assertThatThrownBy(() -> fit(Precision.FULL, 1))
        .hasMessage("the tensor w cannot be fitted at 32 bits; full precision has no table");
    assertThatThrownBy(
            () -> TableFit.fit("w", new float[3], 2, 2, Precision.TWO, ScaleScope.TENSOR))
        .hasMessage("the tensor w has 3 values, which is not a matrix of shape [2, 2]");
  }

  @Property(tries = 300)
  void oneAndTwoBitsAreExactlyOptimal(
      @ForAll @IntRange(min = 1, max = 7) int length, @ForAll long seed, @ForAll boolean one) {
    float[] values = uneven(length, seed);
    Precision precision = one ? Precision.ONE : Precision.TWO;
    double error = ReferenceFit.error(values, fit(precision, values));
    double best = ReferenceFit.exhaustiveError(values, precision);
    assertThat(error).isCloseTo(best, within(1e-5 * (1 + best)));
  }

  @Property(tries = 150)
  void fourBitsOfTinyScopesAreOptimal(
      @ForAll @IntRange(min = 1, max = 4) int length, @ForAll long seed) {
    float[] values = uneven(length, seed);
    double error = ReferenceFit.error(values, fit(Precision.FOUR, values));
    double best = ReferenceFit.exhaustiveError(values, Precision.FOUR);
    double norm = ReferenceFit.error(values, zero(length));
    assertThat(error).isLessThanOrEqualTo(best + 1e-7 * norm);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 13, 64, 207})
  void fourBitsAreAsGoodAsAFineGridOfScales(int length) {
    for (long seed = 0; seed < 20; seed++) {
      float[] values = gaussian(length, seed);
      double error = ReferenceFit.error(values, fit(Precision.FOUR, values));
      double grid = ReferenceFit.gridError(values, Precision.FOUR, 3000);
      double norm = ReferenceFit.error(values, zero(length));
      assertThat(error).isLessThanOrEqualTo(grid * 1.02 + 1e-6 * norm);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {13, 207, 4098})
  void fourBitsAreAsGoodAsAFineGridOnHeavyTails(int length) {
    float[] values = gaussian(length, length);
    for (int i = 0; i < length; i++) {
      values[i] = values[i] * values[i] * values[i];
    }
    double error = ReferenceFit.error(values, fit(Precision.FOUR, values));
    assertThat(error)
        .isLessThanOrEqualTo(1.02 * ReferenceFit.gridError(values, Precision.FOUR, 1000));
  }

  @Test
  void eightBitsAreAsGoodAsAFineGridOfScales() {
    float[] values = gaussian(207, 5);
    double error = ReferenceFit.error(values, fit(Precision.EIGHT, values));
    assertThat(error)
        .isLessThanOrEqualTo(1.25 * ReferenceFit.gridError(values, Precision.EIGHT, 2000));
  }

  private static QuantizedTensor zero(int length) {
    return new QuantizedTensor(
        1, length, Precision.FOUR, ScaleScope.TENSOR, new float[1], new short[length]);
  }

  @Property(tries = 500)
  void theObjectiveNeverRises(
      @ForAll @IntRange(min = 1, max = 64) int length,
      @ForAll long seed,
      @ForAll @IntRange(min = 0, max = 3) int width,
      @ForAll @IntRange(min = 1, max = 50_000) int thousandths) {
    float[] values = uneven(length, seed);
    double start = thousandths / 1000.0;
    Precision precision = Precision.values()[1 + width];
    FitScope scope = FitScope.of(values);
    Assume.that(scope.largest() > 0);
    DirectCodes codes = new DirectCodes(scope, scope.largest(), precision.maxCode());
    CodeSums sums = AlternatingFit.step(codes, start);
    double last = objective(values, sums.scale(), precision);
    for (int step = 0; step < 30; step++) {
      sums = AlternatingFit.step(codes, sums.scale());
      double now = objective(values, sums.scale(), precision);
      assertThat(now).isLessThanOrEqualTo(last * (1 + 1e-12) + 1e-12);
      last = now;
    }
  }

  private static double objective(float[] values, double scale, Precision precision) {
    double error = 0;
    for (float value : values) {
      double rest = value - scale * TableFit.code(value, scale, precision.maxCode());
      error += rest * rest;
    }
    return error;
  }

  @Property(tries = 500)
  void sortedSumsEqualSumsByOnePass(
      @ForAll @IntRange(min = 1, max = 300) int length,
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 300) int hundredths) {
    float[] values = uneven(length, seed);
    // The odd factor keeps values off the thresholds, where the two ways may round differently.
    double scale = hundredths * 0.010000001234567;
    FitScope scope = FitScope.of(values);
    Assume.that(scope.largest() > scale);
    CodeSums direct = new DirectCodes(scope, scope.largest(), 7).at(scale);
    CodeSums sorted = new SortedCodes(scope.sortedMagnitudes(), 7).at(scale);
    assertThat(sorted.codeCode()).isEqualTo(direct.codeCode());
    assertThat(sorted.valueCode()).isCloseTo(direct.valueCode(), within(1e-7));
  }

  @Test
  void aStartWhoseCodesAreAllZeroIsHalved() {
    float[] values = {0.001f, -0.0005f};
    FitScope scope = FitScope.of(values);
    CodeSums sums = AlternatingFit.step(new DirectCodes(scope, scope.largest(), 7), 1e30);
    assertThat(sums.codeCode()).isPositive();
    QuantizedTensor far =
        new QuantizedTensor(
            1, 2, Precision.FOUR, ScaleScope.TENSOR, new float[] {1e30f}, new short[] {1, 0});
    assertThat(ReferenceFit.error(values, TableFit.refit("w", values, far))).isLessThan(1e-6);
  }

  @ParameterizedTest
  @EnumSource(value = Precision.class, names = "FULL", mode = EnumSource.Mode.EXCLUDE)
  void refittingTheSameValuesChangesNothingMuch(Precision precision) {
    float[] values = gaussian(4098, 11);
    QuantizedTensor fit = TableFit.fit("w", values, 6, 683, precision, ScaleScope.ROW);
    QuantizedTensor again = TableFit.refit("w", values, fit);
    assertThat(ReferenceFit.error(values, again))
        .isLessThanOrEqualTo(ReferenceFit.error(values, fit) * (1 + 1e-6));
  }

  @ParameterizedTest
  @EnumSource(value = Precision.class, names = "FULL", mode = EnumSource.Mode.EXCLUDE)
  void extremeMagnitudesStayInTheTable(Precision precision) {
    for (float size : new float[] {Float.MIN_VALUE, 1e-38f, 1e-20f, 1e20f, 1e37f}) {
      QuantizedTensor fit = fit(precision, size, -size, 0, size / 2);
      assertThat(fit.scales()[0]).isPositive().isFinite();
    }
  }

  @ParameterizedTest
  @EnumSource(value = Precision.class, names = "FULL", mode = EnumSource.Mode.EXCLUDE)
  void everyRowIsFittedAlone(Precision precision) {
    float[] values = gaussian(3 * 64, 2);
    QuantizedTensor whole = TableFit.fit("w", values, 3, 64, precision, ScaleScope.ROW);
    for (int row = 0; row < 3; row++) {
      QuantizedTensor alone = fit(precision, Arrays.copyOfRange(values, 64 * row, 64 * row + 64));
      assertThat(whole.scales()[row]).isEqualTo(alone.scales()[0]);
      assertThat(Arrays.copyOfRange(whole.codes(), 64 * row, 64 * row + 64))
          .isEqualTo(alone.codes());
    }
  }
}
