package org.bitlattice.quant;

import java.io.Serializable;
import java.util.List;

/**
 * How a matrix is stored: in full precision, or in blocks of consecutive rows that each have a
 * quantization table of their own precision.
 *
 * @param blocks the blocks from row 0 to the last row, without gap or overlap; one for a matrix
 *     that is whole or in full precision
 * @param scales what a scale covers and how it is stored; means nothing in full precision
 */
public record TensorStorage(List<PrecisionBlock> blocks, ScaleForm scales) implements Serializable {
  /**
   * @throws IllegalArgumentException when the blocks are not consecutive, or one of several has
   *     full precision
   */
  public TensorStorage {
    blocks = List.copyOf(blocks);
    int row = 0;
    for (PrecisionBlock block : blocks) {
      if (block.from() != row) {
        throw new IllegalArgumentException(
            "the block of rows %d to %d follows row %d; blocks have no gap and no overlap"
                .formatted(block.from(), block.to(), row));
      }
      if (blocks.size() > 1 && !block.precision().quantized()) {
        throw new IllegalArgumentException(
            "rows %d to %d have 32 bits; a block of a matrix has at most 16, and only a whole matrix"
                    .formatted(block.from(), block.to())
                + " stays in full precision");
      }
      row = block.to();
    }
    if (row == 0) {
      throw new IllegalArgumentException("a matrix needs at least one block of rows");
    }
  }

  /** A matrix with one precision. */
  public static TensorStorage whole(int rows, Precision precision, ScaleForm scales) {
    return new TensorStorage(List.of(new PrecisionBlock(0, rows, precision)), scales);
  }

  /** A matrix in full precision. */
  public static TensorStorage full(int rows) {
    return whole(rows, Precision.FULL, ScaleForm.of(ScaleScope.TENSOR));
  }

  /** Whether weights are codes of tables rather than floats. */
  public boolean quantized() {
    return blocks.get(0).precision().quantized();
  }

  /** Number of rows. */
  public int rows() {
    return blocks.get(blocks.size() - 1).to();
  }

  /** Number of scales. */
  public int scaleCount() {
    return blocks.stream().mapToInt(block -> scales.scales(block.rows())).sum();
  }

  /**
   * Bytes of the packed codes; every block begins on a byte of its own.
   *
   * @param columns length of a row
   */
  public long codeBytes(int columns) {
    return blocks.stream()
        .mapToLong(block -> CodePacking.bytes(block.precision(), (long) block.rows() * columns))
        .sum();
  }

  /** Place of the scale of a row among the scales, which lie in the order of rows. */
  int scaleOf(int row) {
    if (scales.scope() == ScaleScope.ROW) {
      return row;
    }
    int block = 0;
    while (row >= blocks.get(block).to()) {
      block++;
    }
    return block;
  }
}
