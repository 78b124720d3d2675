package org.bitlattice.lm.training;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The proximal part (γ/2)‖W − G + λ‖² of the augmented Lagrangian, as (γ/2)‖W − target‖² with
 * target = G − λ.
 *
 * @param target G − λ for each quantized tensor, row by row; the arrays are shared, not copied
 * @param gamma the penalty weight γ, finite and positive
 */
public record ProximalTerm(Map<String, float[]> target, double gamma) implements Serializable {
  /**
   * @throws IllegalArgumentException when γ or a target value is out of its range, naming the tensor
   *     and index
   */
  public ProximalTerm {
    if (!(gamma > 0) || Double.isInfinite(gamma)) {
      throw new IllegalArgumentException(
          "the penalty weight gamma is %s; it must be finite and positive".formatted(gamma));
    }
    target = new LinkedHashMap<>(target);
    for (Map.Entry<String, float[]> tensor : target.entrySet()) {
      requireFinite(tensor.getKey(), tensor.getValue());
    }
  }

  private static void requireFinite(String name, float[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new IllegalArgumentException(
            "the proximal target of the tensor %s holds %s at index %d; it must be finite"
                .formatted(name, values[i], i));
      }
    }
  }
}
