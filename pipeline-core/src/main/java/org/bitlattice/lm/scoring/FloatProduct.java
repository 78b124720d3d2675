package org.bitlattice.lm.scoring;

import org.bitlattice.lm.scoring.OnnxModel.Attribute;

/** A product in single precision. */
record FloatProduct(FloatMatrix matrix) implements MatrixProduct {
  private static final Attribute TRANSPOSED = new Attribute("transB", 1);

  @Override
  public String times(OnnxModel model, Activations x, String output) {
    return model.node("Gemm", TRANSPOSED, output, x.floats(), matrix.in(model));
  }

  @Override
  public String plusBias(OnnxModel model, Activations x, String output, float[] bias) {
    return plus(model, x, output, model.constant(output + "_bias", bias, matrix.rows()));
  }

  @Override
  public String plus(OnnxModel model, Activations x, String output, String other) {
    return model.node("Gemm", TRANSPOSED, output, x.floats(), matrix.in(model), other);
  }
}
