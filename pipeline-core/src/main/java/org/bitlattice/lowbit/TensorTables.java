package org.bitlattice.lowbit;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.training.FollowingTables;
import org.bitlattice.lm.training.RowTables;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.QuantizedTensor;
import org.bitlattice.quant.ScaleScope;

/** Quantized tensors as training sees them: a table for each row, and plain values. */
final class TensorTables {
  private TensorTables() {}

  /** The tables of every tensor, row by row. */
  static Map<String, RowTables> of(Map<String, QuantizedTensor> quantized) {
    Map<String, RowTables> tables = new LinkedHashMap<>();
    int groups = 0;
    for (Map.Entry<String, QuantizedTensor> entry : quantized.entrySet()) {
      RowTables rows = of(entry.getValue(), groups);
      tables.put(entry.getKey(), rows);
      groups = rows.groups()[rows.groups().length - 1] + 1;
    }
    return tables;
  }

  private static RowTables of(QuantizedTensor tensor, int firstGroup) {
    int rows = tensor.rows();
    float[] scales = new float[rows];
    int[] bits = new int[rows];
    int[] groups = new int[rows];
    for (int row = 0; row < rows; row++) {
      scales[row] = tensor.scale(row);
      bits[row] = tensor.precision().bits();
      groups[row] = tensor.scope() == ScaleScope.TENSOR ? firstGroup : firstGroup + row;
    }
    return new RowTables(scales, bits, groups);
  }

  /**
   * Quantized tensors whose scales have followed the weights: {@code alternations} times nearest
   * codes, then the scales that fit them best.
   */
  static Map<String, QuantizedTensor> followed(
      Map<String, QuantizedTensor> quantized, LmWeights weights, int alternations) {
    FollowingTables following = new FollowingTables();
    Map<String, RowTables> tables = of(quantized);
    Map<String, float[]> entries = new LinkedHashMap<>();
    tables.forEach((name, rows) -> entries.put(name, following.add(rows, weights.tensor(name))));
    following.alternate(alternations);
    Map<String, QuantizedTensor> followed = new LinkedHashMap<>();
    entries.forEach(
        (name, g) -> {
          int[] groups = tables.get(name).groups();
          float[] scales = new float[quantized.get(name).scales().length];
          for (int i = 0; i < scales.length; i++) {
            scales[i] = following.scale(groups[i]);
          }
          followed.put(name, of(quantized.get(name), scales, g));
        });
    return followed;
  }

  /** The tensor whose values are table entries of the given scales. */
  private static QuantizedTensor of(QuantizedTensor like, float[] scales, float[] entries) {
    short[] codes = new short[entries.length];
    for (int i = 0; i < codes.length; i++) {
      float scale = scales.length == 1 ? scales[0] : scales[i / like.columns()];
      int code = scale == 0 ? 0 : Math.round(entries[i] / scale);
      codes[i] = (short) (code == 0 && like.precision() == Precision.ONE ? 1 : code);
    }
    return new QuantizedTensor(
        like.rows(), like.columns(), like.precision(), like.scope(), scales, codes);
  }

  /** The table entries αQ of every tensor. */
  static Map<String, float[]> entries(Map<String, QuantizedTensor> quantized) {
    Map<String, float[]> entries = new LinkedHashMap<>();
    quantized.forEach((name, tensor) -> entries.put(name, tensor.dequantize()));
    return entries;
  }

  /** The weights of every quantized tensor; not copies. */
  static Map<String, float[]> matrices(LmWeights weights, Map<String, QuantizedTensor> quantized) {
    Map<String, float[]> matrices = new LinkedHashMap<>();
    quantized.keySet().forEach(name -> matrices.put(name, weights.tensor(name)));
    return matrices;
  }
}
