package org.bitlattice.lowbit;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.TensorShape;
import org.bitlattice.quant.ModelUnits;
import org.bitlattice.quant.PackedModel;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.ScaleForm;
import org.bitlattice.quant.ScaleScope;
import org.bitlattice.quant.TableFit;
import org.bitlattice.quant.TensorStorage;

/** The system {@code ptq}: tables fitted to the trained full-precision weights, nothing else. */
public final class PostTrainingQuantization {
  private PostTrainingQuantization() {}

  /**
   * Quantizes a model.
   *
   * @param storage by tensor name for each weight matrix; full precision leaves it as it is
   * @throws IllegalArgumentException when a matrix has no storage or a name is not a matrix of the
   *     model
   */
  public static PackedModel quantize(LmWeights weights, Map<String, TensorStorage> storage) {
    requireAllMatrices(weights, storage.keySet());
    return PackedModel.of(weights, TableFit.fit(weights, storage));
  }

  /**
   * Quantizes a model whose matrices have one precision each, with scales in single precision.
   *
   * @param precisions one for each weight matrix; {@link Precision#FULL} leaves it as it is
   * @param scope what a scale covers
   * @throws IllegalArgumentException when a matrix has no precision or a name is not a matrix of
   *     the model
   */
  public static PackedModel quantize(
      LmWeights weights, Map<String, Precision> precisions, ScaleScope scope) {
    return quantize(weights, whole(weights, precisions, scope));
  }

  /** The storage of matrices that have one precision each. */
  static Map<String, TensorStorage> whole(
      LmWeights weights, Map<String, Precision> precisions, ScaleScope scope) {
    requireAllMatrices(weights, precisions.keySet());
    return ModelUnits.whole(weights.architecture()).storage(precisions, ScaleForm.of(scope));
  }

  private static void requireAllMatrices(LmWeights weights, Set<String> names) {
    List<String> matrices =
        weights.architecture().quantizable().stream().map(TensorShape::name).toList();
    for (String matrix : matrices) {
      if (!names.contains(matrix)) {
        throw new IllegalArgumentException("the matrix %s has no precision".formatted(matrix));
      }
    }
    for (String name : names) {
      if (!matrices.contains(name)) {
        throw new IllegalArgumentException(
            "%s is not a matrix of this %s; its matrices are %s"
                .formatted(name, weights.architecture().kind(), matrices));
      }
    }
  }
}
