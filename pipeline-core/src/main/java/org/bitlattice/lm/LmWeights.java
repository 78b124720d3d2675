package org.bitlattice.lm;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The weights of a language model: one row-major {@code float[]} for each tensor of its
 * architecture, in file order. The arrays are shared, not copied; treat them as read-only once the
 * object is built.
 */
public final class LmWeights implements Serializable {
  private static final long serialVersionUID = 1L;

  private final LmArchitecture architecture;
  private final LinkedHashMap<String, float[]> tensors;

  private LmWeights(LmArchitecture architecture, LinkedHashMap<String, float[]> tensors) {
    this.architecture = architecture;
    this.tensors = tensors;
  }

  /**
   * Weights from named arrays.
   *
   * @param tensors one array for each tensor of the architecture, of its size, all values finite
   * @throws IllegalArgumentException naming the tensor that is missing, unknown, of the wrong
   *     length, or that holds NaN or an infinity (with the index of the first such value)
   */
  public static LmWeights of(LmArchitecture architecture, Map<String, float[]> tensors) {
    LinkedHashMap<String, float[]> ordered = new LinkedHashMap<>();
    for (TensorShape shape : architecture.tensors()) {
      float[] values = tensors.get(shape.name());
      requireValues(shape, values);
      ordered.put(shape.name(), values);
    }
    for (String name : tensors.keySet()) {
      if (!ordered.containsKey(name)) {
        throw new IllegalArgumentException(
            "the tensor %s does not belong to an %s; its tensors are %s"
                .formatted(name, architecture.kind(), ordered.keySet()));
      }
    }
    return new LmWeights(architecture, ordered);
  }

  /**
   * Checks the values of one tensor.
   *
   * @throws IllegalArgumentException naming the tensor when the values are missing, of the wrong
   *     length, or hold NaN or an infinity
   */
  public static void requireValues(TensorShape shape, float[] values) {
    if (values == null) {
      throw new IllegalArgumentException("the tensor %s is missing".formatted(shape.name()));
    }
    if (values.length != shape.size()) {
      throw new IllegalArgumentException(
          "the tensor %s has %d values; its shape [%d, %d] needs %d"
              .formatted(shape.name(), values.length, shape.rows(), shape.columns(), shape.size()));
    }
    requireFinite(shape.name(), values);
  }

  private static void requireFinite(String name, float[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new IllegalArgumentException(
            "the tensor %s holds %s at index %d; weights must be finite"
                .formatted(name, values[i], i));
      }
    }
  }

  /** The architecture that the weights belong to. */
  public LmArchitecture architecture() {
    return architecture;
  }

  /**
   * Values of a tensor, row by row; not a copy.
   *
   * @throws IllegalArgumentException when the architecture has no such tensor
   */
  public float[] tensor(String name) {
    float[] values = tensors.get(name);
    if (values == null) {
      throw new IllegalArgumentException(
          "there is no tensor %s; the tensors are %s".formatted(name, tensors.keySet()));
    }
    return values;
  }

  /** The same weights with some tensors replaced; the others are shared. */
  public LmWeights with(Map<String, float[]> replacements) {
    Map<String, float[]> changed = new LinkedHashMap<>(tensors);
    for (Map.Entry<String, float[]> replacement : replacements.entrySet()) {
      tensor(replacement.getKey());
      changed.put(replacement.getKey(), replacement.getValue());
    }
    return of(architecture, changed);
  }
}
