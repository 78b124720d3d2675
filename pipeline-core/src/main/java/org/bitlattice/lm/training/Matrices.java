package org.bitlattice.lm.training;

import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.lm.TensorShape;

/** Checks that what is said about weight matrices fits the architecture. */
final class Matrices {
  private Matrices() {}

  /**
   * Shape of a weight matrix.
   *
   * @throws IllegalArgumentException when the architecture has no matrix of that name
   */
  static TensorShape require(LstmArchitecture lstm, String name) {
    return lstm.quantizable().stream()
        .filter(shape -> shape.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no weight matrix %s to constrain; there are %s"
                        .formatted(name, lstm.quantizable().stream().map(s -> s.name()).toList())));
  }

  /**
   * Shape of a weight matrix that tables are given for.
   *
   * @param rows rows of the tables
   * @throws IllegalArgumentException when there is no such matrix, or it has other rows
   */
  static TensorShape requireRows(LstmArchitecture lstm, String name, int rows) {
    TensorShape shape = require(lstm, name);
    if (rows != shape.rows()) {
      throw new IllegalArgumentException(
          "the tables of %s are for %d rows; the tensor has %d"
              .formatted(name, rows, shape.rows()));
    }
    return shape;
  }

  /**
   * Values of a weight matrix in DL4J's order.
   *
   * @param what names the values in messages, such as "the proximal target of"
   * @throws IllegalArgumentException when there is no such matrix, or it has another size
   */
  static float[] flatten(
      LstmArchitecture lstm, FlatLayout layout, String what, String name, float[] values) {
    int size = require(lstm, name).size();
    if (values.length != size) {
      throw new IllegalArgumentException(
          "%s %s has %d values; the tensor has %d".formatted(what, name, values.length, size));
    }
    float[] flat = new float[size];
    layout.flattenTensor(name, values, flat, 0);
    return flat;
  }
}
