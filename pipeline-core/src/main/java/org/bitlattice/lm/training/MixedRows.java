package org.bitlattice.lm.training;

import java.io.Serializable;
import java.util.List;

/**
 * The tables of one weight matrix whose rows are mixed of several precisions.
 *
 * @param units number of each row's unit in {@link PrecisionShares}
 * @param tables for every precision the tables of all rows, with the scales to start from
 */
public record MixedRows(int[] units, List<RowTables> tables) implements Serializable {
  /**
   * @throws IllegalArgumentException when there is no table, or one has another number of rows
   */
  public MixedRows {
    tables = List.copyOf(tables);
    if (tables.isEmpty()) {
      throw new IllegalArgumentException("a mixture of tables needs at least one table");
    }
    for (RowTables rows : tables) {
      if (rows.rows() != units.length) {
        throw new IllegalArgumentException(
            "tables of %d rows cannot be mixed for %d rows".formatted(rows.rows(), units.length));
      }
    }
  }

  /** The same for rows {@code order[0]}, {@code order[1]}, … */
  MixedRows inOrder(int[] order) {
    int[] ordered = new int[order.length];
    for (int row = 0; row < order.length; row++) {
      ordered[row] = units[order[row]];
    }
    return new MixedRows(ordered, tables.stream().map(rows -> rows.inOrder(order)).toList());
  }
}
