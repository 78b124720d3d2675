package org.bitlattice.quant;

import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.TensorShape;

/**
 * Bytes that a model takes in its {@code model.safetensors} file, from shapes and precisions alone.
 * The header of every such file is padded to a length that depends on the architecture only, so a
 * file's length is {@link #fixedBytes} plus the sum of {@link #tensorBytes} over the weight
 * matrices: true sizes add up exactly.
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

  /** Bytes of the scales of a quantized matrix. */
  public static long scaleBytes(ScaleScope scope, int rows) {
    return (long) FLOAT_BYTES * (scope == ScaleScope.TENSOR ? 1 : rows);
  }

  /** Bytes of a tensor: codes and scales, or floats at full precision. */
  public static long tensorBytes(TensorShape shape, Precision precision, ScaleScope scope) {
    return precision.quantized()
        ? codeBytes(precision, shape.size()) + scaleBytes(scope, shape.rows())
        : (long) FLOAT_BYTES * shape.size();
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
