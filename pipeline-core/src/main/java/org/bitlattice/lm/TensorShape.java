package org.bitlattice.lm;

import java.io.Serializable;

/**
 * Name and shape of one parameter tensor. Values are stored row by row.
 *
 * @param name PyTorch's parameter name
 * @param rows number of rows; 1 for a vector
 * @param columns length of a row; of a vector, its length
 * @param kind whether the tensor is a weight matrix, which may be quantized, or a vector, which
 *     stays in full precision; and whether a matrix has one row for each word
 */
public record TensorShape(String name, int rows, int columns, Kind kind) implements Serializable {
  /** Matrices get a precision; vectors (biases and gains) stay FP32 and count towards the size. */
  public enum Kind {
    /** A weight matrix. */
    MATRIX,
    /** A weight matrix with one row for each word of the vocabulary, in its order. */
    WORD_MATRIX,
    /** A bias or gain. */
    VECTOR
  }

  /** A weight matrix. */
  public static TensorShape matrix(String name, int rows, int columns) {
    return new TensorShape(name, rows, columns, Kind.MATRIX);
  }

  /** A weight matrix with one row for each word of the vocabulary, in its order. */
  public static TensorShape wordMatrix(String name, int words, int columns) {
    return new TensorShape(name, words, columns, Kind.WORD_MATRIX);
  }

  /** A bias or gain. */
  public static TensorShape vector(String name, int length) {
    return new TensorShape(name, 1, length, Kind.VECTOR);
  }

  /** Number of values. */
  public int size() {
    return Math.multiplyExact(rows, columns);
  }

  /** Whether the tensor may be quantized. */
  public boolean quantizable() {
    return kind != Kind.VECTOR;
  }
}
