package org.bitlattice.lm.training;

import java.io.Serializable;

/**
 * The quantization table of each row of a weight matrix: entries α·{−1, +1} at one bit, α·{0, ±1,
 * …, ±(2ⁿ⁻¹ − 1)} at n = 2 to 16 bits. A row of 32 bits has no table.
 *
 * @param scales α of each row, finite and not negative
 * @param bits n of each row: 1 to 16, or 32
 * @param groups number of the set of rows, over all matrices of a model, that share one α; equal
 *     groups have equal scales
 */
public record RowTables(float[] scales, int[] bits, int[] groups) implements Serializable {
  private static final int NO_TABLE = 32;

  /**
   * @throws IllegalArgumentException when the lengths differ or a value is out of its range
   */
  public RowTables {
    if (scales.length != bits.length || scales.length != groups.length) {
      throw new IllegalArgumentException(
          "%d scales, %d precisions and %d groups; each row has one of all"
              .formatted(scales.length, bits.length, groups.length));
    }
    for (int row = 0; row < bits.length; row++) {
      if (bits[row] != NO_TABLE && (bits[row] < 1 || bits[row] > 16)) {
        throw new IllegalArgumentException(
            "row %d has %d bits; it must have 1 to 16, or 32".formatted(row, bits[row]));
      }
      if (!Float.isFinite(scales[row]) || scales[row] < 0) {
        throw new IllegalArgumentException(
            "the scale of row %d is %s; scales are finite and not negative"
                .formatted(row, scales[row]));
      }
    }
  }

  /** Number of rows. */
  int rows() {
    return scales.length;
  }

  /** Whether a row has a table. */
  boolean hasTable(int row) {
    return bits[row] != NO_TABLE;
  }

  /** Largest code of a row with a table. */
  int largestCode(int row) {
    return bits[row] == 1 ? 1 : (1 << (bits[row] - 1)) - 1;
  }

  /** The tables of rows {@code order[0]}, {@code order[1]}, … */
  RowTables inOrder(int[] order) {
    float[] orderedScales = new float[order.length];
    int[] orderedBits = new int[order.length];
    int[] orderedGroups = new int[order.length];
    for (int row = 0; row < order.length; row++) {
      orderedScales[row] = scales[order[row]];
      orderedBits[row] = bits[order[row]];
      orderedGroups[row] = groups[order[row]];
    }
    return new RowTables(orderedScales, orderedBits, orderedGroups);
  }
}
