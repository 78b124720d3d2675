package org.bitlattice.quant;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.TensorShape;

/**
 * A whole language model in which each weight matrix is either quantized or in full precision;
 * vectors are always in full precision. Without a quantized tensor it is the full-precision model.
 * Arrays are shared, not copied; treat them as read-only.
 */
public final class PackedModel implements Serializable {
  private static final long serialVersionUID = 1L;

  private final LmArchitecture architecture;
  private final LinkedHashMap<String, QuantizedTensor> quantized;
  private final LinkedHashMap<String, float[]> full;

  private PackedModel(
      LmArchitecture architecture,
      LinkedHashMap<String, QuantizedTensor> quantized,
      LinkedHashMap<String, float[]> full) {
    this.architecture = architecture;
    this.quantized = quantized;
    this.full = full;
  }

  /** The model with every tensor in full precision. */
  public static PackedModel fullPrecision(LmWeights weights) {
    return of(weights, Map.of());
  }

  /**
   * The model with some tensors quantized.
   *
   * @param weights gives the tensors that are not quantized
   * @param quantized by tensor name
   * @throws IllegalArgumentException when a quantized tensor is unknown, a vector, or of another
   *     shape than the architecture's, or when scales that a model shares differ
   */
  public static PackedModel of(LmWeights weights, Map<String, QuantizedTensor> quantized) {
    Map<String, float[]> full = new LinkedHashMap<>();
    for (TensorShape shape : weights.architecture().tensors()) {
      if (!quantized.containsKey(shape.name())) {
        full.put(shape.name(), weights.tensor(shape.name()));
      }
    }
    return assemble(weights.architecture(), quantized, full);
  }

  /**
   * The model from its two kinds of tensors.
   *
   * @param full the tensors that are not quantized
   * @throws IllegalArgumentException as {@link #of} and {@link LmWeights#of} do
   */
  static PackedModel assemble(
      LmArchitecture architecture,
      Map<String, QuantizedTensor> quantized,
      Map<String, float[]> full) {
    LinkedHashMap<String, QuantizedTensor> codes = new LinkedHashMap<>();
    LinkedHashMap<String, float[]> floats = new LinkedHashMap<>();
    for (TensorShape shape : architecture.tensors()) {
      QuantizedTensor tensor = quantized.get(shape.name());
      if (tensor == null) {
        LmWeights.requireValues(shape, full.get(shape.name()));
        floats.put(shape.name(), full.get(shape.name()));
      } else {
        requireShape(shape, tensor);
        codes.put(shape.name(), tensor);
      }
    }
    for (String name : quantized.keySet()) {
      if (!codes.containsKey(name)) {
        throw new IllegalArgumentException(
            "the quantized tensor %s does not belong to an %s; its matrices are %s"
                .formatted(
                    name,
                    architecture.kind(),
                    architecture.quantizable().stream().map(TensorShape::name).toList()));
      }
    }
    requireSharedScales(codes);
    return new PackedModel(architecture, codes, floats);
  }

  private static void requireShape(TensorShape shape, QuantizedTensor tensor) {
    if (!shape.quantizable()) {
      throw new IllegalArgumentException(
          "the tensor %s is a vector; vectors stay in full precision".formatted(shape.name()));
    }
    if (tensor.rows() != shape.rows() || tensor.columns() != shape.columns()) {
      throw new IllegalArgumentException(
          "the quantized tensor %s has the shape [%d, %d]; the architecture needs [%d, %d]"
              .formatted(
                  shape.name(), tensor.rows(), tensor.columns(), shape.rows(), shape.columns()));
    }
  }

  /** With scope {@code model}, units of equal precision have the same scale. */
  private static void requireSharedScales(Map<String, QuantizedTensor> quantized) {
    Map<Precision, Float> shared = new EnumMap<>(Precision.class);
    quantized.forEach(
        (name, tensor) -> {
          for (PrecisionBlock block : tensor.storage().blocks()) {
            float scale = tensor.scale(block.from());
            if (tensor.scope() == ScaleScope.MODEL
                && shared.computeIfAbsent(block.precision(), bits -> scale) != scale) {
              throw new IllegalArgumentException(
                  "the tensor %s has the scale %s at %d bits, other tensors have %s; with scope model"
                          .formatted(
                              name, scale, block.precision().bits(), shared.get(block.precision()))
                      + " all have one");
            }
          }
        });
  }

  /** The architecture of the model. */
  public LmArchitecture architecture() {
    return architecture;
  }

  /** The quantized tensors by name, in file order. */
  public Map<String, QuantizedTensor> quantized() {
    return Collections.unmodifiableMap(quantized);
  }

  /** The full-precision tensors by name, in file order. */
  Map<String, float[]> full() {
    return Collections.unmodifiableMap(full);
  }

  /**
   * The values of one tensor that the model computes with: αQ where it is quantized.
   *
   * @throws IllegalArgumentException when the architecture has no such tensor
   */
  public float[] values(String tensor) {
    QuantizedTensor codes = quantized.get(tensor);
    if (codes == null && !full.containsKey(tensor)) {
      throw new IllegalArgumentException(
          "there is no tensor %s; the tensors are %s"
              .formatted(tensor, architecture.tensors().stream().map(TensorShape::name).toList()));
    }
    return codes == null ? full.get(tensor) : codes.dequantize();
  }

  /** The weights that the model computes with: αQ for quantized tensors. */
  public LmWeights weights() {
    Map<String, float[]> values = new LinkedHashMap<>(full);
    quantized.forEach((name, tensor) -> values.put(name, tensor.dequantize()));
    return LmWeights.of(architecture, values);
  }

  /** Size of the model's file, unit by unit. */
  public ModelSize size() {
    List<ModelSize.UnitSize> units = new ArrayList<>();
    for (TensorShape shape : architecture.tensors()) {
      QuantizedTensor tensor = quantized.get(shape.name());
      if (tensor == null) {
        units.add(ModelSize.UnitSize.full(WeightUnit.of(shape)));
      } else {
        ScaleForm scales = tensor.storage().scales();
        for (PrecisionBlock block : tensor.storage().blocks()) {
          WeightUnit unit = new WeightUnit(shape, block.from(), block.to());
          units.add(ModelSize.UnitSize.quantized(unit, block.precision(), scales));
        }
      }
    }
    return new ModelSize(units, ModelLayout.headerBytes(architecture));
  }
}
