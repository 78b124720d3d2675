package org.bitlattice.lm.scoring;

import java.util.Optional;
import onnx.Onnx.TensorProto.DataType;
import org.bitlattice.lm.scoring.OnnxModel.Attribute;
import org.bitlattice.lm.scoring.OnnxModel.ByteType;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.QuantizedTensor;

/**
 * Rows of a low-bit embedding. The matrix stays packed in memory, as many codes in a byte as go in:
 * 8 of one bit, 5 ternary ones, 2 of four bits, 1 of eight. The rows of some words are gathered and
 * their bytes looked up in a table of what each byte holds. A row's codes and scale are its own, so
 * an integer product with an embedding is exact.
 */
final class EmbeddingRows implements Activations {
  private static final Attribute TO_INDEX = new Attribute("to", DataType.INT32_VALUE);

  private final OnnxModel model;
  private final String name;
  private final QuantizedTensor tensor;
  private final String words;
  private final CodeBytes packing;
  private final boolean oneScale;
  private String floats;
  private Codes codes;

  /**
   * @param name of the matrix
   * @param tensor codes of up to 8 bits
   * @param words name of the ids, int64 [N]
   */
  EmbeddingRows(OnnxModel model, String name, QuantizedTensor tensor, String words) {
    this.model = model;
    this.name = name;
    this.tensor = tensor;
    this.words = words;
    this.packing = CodeBytes.of(RowRuns.narrowest(tensor, 0, tensor.rows()));
    this.oneScale = oneScale(tensor);
  }

  /** Whether codes of a precision can be packed in bytes. */
  static boolean packs(Precision precision) {
    return precision.bits() <= 8;
  }

  private static boolean oneScale(QuantizedTensor tensor) {
    for (int row = 1; row < tensor.rows(); row++) {
      if (tensor.scale(row) != tensor.scale(0)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String floats() {
    if (floats == null) {
      float scale = oneScale ? tensor.scale(0) : 1;
      float[] table = new float[packing.entries() * packing.codesOfByte()];
      for (int i = 0; i < table.length; i++) {
        table[i] = scale * packing.code(i);
      }
      String constant =
          model.constant(name + "_values", table, packing.entries(), packing.codesOfByte());
      String values = lookedUp(constant, "x_values");
      floats = oneScale ? values : model.node("Mul", "x_floats", values, rowScales());
    }
    return floats;
  }

  @Override
  public boolean coded() {
    return true;
  }

  @Override
  public Codes codes() {
    if (codes == null) {
      codes =
          oneScale
              ? new Codes(bytes(), tensor.scale(0), Optional.empty())
              : new Codes(bytes(), 1, Optional.of(rowScales()));
    }
    return codes;
  }

  /** Name of the codes with the zero point added, one in a byte. */
  private String bytes() {
    if (packing.codesOfByte() == 1) {
      return gathered();
    }
    byte[] table = new byte[packing.entries() * packing.codesOfByte()];
    for (int i = 0; i < table.length; i++) {
      table[i] = (byte) (packing.code(i) + ZERO_POINT);
    }
    String constant =
        model.bytes(
            name + "_bytes", ByteType.UNSIGNED, table, packing.entries(), packing.codesOfByte());
    return lookedUp(constant, "x_codes");
  }

  private String gathered() {
    byte[] packed = packing.pack(tensor);
    String constant =
        model.bytes(
            name + "_packed",
            ByteType.UNSIGNED,
            packed,
            tensor.rows(),
            packed.length / tensor.rows());
    return model.node("Gather", "x_packed", constant, words);
  }

  private String lookedUp(String table, String output) {
    String index = model.node("Cast", TO_INDEX, "x_bytes", gathered());
    String cells = model.node("Gather", output + "_cells", table, index);
    int width = packing.bytesOfRow(tensor.columns()) * packing.codesOfByte();
    boolean whole = width == tensor.columns();
    String shape = model.integers("x_shape", -1, width);
    String rows = model.node("Reshape", whole ? output : output + "_filled", cells, shape);
    return whole
        ? rows
        : model.node(
            "Slice",
            output,
            rows,
            model.integers("x_from", 0),
            model.integers("x_to", tensor.columns()),
            model.integers("x_axis", 1));
  }

  private String rowScales() {
    float[] scales = new float[tensor.rows()];
    for (int row = 0; row < scales.length; row++) {
      scales[row] = tensor.scale(row);
    }
    String constant = model.constant(name + "_scales", scales, scales.length, 1);
    return model.node("Gather", "x_scales", constant, words);
  }
}
