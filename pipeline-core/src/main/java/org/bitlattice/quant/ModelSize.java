package org.bitlattice.quant;

import java.util.List;
import java.util.Optional;

/**
 * What a model really takes on disk.
 *
 * @param units one row for each unit and each vector, in file order
 * @param headerBytes bytes of the safetensors file before its first tensor
 */
public record ModelSize(List<UnitSize> units, long headerBytes) {
  public ModelSize {
    units = List.copyOf(units);
  }

  /**
   * Size of one unit in bytes.
   *
   * @param unit the unit; a vector counts as one
   * @param scales what a scale covers and how it is stored; empty in full precision
   * @param codeBytes packed codes; 0 in full precision
   * @param scaleBytes scales; 0 in full precision
   * @param floatBytes single-precision values; 0 where quantized
   */
  public record UnitSize(
      WeightUnit unit,
      Precision precision,
      Optional<ScaleForm> scales,
      long codeBytes,
      long scaleBytes,
      long floatBytes) {
    static UnitSize full(WeightUnit unit) {
      long bytes = (long) StoredSize.FLOAT_BYTES * unit.weights();
      return new UnitSize(unit, Precision.FULL, Optional.empty(), 0, 0, bytes);
    }

    static UnitSize quantized(WeightUnit unit, Precision precision, ScaleForm scales) {
      return new UnitSize(
          unit,
          precision,
          Optional.of(scales),
          StoredSize.codeBytes(precision, unit.weights()),
          StoredSize.scaleBytes(scales, unit.rows()),
          0);
    }

    /** All bytes of the unit. */
    public long bytes() {
      return codeBytes + scaleBytes + floatBytes;
    }
  }

  /** Number of parameters, vectors included. */
  public long parameters() {
    return units.stream().mapToLong(size -> size.unit().weights()).sum();
  }

  /**
   * Nominal bits of a weight, Σ n·|W| / Σ |W| over the matrices that may be quantized, with 32 for
   * those in full precision; scales, vectors and the header do not count.
   */
  public double averageBits() {
    long bits = 0;
    long weights = 0;
    for (UnitSize size : units) {
      if (size.unit().tensor().quantizable()) {
        bits += (long) size.precision().bits() * size.unit().weights();
        weights += size.unit().weights();
      }
    }
    return (double) bits / weights;
  }

  /** Bits of the file for each parameter: 8 · {@link #bytes} / {@link #parameters}. */
  public double storedBits() {
    return 8.0 * bytes() / parameters();
  }

  /** Length of the {@code model.safetensors} file. */
  public long bytes() {
    return headerBytes + units.stream().mapToLong(UnitSize::bytes).sum();
  }

  /** Length of the full-precision file of the same architecture over {@link #bytes}. */
  public double compressionRatio() {
    return (double) (headerBytes + StoredSize.FLOAT_BYTES * parameters()) / bytes();
  }
}
