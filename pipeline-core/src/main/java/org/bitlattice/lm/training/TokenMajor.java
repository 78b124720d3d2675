package org.bitlattice.lm.training;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The memory layout between our layers. DL4J's activations are [segments, units, length] (NCW);
 * here their memory holds token after token, position by position (token = position · segments +
 * segment), so that the same memory is a column-major matrix [units, tokens] and needs no
 * transposed copies around matrix products. Arrays in other layouts are accepted and copied.
 */
final class TokenMajor {
  private TokenMajor() {}

  /** A matrix [units, tokens] seen as DL4J activations. */
  static INDArray activations(INDArray matrix, long segments) {
    long units = matrix.size(0);
    long length = matrix.size(1) / segments;
    return matrix.reshape('f', units, segments, length).permute(1, 0, 2);
  }

  /** DL4J activations as a column-major matrix [units, tokens]. */
  static INDArray matrix(INDArray activations) {
    INDArray byToken = activations.permute(1, 0, 2);
    long units = byToken.size(0);
    boolean dense =
        byToken.stride(0) == 1
            && byToken.stride(1) == units
            && byToken.stride(2) == units * byToken.size(1);
    INDArray ordered = dense ? byToken : byToken.dup('f');
    return ordered.reshape('f', units, byToken.size(1) * byToken.size(2));
  }

  /** Columns {@code first} to {@code end} − 1 as a view. */
  static INDArray columns(INDArray matrix, long first, long end) {
    return matrix.get(NDArrayIndex.all(), NDArrayIndex.interval(first, end));
  }

  /** The blocks of {@code width} columns of a matrix as views. */
  static INDArray[] blocks(INDArray matrix, int width) {
    INDArray[] blocks = new INDArray[Math.toIntExact(matrix.size(1) / width)];
    for (int i = 0; i < blocks.length; i++) {
      blocks[i] = columns(matrix, (long) i * width, (long) (i + 1) * width);
    }
    return blocks;
  }
}
