package org.bitlattice.quant;

import java.util.List;
import java.util.Optional;
import org.bitlattice.lm.TensorShape;

/**
 * What a model really takes on disk.
 *
 * @param tensors one row for each tensor, in file order
 * @param headerBytes bytes of the safetensors file before its first tensor
 */
public record ModelSize(List<TensorSize> tensors, long headerBytes) {
  public ModelSize {
    tensors = List.copyOf(tensors);
  }

  /**
   * Size of one tensor in bytes.
   *
   * @param scope what a scale covers; empty in full precision
   * @param codeBytes packed codes; 0 in full precision
   * @param scaleBytes scales; 0 in full precision
   * @param floatBytes single-precision values; 0 where quantized
   */
  public record TensorSize(
      TensorShape shape,
      Precision precision,
      Optional<ScaleScope> scope,
      long codeBytes,
      long scaleBytes,
      long floatBytes) {
    /** All bytes of the tensor. */
    public long bytes() {
      return codeBytes + scaleBytes + floatBytes;
    }
  }

  /** Number of parameters, vectors included. */
  public long parameters() {
    return tensors.stream().mapToLong(t -> t.shape().size()).sum();
  }

  /**
   * Nominal bits of a weight, Σ n·|W| / Σ |W| over the matrices that may be quantized, with 32 for
   * those in full precision; scales, vectors and the header do not count.
   */
  public double averageBits() {
    long bits = 0;
    long weights = 0;
    for (TensorSize tensor : tensors) {
      if (tensor.shape().quantizable()) {
        bits += (long) tensor.precision().bits() * tensor.shape().size();
        weights += tensor.shape().size();
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
    return headerBytes + tensors.stream().mapToLong(TensorSize::bytes).sum();
  }

  /** Length of the full-precision file of the same architecture over {@link #bytes}. */
  public double compressionRatio() {
    return (double) (headerBytes + StoredSize.FLOAT_BYTES * parameters()) / bytes();
  }
}
