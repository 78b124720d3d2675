package org.bitlattice.quant;

import java.io.Serializable;
import java.util.Arrays;
import org.bitlattice.lm.TensorShape;

/**
 * A matrix as integer codes and scales: value[r][c] = scale(r) · code[r][c]. Codes are row by row.
 * Blocks of rows may have different precisions. The arrays are shared, not copied; treat them as
 * read-only.
 *
 * @param rows number of rows, at least 1
 * @param columns length of a row, at least 1
 * @param storage precision of each block of rows, never {@link Precision#FULL}, and form of scales
 * @param scales one scale for each row with {@link ScaleScope#ROW}, else one for each block;
 *     numbers of the scales' format, finite and not negative, 0 only for a scope whose values are
 *     all zero
 * @param codes {@code rows · columns} codes, in each block within ±{@link Precision#maxCode()}; one
 *     bit has no 0
 */
public record QuantizedTensor(
    int rows, int columns, TensorStorage storage, float[] scales, short[] codes)
    implements Serializable {

  /**
   * @throws IllegalArgumentException when a length, scale or code is out of its range
   */
  public QuantizedTensor {
    if (codes.length != Math.multiplyExact(rows, columns)) {
      throw new IllegalArgumentException(
          "%d codes for a matrix of shape [%d, %d]".formatted(codes.length, rows, columns));
    }
    if (storage.rows() != rows || !storage.quantized()) {
      throw new IllegalArgumentException(
          "a matrix of %d rows cannot be stored as %s".formatted(rows, storage.blocks()));
    }
    if (scales.length != storage.scaleCount()) {
      throw new IllegalArgumentException(
          "%d scales where scope %s of %d rows in %d blocks needs %d"
              .formatted(
                  scales.length,
                  storage.scales().scope().label(),
                  rows,
                  storage.blocks().size(),
                  storage.scaleCount()));
    }
    requireScales(storage.scales().format(), scales);
    for (PrecisionBlock block : storage.blocks()) {
      requireCodes(block, columns, codes);
    }
  }

  /**
   * A matrix with one precision and scales in single precision.
   *
   * @throws IllegalArgumentException when a length, scale or code is out of its range
   */
  public QuantizedTensor(
      int rows, int columns, Precision precision, ScaleScope scope, float[] scales, short[] codes) {
    this(rows, columns, TensorStorage.whole(rows, precision, ScaleForm.of(scope)), scales, codes);
  }

  private static void requireScales(ScaleFormat format, float[] scales) {
    for (int i = 0; i < scales.length; i++) {
      if (!Float.isFinite(scales[i]) || scales[i] < 0) {
        throw new IllegalArgumentException(
            "scale %d is %s; scales are finite and not negative".formatted(i, scales[i]));
      }
      if (!format.holds(scales[i])) {
        throw new IllegalArgumentException(
            "scale %d is %s, which is not a number of %s".formatted(i, scales[i], format.label()));
      }
    }
  }

  private static void requireCodes(PrecisionBlock block, int columns, short[] codes) {
    Precision precision = block.precision();
    int max = precision.maxCode();
    for (int i = block.from() * columns; i < block.to() * columns; i++) {
      if (codes[i] > max || codes[i] < -max || (precision == Precision.ONE && codes[i] == 0)) {
        throw new IllegalArgumentException(
            "code %d at index %d is outside the %d-bit table"
                .formatted(codes[i], i, precision.bits()));
      }
    }
  }

  /** The widest precision of its blocks; that of every code where the matrix is whole. */
  public Precision precision() {
    return storage.blocks().stream()
        .map(PrecisionBlock::precision)
        .max(Precision::compareTo)
        .orElseThrow();
  }

  /** What a scale covers. */
  public ScaleScope scope() {
    return storage.scales().scope();
  }

  /** The scale of row {@code row}. */
  public float scale(int row) {
    return scales[storage.scaleOf(row)];
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

  /** The codes as they are stored in files: {@link TensorStorage#codeBytes} bytes. */
  public byte[] packedCodes() {
    byte[] packed = new byte[Math.toIntExact(storage.codeBytes(columns))];
    int at = 0;
    for (PrecisionBlock block : storage.blocks()) {
      byte[] part =
          CodePacking.pack(
              block.precision(),
              Arrays.copyOfRange(codes, block.from() * columns, block.to() * columns));
      System.arraycopy(part, 0, packed, at, part.length);
      at += part.length;
    }
    return packed;
  }

  /**
   * A matrix from its stored form.
   *
   * @param shape name and shape
   * @param storage as for the constructor
   * @param scales as for the constructor
   * @param packed what {@link #packedCodes} gave
   * @param location the file, for messages
   * @throws IllegalArgumentException naming file and tensor when a length, scale or code is out of
   *     its range
   */
  public static QuantizedTensor ofPacked(
      TensorShape shape, TensorStorage storage, float[] scales, byte[] packed, String location) {
    String where = "%s: the tensor %s".formatted(location, shape.name());
    if (packed.length != storage.codeBytes(shape.columns()) || storage.rows() != shape.rows()) {
      throw new IllegalArgumentException(
          "%s: %d bytes of codes; %d rows of %d codes take %d"
              .formatted(
                  where,
                  packed.length,
                  shape.rows(),
                  shape.columns(),
                  storage.codeBytes(shape.columns())));
    }
    short[] codes = new short[shape.size()];
    int at = 0;
    for (PrecisionBlock block : storage.blocks()) {
      WeightUnit unit = new WeightUnit(shape, block.from(), block.to());
      int bytes = (int) CodePacking.bytes(block.precision(), unit.weights());
      short[] part =
          CodePacking.unpack(
              block.precision(),
              Arrays.copyOfRange(packed, at, at + bytes),
              unit.weights(),
              "%s: the tensor %s".formatted(location, unit.name()));
      System.arraycopy(part, 0, codes, block.from() * shape.columns(), part.length);
      at += bytes;
    }
    try {
      return new QuantizedTensor(shape.rows(), shape.columns(), storage, scales, codes);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("%s: %s".formatted(where, e.getMessage()), e);
    }
  }
}
