package org.bitlattice.allocation;

/** How large a model may be, in one of three units. */
public sealed interface Budget {
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
      requirePositive("bytes", bytes);
    }
  }

  private static void requirePositive(String what, double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "a budget of %s cannot be %s; it must be finite and positive".formatted(what, value));
    }
  }
}
