package org.bitlattice.lowbit;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.training.RowTables;
import org.bitlattice.quant.QuantizedTensor;

/** Quantized tensors as training sees them: a table for each row, and plain values. */
final class TensorTables {
  private TensorTables() {}

  /** The tables of every tensor, row by row. */
  static Map<String, RowTables> of(Map<String, QuantizedTensor> quantized) {
    Map<String, RowTables> tables = new LinkedHashMap<>();
    quantized.forEach((name, tensor) -> tables.put(name, of(tensor)));
    return tables;
  }

  private static RowTables of(QuantizedTensor tensor) {
    float[] scales = new float[tensor.rows()];
    for (int row = 0; row < scales.length; row++) {
      scales[row] = tensor.scale(row);
    }
    int[] bits = new int[scales.length];
    Arrays.fill(bits, tensor.precision().bits());
    return new RowTables(scales, bits);
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
