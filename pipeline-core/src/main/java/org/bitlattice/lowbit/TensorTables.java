package org.bitlattice.lowbit;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.training.FollowingTables;
import org.bitlattice.lm.training.RowTables;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.PrecisionBlock;
import org.bitlattice.quant.QuantizedTensor;
import org.bitlattice.quant.ScaleScope;
import org.bitlattice.quant.TensorStorage;

/** Quantized tensors as training sees them: a table for each row, and plain values. */
final class TensorTables {
  private TensorTables() {}

  /** Numbers for the sets of rows that share one scale, over all tensors of a model. */
  private static final class Groups {
    private final Map<Precision, Integer> ofModel = new EnumMap<>(Precision.class);
    private int next;

    /** Numbers the rows of a block. */
    void number(PrecisionBlock block, ScaleScope scope, int[] groups) {
      int shared =
          switch (scope) {
            case MODEL -> ofModel.computeIfAbsent(block.precision(), precision -> next++);
            case TENSOR -> next++;
            case ROW -> -1;
          };
      for (int row = block.from(); row < block.to(); row++) {
        groups[row] = scope == ScaleScope.ROW ? next++ : shared;
      }
    }
  }

  /** The tables of every tensor, row by row. */
  static Map<String, RowTables> of(Map<String, QuantizedTensor> quantized) {
    Map<String, RowTables> tables = new LinkedHashMap<>();
    Groups groups = new Groups();
    quantized.forEach((name, tensor) -> tables.put(name, of(tensor, groups)));
    return tables;
  }

  private static RowTables of(QuantizedTensor tensor, Groups groups) {
    float[] scales = new float[tensor.rows()];
    int[] bits = new int[tensor.rows()];
    int[] numbers = new int[tensor.rows()];
    for (PrecisionBlock block : tensor.storage().blocks()) {
      groups.number(block, tensor.scope(), numbers);
      for (int row = block.from(); row < block.to(); row++) {
        scales[row] = tensor.scale(row);
        bits[row] = block.precision().bits();
      }
    }
    return new RowTables(scales, bits, numbers);
  }

  /**
   * Quantized tensors whose scales have followed the weights: {@code alternations} times nearest
   * codes, then the scales that fit them best, at last rounded to the format in which they are
   * stored.
   *
   * @throws IllegalArgumentException naming the tensor when a scale does not fit its format
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
          float[] scales = new float[groups.length];
          for (int row = 0; row < scales.length; row++) {
            scales[row] = following.scale(groups[row]);
          }
          followed.put(name, of(name, quantized.get(name).storage(), scales, g));
        });
    return followed;
  }

  /**
   * The tensor whose values are table entries.
   *
   * @param scales of every row
   */
  private static QuantizedTensor of(
      String name, TensorStorage storage, float[] scales, float[] entries) {
    int columns = entries.length / scales.length;
    short[] codes = new short[entries.length];
    for (PrecisionBlock block : storage.blocks()) {
      int ofZero = block.precision() == Precision.ONE ? 1 : 0;
      for (int i = block.from() * columns; i < block.to() * columns; i++) {
        float scale = scales[i / columns];
        int code = scale == 0 ? 0 : Math.round(entries[i] / scale);
        codes[i] = (short) (code == 0 ? ofZero : code);
      }
    }
    return new QuantizedTensor(
        scales.length, columns, storage, stored(name, storage, scales), codes);
  }

  private static float[] stored(String name, TensorStorage storage, float[] scales) {
    boolean byRow = storage.scales().scope() == ScaleScope.ROW;
    List<PrecisionBlock> blocks = storage.blocks();
    float[] stored = new float[storage.scaleCount()];
    for (int i = 0; i < stored.length; i++) {
      float scale = scales[byRow ? i : blocks.get(i).from()];
      stored[i] = scale == 0 ? 0 : storage.scales().format().stored(name, scale);
    }
    return stored;
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
