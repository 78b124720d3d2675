package org.bitlattice.lm.scoring;

import java.util.Optional;
import java.util.function.Function;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.TensorShape;

/**
 * Everything in single precision.
 *
 * @param architecture the model's tensors
 * @param values the values of a tensor by its name
 * @param fed name of a matrix that is not part of the graph but one of its inputs
 */
record FloatWeights(
    LmArchitecture architecture, Function<String, float[]> values, Optional<String> fed)
    implements StepWeights {
  /** All tensors are part of the graph. */
  FloatWeights(LmArchitecture architecture, Function<String, float[]> values) {
    this(architecture, values, Optional.empty());
  }

  @Override
  public Activations rows(OnnxModel model, String tensor, String words) {
    return new FloatRows(model.node("Gather", "x0", matrix(tensor).in(model), words));
  }

  @Override
  public MatrixProduct product(String tensor, Activations x) {
    return new FloatProduct(matrix(tensor));
  }

  @Override
  public float[] vector(String tensor) {
    return values.apply(tensor);
  }

  private FloatMatrix matrix(String tensor) {
    TensorShape shape =
        architecture.tensors().stream()
            .filter(own -> own.name().equals(tensor))
            .findFirst()
            .orElseThrow();
    float[] constant = fed.filter(tensor::equals).isPresent() ? null : values.apply(tensor);
    return new FloatMatrix(tensor, constant, shape.rows(), shape.columns());
  }
}
