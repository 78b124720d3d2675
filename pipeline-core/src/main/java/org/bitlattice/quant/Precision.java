package org.bitlattice.quant;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Number of bits of a weight. {@link #ONE} has the codes −1 and +1; n = 2, 4, 8, 16 bits have the
 * integer codes −(2ⁿ⁻¹ − 1) … 2ⁿ⁻¹ − 1 (two bits are ternary); {@link #FULL} is IEEE 754 single
 * precision, not quantized.
 */
public enum Precision {
  ONE(1),
  TWO(2),
  FOUR(4),
  EIGHT(8),
  SIXTEEN(16),
  FULL(32);

  private final int bits;

  Precision(int bits) {
    this.bits = bits;
  }

  /** Nominal bits of a weight, as the paper counts them. */
  public int bits() {
    return bits;
  }

  /** Whether weights are codes of a table rather than floats. */
  public boolean quantized() {
    return this != FULL;
  }

  /**
   * Largest integer code: 1 for one and two bits, 7, 127, 32767 for 4, 8 and 16.
   *
   * @throws IllegalStateException for {@link #FULL}
   */
  public int maxCode() {
    if (this == FULL) {
      throw new IllegalStateException("full precision has no codes");
    }
    return this == ONE ? 1 : (1 << (bits - 1)) - 1;
  }

  /**
   * The precision with a number of bits.
   *
   * @throws IllegalArgumentException when there is none, naming the allowed numbers
   */
  public static Precision ofBits(int bits) {
    for (Precision precision : values()) {
      if (precision.bits == bits) {
        return precision;
      }
    }
    String allowed =
        Arrays.stream(values())
            .map(p -> Integer.toString(p.bits))
            .collect(Collectors.joining(", "));
    throw new IllegalArgumentException(
        "%d is not a precision; allowed are %s bits".formatted(bits, allowed));
  }
}
