package org.bitlattice.lm.scoring;

import java.util.Optional;
import org.bitlattice.lm.scoring.Activations.Codes;
import org.bitlattice.lm.scoring.OnnxModel.ByteType;
import org.bitlattice.lm.scoring.OnnxModel.Operator;
import org.bitlattice.lm.scoring.RowRuns.Run;
import org.bitlattice.quant.QuantizedTensor;

/**
 * A product of 8-bit codes: y_r = (x's scale) · scale(r) · Σ_k (x_k − 128) · code[r][k] + bias_r.
 * The sum is exact, in 32 bits; scales and bias are single precision. One product serves rows of
 * different precisions, since each row has its own scale.
 *
 * @param name of the matrix
 * @param tensor codes of up to 8 bits in the rows of the run
 * @param run the rows
 * @param form how the weights' codes are written down
 */
record IntegerProduct(String name, QuantizedTensor tensor, Run run, CodeForm form)
    implements MatrixProduct {
  /**
   * Most columns: sums of columns · 255 · 255, the largest that an unsigned product adds up before
   * zero points are taken off, stay below 2³¹.
   */
  static final int MOST_COLUMNS = 33_025;

  private static final Operator PRODUCT = Operator.microsoft("MatMulIntegerToFloat");
  private static final String ABSENT = "";

  /** How the codes of weights are written down. Both give the same sums. */
  enum CodeForm {
    /** As signed bytes: twice as fast, but some processors saturate sums of large codes. */
    SIGNED,
    /** As unsigned bytes with the zero point 128: never saturates. */
    UNSIGNED
  }

  /**
   * @throws IllegalArgumentException when the matrix has too many columns
   */
  IntegerProduct {
    if (tensor.columns() > MOST_COLUMNS) {
      throw new IllegalArgumentException(
          "the tensor %s has %d columns; mode int8 adds up at most %d: use mode exact"
              .formatted(name, tensor.columns(), MOST_COLUMNS));
    }
  }

  @Override
  public String times(OnnxModel model, Activations x, String output) {
    return product(model, x.codes(), output, Optional.empty());
  }

  @Override
  public String plusBias(OnnxModel model, Activations x, String output, float[] bias) {
    String constant = model.constant(output + "_bias", bias, bias.length);
    Codes codes = x.codes();
    return codes.rowScales().isEmpty()
        ? product(model, codes, output, Optional.of(constant))
        : model.node(
            "Add", output, product(model, codes, output + "_scaled", Optional.empty()), constant);
  }

  private String product(OnnxModel model, Codes x, String output, Optional<String> bias) {
    String unscaled = x.rowScales().isPresent() ? output + "_unscaled" : output;
    model.node(
        PRODUCT,
        unscaled,
        x.name(),
        weights(model),
        model.scalar(x.name() + "_scale", x.scale()),
        scales(model),
        model.unsignedScalar("activation_zero_point", Activations.ZERO_POINT),
        form == CodeForm.SIGNED
            ? ABSENT
            : model.unsignedScalar("weight_zero_point", Activations.ZERO_POINT),
        bias.orElse(ABSENT));
    return x.rowScales().isPresent()
        ? model.node("Mul", output, unscaled, x.rowScales().orElseThrow())
        : output;
  }

  private String scales(OnnxModel model) {
    float[] scales = new float[run.rows()];
    for (int row = 0; row < scales.length; row++) {
      scales[row] = tensor.scale(run.from() + row);
    }
    return model.constant("%s_scales%d".formatted(name, run.from()), scales, scales.length);
  }

  /** The codes as [columns, rows], the order that the operator wants. */
  private String weights(OnnxModel model) {
    int columns = tensor.columns();
    int rows = run.rows();
    int offset = form == CodeForm.SIGNED ? 0 : Activations.ZERO_POINT;
    short[] codes = tensor.codes();
    byte[] transposed = new byte[Math.multiplyExact(rows, columns)];
    for (int row = 0; row < rows; row++) {
      int from = (run.from() + row) * columns;
      for (int column = 0; column < columns; column++) {
        transposed[column * rows + row] = (byte) (codes[from + column] + offset);
      }
    }
    ByteType type = form == CodeForm.SIGNED ? ByteType.SIGNED : ByteType.UNSIGNED;
    return model.bytes("%s_codes%d".formatted(name, run.from()), type, transposed, columns, rows);
  }
}
