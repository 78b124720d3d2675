package org.bitlattice.search;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.TensorShape;

/**
 * Branches that stay as they are: the matrices of models that were quantized at one precision each.
 *
 * @param weights the full-precision model, whose biases serve all branches
 * @param models by precision the values that each model computes with
 */
public record FrozenBranches(LmWeights weights, List<LmWeights> models) implements Branches {
  /**
   * @throws IllegalArgumentException when a model has another architecture
   */
  public FrozenBranches {
    models = List.copyOf(models);
    for (LmWeights model : models) {
      if (!model.architecture().equals(weights.architecture())) {
        throw new IllegalArgumentException(
            "a branch of the architecture %s cannot be mixed into one of %s"
                .formatted(model.architecture(), weights.architecture()));
      }
    }
  }

  @Override
  public List<Map<String, float[]>> entries() {
    List<TensorShape> matrices = weights.architecture().quantizable();
    return models.stream()
        .map(
            model -> {
              Map<String, float[]> values = new LinkedHashMap<>();
              matrices.forEach(shape -> values.put(shape.name(), model.tensor(shape.name())));
              return values;
            })
        .toList();
  }
}
