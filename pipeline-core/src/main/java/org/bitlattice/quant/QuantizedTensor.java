package org.bitlattice.quant;

import java.io.Serializable;
import org.bitlattice.lm.TensorShape;

/**
 * A matrix as integer codes and scales: value[r][c] = scale(r) · code[r][c]. Codes are row by row.
 * The arrays are shared, not copied; treat them as read-only.
 *
 * @param rows number of rows, at least 1
 * @param columns length of a row, at least 1
 * @param precision precision of the codes, never {@link Precision#FULL}
 * @param scope what a scale covers
 * @param scales one scale for {@link ScaleScope#TENSOR}, {@code rows} for {@link ScaleScope#ROW};
 *     finite and not negative, 0 only for a scope whose values are all zero
 * @param codes {@code rows · columns} codes within ±{@link Precision#maxCode()}; one bit has no 0
 */
public record QuantizedTensor(
    int rows, int columns, Precision precision, ScaleScope scope, float[] scales, short[] codes)
    implements Serializable {

  /**
   * @throws IllegalArgumentException when a length, scale or code is out of its range
   */
  public QuantizedTensor {
    if (codes.length != Math.multiplyExact(rows, columns)) {
      throw new IllegalArgumentException(
          "%d codes for a matrix of shape [%d, %d]".formatted(codes.length, rows, columns));
    }
    int expectedScales = scope == ScaleScope.TENSOR ? 1 : rows;
    if (scales.length != expectedScales) {
      throw new IllegalArgumentException(
          "%d scales where scope %s of %d rows needs %d"
              .formatted(scales.length, scope, rows, expectedScales));
    }
    for (int i = 0; i < scales.length; i++) {
      if (!Float.isFinite(scales[i]) || scales[i] < 0) {
        throw new IllegalArgumentException(
            "scale %d is %s; scales are finite and not negative".formatted(i, scales[i]));
      }
    }
    int max = precision.maxCode();
    for (int i = 0; i < codes.length; i++) {
      if (codes[i] > max || codes[i] < -max || (precision == Precision.ONE && codes[i] == 0)) {
        throw new IllegalArgumentException(
            "code %d at index %d is outside the %d-bit table"
                .formatted(codes[i], i, precision.bits()));
      }
    }
  }

  /** The scale of row {@code row}. */
  public float scale(int row) {
    return scope == ScaleScope.TENSOR ? scales[0] : scales[row];
  }

  /** The values αQ, row by row. */
  public float[] dequantize() {
    float[] values = new float[codes.length];
    for (int row = 0, i = 0; row < rows; row++) {
      float scale = scale(row);
      for (int column = 0; column < columns; column++, i++) {
        values[i] = scale * codes[i];
      }
    }
    return values;
  }

  /** The codes as they are stored in files: packed, in {@link StoredSize#codeBytes} bytes. */
  public byte[] packedCodes() {
    return CodePacking.pack(precision, codes);
  }

  /**
   * A matrix from its stored form.
   *
   * @param shape name and shape
   * @param scales as for the constructor
   * @param packed what {@link #packedCodes} gave
   * @param location the file, for messages
   * @throws IllegalArgumentException naming file and tensor when a length, scale or code is out of
   *     its range
   */
  public static QuantizedTensor ofPacked(
      TensorShape shape,
      Precision precision,
      ScaleScope scope,
      float[] scales,
      byte[] packed,
      String location) {
    String where = "%s: the tensor %s".formatted(location, shape.name());
    short[] codes = CodePacking.unpack(precision, packed, shape.size(), where);
    try {
      return new QuantizedTensor(shape.rows(), shape.columns(), precision, scope, scales, codes);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("%s: %s".formatted(where, e.getMessage()), e);
    }
  }
}
