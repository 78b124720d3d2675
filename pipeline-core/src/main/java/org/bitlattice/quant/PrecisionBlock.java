package org.bitlattice.quant;

import java.io.Serializable;

/**
 * Consecutive rows of a matrix that have one precision.
 *
 * @param from the first row
 * @param to the row after the last one
 */
public record PrecisionBlock(int from, int to, Precision precision) implements Serializable {
  /**
   * @throws IllegalArgumentException when there is no row in it
   */
  public PrecisionBlock {
    if (from < 0 || to <= from) {
      throw new IllegalArgumentException(
          "rows %d to %d are not a block; it begins at row 0 or later and has a row"
              .formatted(from, to));
    }
  }

  /** Number of rows. */
  public int rows() {
    return to - from;
  }
}
