package org.bitlattice.lm.scoring;

import org.bitlattice.lm.scoring.OnnxModel.Attribute;

/**
 * A product in single precision.
 *
 * @param name of the constant
 * @param values the matrix, row by row
 * @param rows its rows
 */
record FloatProduct(String name, float[] values, int rows) implements MatrixProduct {
  private static final Attribute TRANSPOSED = new Attribute("transB", 1);

  @Override
  public String times(OnnxModel model, Activations x, String output) {
    return model.node("Gemm", TRANSPOSED, output, x.floats(), weight(model));
  }

  @Override
  public String plusBias(OnnxModel model, Activations x, String output, float[] bias) {
    return plus(model, x, output, model.constant(output + "_bias", bias, rows));
  }

  @Override
  public String plus(OnnxModel model, Activations x, String output, String other) {
    return model.node("Gemm", TRANSPOSED, output, x.floats(), weight(model), other);
  }

  private String weight(OnnxModel model) {
    return model.constant(name, values, rows, values.length / rows);
  }
}
