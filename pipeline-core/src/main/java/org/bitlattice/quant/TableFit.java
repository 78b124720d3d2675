package org.bitlattice.quant;

import java.util.Arrays;

/**
 * Fits a quantization table to a matrix: minimises ‖V − αQ‖² over the scale α and the codes Q of
 * every {@linkplain ScaleScope scope} ({@code docs/method.md}, section 2). Codes are the nearest
 * table entry to V/α, ties away from zero, clipped to the table.
 *
 * <ul>
 *   <li>1 bit has a closed form: α = mean |V|, Q = sign V with sign 0 = +1.
 *   <li>2 bits (ternary) are fitted exactly: after sorting |V| downwards, the best code set is a
 *       prefix of length k, and ‖V‖² − (Σ of the prefix)² / k is smallest at the best k.
 *   <li>4, 8 and 16 bits alternate Q ← nearest codes of V/α and α ← ⟨V,Q⟩ / ⟨Q,Q⟩, from several
 *       starts; the best end is kept. The objective never rises along the way.
 * </ul>
 *
 * A scope of zeros has α = 0 with codes 0 (1 bit: +1). Sums run in doubles in index order, so that
 * the result depends on the values alone.
 */
public final class TableFit {
  private TableFit() {}

  /**
   * Fits a table from scratch.
   *
   * @param name name of the tensor, for messages
   * @param values row-major values, {@code rows · columns} of them; not changed
   * @param precision any but {@link Precision#FULL}
   * @throws IllegalArgumentException when the length does not fit the shape, the precision is full,
   *     or a value is NaN or infinite (naming tensor and index)
   */
  public static QuantizedTensor fit(
      String name, float[] values, int rows, int columns, Precision precision, ScaleScope scope) {
    if (!precision.quantized()) {
      throw new IllegalArgumentException(
          "the tensor %s cannot be fitted at 32 bits; full precision has no table".formatted(name));
    }
    requireShape(name, values, rows, columns);
    requireFinite(name, values);
    float[] scales = new float[scope == ScaleScope.TENSOR ? 1 : rows];
    short[] codes = new short[values.length];
    int span = values.length / scales.length;
    for (int s = 0; s < scales.length; s++) {
      Span part = new Span(values, s * span, (s + 1) * span);
      scales[s] = stored(part, coldScale(part, precision));
      part.nearestCodes(scales[s], precision, codes);
    }
    return new QuantizedTensor(rows, columns, precision, scope, scales, codes);
  }

  /**
   * Fits a table to values that have moved a little, with the shape, precision and scope of an
   * earlier fit. One and two bits have exact solutions, which are taken as they are; 4, 8 and 16
   * bits alternate from each scope's earlier scale, or start afresh where that was 0.
   *
   * @throws IllegalArgumentException as {@link #fit} does
   */
  public static QuantizedTensor refit(String name, float[] values, QuantizedTensor warmStart) {
    Precision precision = warmStart.precision();
    requireShape(name, values, warmStart.rows(), warmStart.columns());
    requireFinite(name, values);
    float[] scales = new float[warmStart.scales().length];
    short[] codes = new short[values.length];
    int span = values.length / scales.length;
    for (int s = 0; s < scales.length; s++) {
      Span part = new Span(values, s * span, (s + 1) * span);
      scales[s] = stored(part, warmScale(part, precision, warmStart.scales()[s]));
      part.nearestCodes(scales[s], precision, codes);
    }
    return new QuantizedTensor(
        warmStart.rows(), warmStart.columns(), precision, warmStart.scope(), scales, codes);
  }

  private static double coldScale(Span part, Precision precision) {
    if (part.largest() == 0) {
      return 0;
    }
    return switch (precision) {
      case ONE -> part.meanMagnitude();
      case TWO -> ternaryScale(part.sortedMagnitudes());
      default -> AlternatingFit.fromSeveralStarts(part, precision.maxCode());
    };
  }

  private static double warmScale(Span part, Precision precision, float earlier) {
    boolean exact = precision == Precision.ONE || precision == Precision.TWO;
    if (exact || earlier == 0 || part.largest() == 0) {
      return coldScale(part, precision);
    }
    return AlternatingFit.from(part, precision.maxCode(), earlier);
  }

  /** The scale as it is stored: a float, and positive where the scope holds a value. */
  private static float stored(Span part, double scale) {
    return part.largest() == 0 ? 0 : Math.max((float) scale, Float.MIN_VALUE);
  }

  /**
   * The exact ternary scale.
   *
   * @param ascending magnitudes in ascending order, the last one positive
   */
  static double ternaryScale(float[] ascending) {
    double sum = 0;
    double best = -1;
    double scale = 0;
    for (int k = 1; k <= ascending.length; k++) {
      sum += ascending[ascending.length - k];
      double gain = sum * sum / k;
      if (gain > best) {
        best = gain;
        scale = sum / k;
      }
    }
    return scale;
  }

  private static void requireShape(String name, float[] values, int rows, int columns) {
    if (rows < 1 || columns < 1 || values.length != (long) rows * columns) {
      throw new IllegalArgumentException(
          "the tensor %s has %d values, which is not a matrix of shape [%d, %d]"
              .formatted(name, values.length, rows, columns));
    }
  }

  private static void requireFinite(String name, float[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new IllegalArgumentException(
            "the tensor %s holds %s at index %d; only finite values can be quantized"
                .formatted(name, values[i], i));
      }
    }
  }

  /** The values of one scope: {@code values[from]} to {@code values[to − 1]}. */
  record Span(float[] values, int from, int to) {
    float largest() {
      float largest = 0;
      for (int i = from; i < to; i++) {
        largest = Math.max(largest, Math.abs(values[i]));
      }
      return largest;
    }

    double meanMagnitude() {
      double sum = 0;
      for (int i = from; i < to; i++) {
        sum += Math.abs(values[i]);
      }
      return sum / (to - from);
    }

    float[] sortedMagnitudes() {
      float[] magnitudes = new float[to - from];
      for (int i = from; i < to; i++) {
        magnitudes[i - from] = Math.abs(values[i]);
      }
      Arrays.sort(magnitudes);
      return magnitudes;
    }

    /** Writes the nearest codes at a scale into the same places of {@code codes}. */
    void nearestCodes(float scale, Precision precision, short[] codes) {
      int maxCode = precision.maxCode();
      for (int i = from; i < to; i++) {
        codes[i] =
            precision == Precision.ONE
                ? (short) (values[i] < 0 ? -1 : 1)
                : (short) code(values[i], scale, maxCode);
      }
    }
  }

  /** Nearest code of a value, ties away from zero, clipped; 0 at scale 0. */
  static int code(float value, double scale, int maxCode) {
    if (scale == 0) {
      return 0;
    }
    int magnitude = (int) Math.min(maxCode, Math.abs(value) / scale + 0.5);
    return value < 0 ? -magnitude : magnitude;
  }
}
