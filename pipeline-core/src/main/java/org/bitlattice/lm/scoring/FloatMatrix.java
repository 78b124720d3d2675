package org.bitlattice.lm.scoring;

/**
 * A matrix in single precision in a graph.
 *
 * @param name its name
 * @param values row by row; null for a matrix that is an input of the graph
 * @param rows its rows
 * @param columns its columns
 */
record FloatMatrix(String name, float[] values, int rows, int columns) {
  /** Adds the matrix to a graph unless it is there, and returns its name. */
  String in(OnnxModel model) {
    return values == null
        ? model.matrixInput(name, rows, columns)
        : model.constant(name, values, rows, columns);
  }
}
