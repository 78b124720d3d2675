package org.bitlattice.allocation;

import org.bitlattice.quant.ModelUnits;
import org.bitlattice.quant.StoredSize;

/** How large a model may be, in one of three units. */
public sealed interface Budget {
  /**
   * The most that a model's units may cost: nominal bits times weights for {@link AverageBits},
   * else bytes without the model's fixed part. Negative when the fixed part alone is too large.
   */
  default long limit(ModelUnits units) {
    // 2.1 bits · 10 weights is 21 bits, although the product in doubles may fall short of it.
    double rounding = 1 + 1e-12;
    if (this instanceof AverageBits average) {
      return (long) Math.floor(average.bits() * units.weights() * rounding);
    }
    long fixed = StoredSize.fixedBytes(units.architecture());
    if (this instanceof Ratio ratio) {
      long full = StoredSize.fullPrecisionBytes(units.architecture());
      return (long) Math.floor(full / ratio.ratio() * rounding) - fixed;
    }
    return ((Bytes) this).bytes() - fixed;
  }

  /**
   * At most this many nominal bits a weight, averaged over the matrices.
   *
   * @param bits finite and positive
   */
  record AverageBits(double bits) implements Budget {
    /**
     * @throws IllegalArgumentException when out of range
     */
    public AverageBits {
      requirePositive("average bits", bits);
    }
  }

  /**
   * A model file at least this many times smaller than the full-precision file.
   *
   * @param ratio finite and positive
   */
  record Ratio(double ratio) implements Budget {
    /**
     * @throws IllegalArgumentException when out of range
     */
    public Ratio {
      requirePositive("a compression ratio", ratio);
    }
  }

  /**
   * A model file of at most this many bytes, header, biases and gains included.
   *
   * @param bytes positive
   */
  record Bytes(long bytes) implements Budget {
    /**
     * @throws IllegalArgumentException when out of range
     */
    public Bytes {
      requirePositive("bytes", (double) bytes);
    }
  }

  private static void requirePositive(String what, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "a budget of %s cannot be %s; it must be finite and positive".formatted(what, value));
    }
  }
}
