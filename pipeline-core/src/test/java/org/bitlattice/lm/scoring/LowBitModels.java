package org.bitlattice.lm.scoring;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.lm.TensorShape;
import org.bitlattice.quant.PackedModel;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.QuantizedTensor;
import org.bitlattice.quant.ScaleScope;

/** Low-bit models with random codes. */
final class LowBitModels {
  /** Bits that stand for a random precision of each tensor, full precision among them. */
  static final int MIXED = 0;

  /** Bits that stand for tensors whose rows have codes of different sizes. */
  static final int BLOCKS = -1;

  private LowBitModels() {}

  /** A model with {@code bits} bits everywhere, {@link #MIXED} or {@link #BLOCKS}. */
  static PackedModel random(LstmArchitecture shape, int bits, ScaleScope scope, long seed) {
    LmWeights weights = PlainLstm.randomWeights(shape, 0.5, seed);
    Random random = new Random(seed);
    Map<String, QuantizedTensor> quantized = new LinkedHashMap<>();
    for (TensorShape matrix : shape.quantizable()) {
      Precision precision =
          switch (bits) {
            case MIXED -> Precision.values()[random.nextInt(Precision.values().length)];
            case BLOCKS -> Precision.SIXTEEN;
            default -> Precision.ofBits(bits);
          };
      if (precision.quantized()) {
        quantized.put(matrix.name(), tensor(matrix, precision, scope, bits == BLOCKS, random));
      }
    }
    return PackedModel.of(weights, quantized);
  }

  private static QuantizedTensor tensor(
      TensorShape matrix, Precision precision, ScaleScope scope, boolean blocks, Random random) {
    Precision[] all = Precision.values();
    short[] codes = new short[matrix.size()];
    float[] largest = new float[matrix.rows()];
    for (int row = 0; row < matrix.rows(); row++) {
      // Blocks of 64 rows: 16, 8, 4, 2, 1, 16 bits and so on.
      Precision own = blocks ? all[4 - row / 64 % 5] : precision;
      largest[row] = own.maxCode();
      for (int i = row * matrix.columns(); i < (row + 1) * matrix.columns(); i++) {
        codes[i] =
            (short)
                (own == Precision.ONE
                    ? 2 * random.nextInt(2) - 1
                    : random.nextInt(2 * own.maxCode() + 1) - own.maxCode());
      }
    }
    float[] scales = new float[scope == ScaleScope.ROW ? matrix.rows() : 1];
    for (int i = 0; i < scales.length; i++) {
      // Tensors of one precision share the scale of a model.
      scales[i] =
          scope == ScaleScope.MODEL
              ? 0.5f / precision.maxCode()
              : (0.3f + 0.4f * random.nextFloat()) / largest[i];
    }
    return new QuantizedTensor(matrix.rows(), matrix.columns(), precision, scope, scales, codes);
  }
}
