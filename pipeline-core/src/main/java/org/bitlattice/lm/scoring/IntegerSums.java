package org.bitlattice.lm.scoring;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Optional;
import onnx.Onnx.TensorProto.DataType;
import org.bitlattice.lm.scoring.IntegerProduct.CodeForm;
import org.bitlattice.lm.scoring.RowRuns.Run;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.QuantizedTensor;
import org.bitlattice.quant.ScaleScope;

/**
 * Whether this machine's products of unsigned with signed bytes are exact. x86 processors without
 * VNNI add up pairs of products in 16 bits, where 255 · 127 twice does not go in: the sum saturates
 * without a word. So products whose sum is known are computed once in a process.
 */
enum IntegerSums {
  /** Every sum is exact. */
  EXACT,
  /** Sums of codes above 64 may saturate when they are signed; unsigned ones are exact. */
  SATURATING;

  private static final int COLUMNS = 133;
  private static final int WEIGHT_ROWS = 37;
  private static final int[] BATCHES = {1, 2, 3, 9, 16};

  /** What is true of this machine. */
  static IntegerSums here() {
    return Found.HERE;
  }

  private static final class Found {
    static final IntegerSums HERE = find();

    private Found() {}
  }

  private static IntegerSums find() {
    if (exact(CodeForm.SIGNED)) {
      return EXACT;
    }
    if (exact(CodeForm.UNSIGNED)) {
      return SATURATING;
    }
    throw new IllegalStateException(
        "integer products of ONNX Runtime are wrong on this machine; use mode exact");
  }

  /** Whether sums of the largest codes of both signs come out right. */
  private static boolean exact(CodeForm form) {
    short[] codes = new short[WEIGHT_ROWS * COLUMNS];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (short) (i / COLUMNS % 2 == 0 || i % 5 != 0 ? 127 : -127);
    }
    QuantizedTensor weights =
        new QuantizedTensor(
            WEIGHT_ROWS, COLUMNS, Precision.EIGHT, ScaleScope.TENSOR, new float[] {1}, codes);
    OnnxModel model = new OnnxModel("integer_sums");
    model.input("x", DataType.UINT8, "N", COLUMNS);
    Run all = new Run(0, WEIGHT_ROWS, 8);
    new IntegerProduct("w", weights, all, form).times(model, new GivenCodes("x"), "y");
    model.output("y", DataType.FLOAT, "N", WEIGHT_ROWS);
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = StepSession.options();
        OrtSession session = environment.createSession(model.serialize(), options)) {
      for (int rows : BATCHES) {
        if (!exact(environment, session, rows, codes)) {
          return false;
        }
      }
      return true;
    } catch (OrtException e) {
      throw new IllegalStateException(
          "ONNX Runtime could not multiply integers: " + e.getMessage(), e);
    }
  }

  private static boolean exact(
      OrtEnvironment environment, OrtSession session, int rows, short[] codes) throws OrtException {
    ByteBuffer x = ByteBuffer.allocateDirect(rows * COLUMNS);
    for (int i = 0; i < x.capacity(); i++) {
      x.put(i, (byte) (i / COLUMNS % 3 == 2 && i % 7 == 0 ? 1 : 255));
    }
    FloatBuffer y =
        ByteBuffer.allocateDirect(4 * rows * WEIGHT_ROWS)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    try (OnnxTensor in =
            OnnxTensor.createTensor(
                environment, x, new long[] {rows, COLUMNS}, ai.onnxruntime.OnnxJavaType.UINT8);
        OnnxTensor out = OnnxTensor.createTensor(environment, y, new long[] {rows, WEIGHT_ROWS})) {
      session.run(Map.of("x", in), Map.of("y", out)).close();
    }
    for (int i = 0; i < rows * WEIGHT_ROWS; i++) {
      int row = i / WEIGHT_ROWS;
      int sum = 0;
      for (int k = 0; k < COLUMNS; k++) {
        int code = (x.get(row * COLUMNS + k) & 0xFF) - Activations.ZERO_POINT;
        sum += code * codes[i % WEIGHT_ROWS * COLUMNS + k];
      }
      if (y.get(i) != sum) {
        return false;
      }
    }
    return true;
  }

  /** Codes that are an input of the graph. */
  private record GivenCodes(String name) implements Activations {
    @Override
    public String floats() {
      throw new IllegalStateException("the codes are asked for, not their floats");
    }

    @Override
    public boolean coded() {
      return true;
    }

    @Override
    public Codes codes() {
      return new Codes(name, 1, Optional.empty());
    }
  }
}
