package org.bitlattice.lm.scoring;

/**
 * A weight matrix W [rows, columns] in a graph, in the form that its product with activations x [N,
 * columns] is computed with.
 */
sealed interface MatrixProduct permits BlockProduct, FloatProduct, IntegerProduct, StackedProduct {
  /** Adds x·Wᵀ and returns its name, {@code output}: float [N, rows]. */
  String times(OnnxModel model, Activations x, String output);

  /** Adds x·Wᵀ + bias, with one bias for each row of W, and returns its name. */
  String plusBias(OnnxModel model, Activations x, String output, float[] bias);

  /** Adds x·Wᵀ + other, a tensor [N, rows], and returns its name. */
  default String plus(OnnxModel model, Activations x, String output, String other) {
    return model.node("Add", output, other, times(model, x, output + "_product"));
  }
}
