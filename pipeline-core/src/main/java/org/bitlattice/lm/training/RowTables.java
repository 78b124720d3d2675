package org.bitlattice.lm.training;

import java.io.Serializable;
import java.util.Arrays;

/**
 * The quantization table of each row of a weight matrix: entries α·{−1, +1} at one bit, α·{0, ±1,
 * …, ±(2ⁿ⁻¹ − 1)} at n = 2 to 16 bits. A row of 32 bits has no table.
 *
 * @param scales α of each row, finite and not negative
 * @param bits n of each row: 1 to 16, or 32
 */
public record RowTables(float[] scales, int[] bits) implements Serializable {
  private static final int NO_TABLE = 32;

  /**
   * @throws IllegalArgumentException when the lengths differ or a value is out of its range
   */
  public RowTables {
    if (scales.length != bits.length) {
      throw new IllegalArgumentException(
          "%d scales and %d precisions; each row has one of both"
              .formatted(scales.length, bits.length));
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

  /** The tables of rows {@code order[0]}, {@code order[1]}, … */
  RowTables inOrder(int[] order) {
    float[] orderedScales = new float[order.length];
    int[] orderedBits = new int[order.length];
    for (int row = 0; row < order.length; row++) {
      orderedScales[row] = scales[order[row]];
      orderedBits[row] = bits[order[row]];
    }
    return new RowTables(orderedScales, orderedBits);
  }

  /** The nearest table entries of a matrix, row by row: f(W). */
  public float[] nearest(float[] values) {
    float[] entries = new float[values.length];
    int columns = values.length / rows();
    for (int row = 0; row < rows(); row++) {
      nearest(row, values, entries, row * columns, columns);
    }
    return entries;
  }

  /**
   * Writes the nearest table entry of every value of a row, ties away from zero, values beyond the
   * table clipped: f(W).
   *
   * @param values holds the row from {@code from} on
   * @param entries is given the entries, in the same places
   */
  void nearest(int row, float[] values, float[] entries, int from, int columns) {
    int end = from + columns;
    float scale = scales[row];
    if (bits[row] == NO_TABLE) {
      System.arraycopy(values, from, entries, from, columns);
    } else if (bits[row] == 1) {
      for (int i = from; i < end; i++) {
        entries[i] = values[i] < 0 ? -scale : scale;
      }
    } else if (scale == 0) {
      Arrays.fill(entries, from, end, 0f);
    } else {
      nearest(values, entries, from, end, scale, largestCode(row));
    }
  }

  private static void nearest(
      float[] values, float[] entries, int from, int end, float scale, int largestCode) {
    double divisor = scale;
    for (int i = from; i < end; i++) {
      int code = (int) Math.min(largestCode, Math.abs(values[i]) / divisor + 0.5);
      entries[i] = scale * (values[i] < 0 ? -code : code);
    }
  }

  /** The largest entry of a row; infinity where it has no table. */
  float largestEntry(int row) {
    return bits[row] == NO_TABLE ? Float.POSITIVE_INFINITY : scales[row] * largestCode(row);
  }

  private int largestCode(int row) {
    return bits[row] == 1 ? 1 : (1 << (bits[row] - 1)) - 1;
  }
}
