package org.bitlattice.allocation;

import java.util.Locale;

/** What the size of a choice of precisions is counted in. */
public enum SizeAxis {
  /** True bytes: packed codes and scales, or floats. */
  BYTES,
  /** Nominal bits of a weight, on average over the matrices. */
  AVERAGE_BITS;

  /** Name in tables and settings. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The axis that a budget lies on. */
  public static SizeAxis of(Budget budget) {
    return budget instanceof Budget.AverageBits ? AVERAGE_BITS : BYTES;
  }

  /** Size of an option: bytes, or nominal bits times weights. */
  long cost(UnitOption option) {
    return this == BYTES ? option.bytes() : option.nominalBits();
  }
}
