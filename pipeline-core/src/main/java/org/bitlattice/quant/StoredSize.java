package org.bitlattice.quant;

import org.bitlattice.lm.LmArchitecture;

/**
 * Bytes that a model takes in its {@code model.safetensors} file, from shapes and precisions alone.
 * The header of every such file is padded to a length that depends on the architecture only, so a
 * file's length is {@link #fixedBytes} plus the sum of {@link #unitBytes} over the units of its
 * weight matrices: true sizes add up exactly.
 */
public final class StoredSize {
  /** Bytes of a single-precision value. */
  static final int FLOAT_BYTES = 4;

  private StoredSize() {}

  /**
   * Bytes of the packed codes of a number of weights.
   *
   * @throws IllegalArgumentException for {@link Precision#FULL}
   */
  public static long codeBytes(Precision precision, long weights) {
    return CodePacking.bytes(precision, weights);
  }

  /** Bytes of the scales of a quantized unit. */
  public static long scaleBytes(ScaleForm scales, int rows) {
    return (long) scales.format().bytes() * scales.scales(rows);
  }

  /** Bytes of a unit: codes and scales, or floats at full precision. */
  public static long unitBytes(WeightUnit unit, Precision precision, ScaleForm scales) {
    return precision.quantized()
        ? codeBytes(precision, unit.weights()) + scaleBytes(scales, unit.rows())
        : (long) FLOAT_BYTES * unit.weights();
  }

  /** Bytes that no precision changes: the file's header, and the biases and gains. */
  public static long fixedBytes(LmArchitecture architecture) {
    long vectors =
        architecture.tensors().stream()
            .filter(shape -> !shape.quantizable())
            .mapToLong(shape -> (long) FLOAT_BYTES * shape.size())
            .sum();
    return ModelLayout.headerBytes(architecture) + vectors;
  }

  /** Length of the file of the same architecture in full precision. */
  public static long fullPrecisionBytes(LmArchitecture architecture) {
    return ModelLayout.headerBytes(architecture) + FLOAT_BYTES * architecture.parameters();
  }
}
