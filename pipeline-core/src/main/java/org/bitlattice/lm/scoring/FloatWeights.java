package org.bitlattice.lm.scoring;

import java.util.function.Function;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.TensorShape;

/**
 * Everything in single precision.
 *
 * @param architecture the model's tensors
 * @param values the values of a tensor by its name
 */
record FloatWeights(LmArchitecture architecture, Function<String, float[]> values)
    implements StepWeights {
  @Override
  public Activations rows(OnnxModel model, String tensor, String words) {
    TensorShape shape = shape(tensor);
    String constant = model.constant(tensor, values.apply(tensor), shape.rows(), shape.columns());
    return new FloatRows(model.node("Gather", "x0", constant, words));
  }

  @Override
  public MatrixProduct product(String tensor, Activations x) {
    return new FloatProduct(tensor, values.apply(tensor), shape(tensor).rows());
  }

  @Override
  public float[] vector(String tensor) {
    return values.apply(tensor);
  }

  private TensorShape shape(String tensor) {
    return architecture.tensors().stream()
        .filter(shape -> shape.name().equals(tensor))
        .findFirst()
        .orElseThrow();
  }
}
