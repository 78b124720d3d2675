package org.bitlattice.quant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.bitlattice.lm.Float16;
import org.bitlattice.lm.TensorShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Scales in half precision. */
class HalfScaleTest {
  private static QuantizedTensor fit(Precision precision, float... values) {
    ScaleForm scales = new ScaleForm(ScaleScope.TENSOR, ScaleFormat.FP16);
    return TableFit.fit(
        TensorShape.matrix("w", 1, values.length),
        values,
        TensorStorage.whole(1, precision, scales));
  }

  @Property(tries = 300)
  void codesAreNearestToTheScaleThatIsStored(
      @ForAll @IntRange(min = 1, max = 40) int length,
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 3) int which) {
    Precision precision = Precision.values()[which];
    float[] values = TableFitTest.gaussian(length, seed);
    QuantizedTensor fit = fit(precision, values);
    float scale = fit.scale(0);
    assertThat(Float16.nearest(scale)).isEqualTo(scale);
    for (int i = 0; i < length; i++) {
      double own = Math.abs((double) values[i] - (double) scale * fit.codes()[i]);
      for (int code = -precision.maxCode(); code <= precision.maxCode(); code++) {
        assertThat(own).isLessThanOrEqualTo(Math.abs((double) values[i] - (double) scale * code));
      }
    }
  }

  @Property(tries = 200)
  void theScaleIsTheFitsRoundedToNearest(
      @ForAll @IntRange(min = 1, max = 200) int length, @ForAll long seed) {
    float[] values = TableFitTest.gaussian(length, seed);
    double sum = 0;
    for (float value : values) {
      sum += Math.abs(value);
    }
    assertThat(fit(Precision.ONE, values).scale(0)).isEqualTo(Float16.nearest(sum / length));
  }

  @Test
  void tiesOfTheScaleGoToTheEvenHalf() {
    // The mean magnitude is 1 + 2⁻¹¹, half way between the halves 1 and 1 + 2⁻¹⁰.
    assertThat(fit(Precision.ONE, 1, 1 + 0x1p-10f).scale(0)).isEqualTo(1);
    assertThat(fit(Precision.ONE, 1 + 0x1p-10f, 1 + 0x1p-9f).scale(0)).isEqualTo(1 + 0x1p-9f);
  }

  @ParameterizedTest
  @EnumSource(value = Precision.class, names = "FULL", mode = EnumSource.Mode.EXCLUDE)
  void aScaleIsNeverRoundedToZero(Precision precision) {
    QuantizedTensor tiny = fit(precision, Float.MIN_VALUE, -1e-30f);
    assertThat(tiny.scale(0)).isEqualTo(Float16.SMALLEST);
    assertThat(tiny.dequantize())
        .isEqualTo(
            precision == Precision.ONE
                ? new float[] {Float16.SMALLEST, -Float16.SMALLEST}
                : new float[2]);
    assertThat(fit(precision, 0, 0).scale(0)).isZero();
  }

  @Test
  void subnormalScalesAreMultiplesOfTheSmallest() {
    assertThat(fit(Precision.ONE, 3e-7f).scale(0)).isEqualTo(5 * Float16.SMALLEST);
  }

  @Test
  void refusesAScaleBeyondTheFormat() {
    assertThatThrownBy(() -> fit(Precision.ONE, 65520, -65520))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the tensor w needs the scale 65520.0, which fp16 cannot hold; its largest number is"
                + " 65504.0");
    assertThat(fit(Precision.ONE, 65519, -65519).scale(0)).isEqualTo(65504);
    assertThat(fit(Precision.FOUR, 65520, -65520).dequantize()[0]).isCloseTo(65520, within(32f));
  }

  @Test
  void refusesScalesThatAreNoHalves() {
    TensorStorage storage =
        TensorStorage.whole(1, Precision.TWO, new ScaleForm(ScaleScope.TENSOR, ScaleFormat.FP16));
    assertThatThrownBy(() -> new QuantizedTensor(1, 1, storage, new float[] {0.1f}, new short[1]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("scale 0 is 0.1, which is not a number of fp16");
    assertThat(
            new QuantizedTensor(1, 1, storage, new float[] {0.25f}, new short[] {1}).dequantize())
        .containsExactly(0.25f);
  }

  @Test
  void warmRefitsKeepTheFormat() {
    float[] values = TableFitTest.gaussian(64, 1);
    QuantizedTensor fit = fit(Precision.FOUR, values);
    float[] moved = values.clone();
    moved[0] += 0.5f;
    QuantizedTensor again = TableFit.refit("w", moved, fit);
    assertThat(again.storage()).isEqualTo(fit.storage());
    assertThat(Float16.nearest(again.scale(0))).isEqualTo(again.scale(0));
  }
}
