package org.bitlattice.lowbit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.TensorShape;
import org.bitlattice.quant.PackedModel;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.QuantizedTensor;
import org.bitlattice.quant.ScaleScope;
import org.bitlattice.quant.TableFit;

/** The system {@code ptq}: tables fitted to the trained full-precision weights, nothing else. */
public final class PostTrainingQuantization {
  private PostTrainingQuantization() {}

  /**
   * Quantizes a model.
   *
   * @param precisions one for each weight matrix; {@link Precision#FULL} leaves it as it is
   * @param scope what a scale covers
   * @throws IllegalArgumentException when a matrix has no precision or a name is not a matrix of
   *     the model
   */
  public static PackedModel quantize(
      LmWeights weights, Map<String, Precision> precisions, ScaleScope scope) {
    requireAllMatrices(weights, precisions);
    Map<String, QuantizedTensor> quantized = new LinkedHashMap<>();
    for (TensorShape shape : weights.architecture().quantizable()) {
      String name = shape.name();
      Precision precision = precisions.get(name);
      if (precision.quantized()) {
        quantized.put(
            name,
            TableFit.fit(
                name, weights.tensor(name), shape.rows(), shape.columns(), precision, scope));
      }
    }
    return PackedModel.of(weights, quantized);
  }

  private static void requireAllMatrices(LmWeights weights, Map<String, Precision> precisions) {
    List<String> matrices =
        weights.architecture().quantizable().stream().map(TensorShape::name).toList();
    for (String matrix : matrices) {
      if (!precisions.containsKey(matrix)) {
        throw new IllegalArgumentException("the matrix %s has no precision".formatted(matrix));
      }
    }
    for (String name : precisions.keySet()) {
      if (!matrices.contains(name)) {
        throw new IllegalArgumentException(
            "%s is not a matrix of this %s; its matrices are %s"
                .formatted(name, weights.architecture().kind(), matrices));
      }
    }
  }
}
