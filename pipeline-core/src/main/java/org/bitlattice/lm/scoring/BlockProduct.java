package org.bitlattice.lm.scoring;

import java.util.Arrays;
import java.util.List;
import org.bitlattice.lm.scoring.OnnxModel.Attribute;
import org.bitlattice.lm.scoring.OnnxModel.ByteType;
import org.bitlattice.lm.scoring.OnnxModel.Operator;
import org.bitlattice.lm.scoring.RowRuns.Run;
import org.bitlattice.quant.QuantizedTensor;

/**
 * A product whose weights stay packed in memory, in 2, 4 or 8 bits. Columns go in blocks; the
 * operator gives each block of each row of x a scale of its own, the block's largest magnitude /
 * 127, multiplies 8-bit codes, and adds up the blocks in single precision. The scale of a weight
 * row is repeated for each of its blocks. The last block is filled up with codes of 0.
 *
 * @param name of the matrix
 * @param tensor codes that fit into the run's bits in its rows
 * @param run the rows, with 2, 4 or 8 bits
 */
record BlockProduct(String name, QuantizedTensor tensor, Run run) implements MatrixProduct {
  /** Bits that {@code MatMulNBits} takes. */
  static final List<Integer> BITS = List.of(2, 4, 8);

  /** Computes with 8-bit integers. */
  private static final Attribute EIGHT_BIT_ACTIVATIONS = new Attribute("accuracy_level", 4);

  private static final String ABSENT = "";

  @Override
  public String times(OnnxModel model, Activations x, String output) {
    return product(model, output, x.floats(), weights(model), scales(model));
  }

  @Override
  public String plusBias(OnnxModel model, Activations x, String output, float[] bias) {
    String constant = model.constant(output + "_bias", bias, bias.length);
    return product(
        model, output, x.floats(), weights(model), scales(model), ABSENT, ABSENT, constant);
  }

  private String product(OnnxModel model, String output, String... inputs) {
    Operator operator =
        Operator.microsoft(
            "MatMulNBits",
            new Attribute("K", tensor.columns()),
            new Attribute("N", run.rows()),
            new Attribute("bits", run.bits()),
            new Attribute("block_size", block()),
            EIGHT_BIT_ACTIVATIONS);
    return model.node(operator, output, inputs);
  }

  /**
   * Columns of a block. Kernels for 2 bits exist for 32, 64 and 128; all others are hundreds of
   * times slower.
   */
  private int block() {
    return tensor.columns() <= 32 ? 32 : tensor.columns() <= 64 ? 64 : 128;
  }

  private int blocks() {
    return (tensor.columns() + block() - 1) / block();
  }

  private String scales(OnnxModel model) {
    float[] scales = new float[Math.multiplyExact(run.rows(), blocks())];
    for (int row = 0; row < run.rows(); row++) {
      float scale = tensor.scale(run.from() + row);
      Arrays.fill(scales, row * blocks(), (row + 1) * blocks(), scale);
    }
    return model.constant(
        "%s_block_scales%d".formatted(name, run.from()), scales, run.rows(), blocks());
  }

  /** Codes with half the range added, the lowest bits first, row by row and block by block. */
  private String weights(OnnxModel model) {
    int columns = tensor.columns();
    int zero = 1 << (run.bits() - 1);
    int codesOfByte = 8 / run.bits();
    int bytesOfRow = Math.multiplyExact(blocks(), block() / codesOfByte);
    byte[] packed = new byte[Math.multiplyExact(run.rows(), bytesOfRow)];
    short[] codes = tensor.codes();
    for (int row = 0; row < run.rows(); row++) {
      for (int column = 0; column < blocks() * block(); column++) {
        int code = column < columns ? codes[(run.from() + row) * columns + column] : 0;
        int shift = column % codesOfByte * run.bits();
        packed[row * bytesOfRow + column / codesOfByte] |= (byte) ((code + zero) << shift);
      }
    }
    return model.bytes(
        "%s_packed%d".formatted(name, run.from()),
        ByteType.UNSIGNED,
        packed,
        run.rows(),
        blocks(),
        block() / codesOfByte);
  }
}
