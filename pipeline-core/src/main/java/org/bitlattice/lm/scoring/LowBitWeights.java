package org.bitlattice.lm.scoring;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;
import org.bitlattice.lm.scoring.IntegerProduct.CodeForm;
import org.bitlattice.lm.scoring.RowRuns.Run;
import org.bitlattice.quant.PackedModel;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.QuantizedTensor;

/**
 * The codes of a low-bit model, in mode {@code int8} or {@code compact}. Tensors in full precision,
 * rows with codes of more than 8 bits and, in mode {@code int8}, products with rows that have no
 * 8-bit codes are single precision.
 *
 * @param model the model
 * @param mode int8 or compact
 * @param sums whether integer sums of this machine saturate
 */
record LowBitWeights(PackedModel model, ScoringMode mode, IntegerSums sums) implements StepWeights {
  private static final int FLOAT_BITS = Precision.FULL.bits();

  @Override
  public Activations rows(OnnxModel graph, String tensor, String words) {
    QuantizedTensor codes = model.quantized().get(tensor);
    if (codes != null && EmbeddingRows.packs(RowRuns.narrowest(codes, 0, codes.rows()))) {
      return new EmbeddingRows(graph, tensor, codes, words);
    }
    return floats().rows(graph, tensor, words);
  }

  @Override
  public MatrixProduct product(String tensor, Activations x) {
    QuantizedTensor codes = model.quantized().get(tensor);
    if (codes == null || (mode == ScoringMode.INT8 && !x.coded())) {
      return floats().product(tensor, x);
    }
    ToIntFunction<Precision> bitsOf =
        mode == ScoringMode.INT8 ? RowRuns::integerBits : LowBitWeights::blockBits;
    List<Run> runs = RowRuns.of(codes, bitsOf);
    List<MatrixProduct> parts = new ArrayList<>();
    runs.forEach(run -> parts.add(part(tensor, codes, run)));
    return parts.size() == 1
        ? parts.get(0)
        : new StackedProduct(parts, runs.stream().map(Run::rows).toList());
  }

  private MatrixProduct part(String tensor, QuantizedTensor codes, Run run) {
    if (run.bits() == FLOAT_BITS) {
      int columns = codes.columns();
      float[] values =
          Arrays.copyOfRange(model.values(tensor), run.from() * columns, run.to() * columns);
      return new FloatProduct(
          new FloatMatrix("%s_rows%d".formatted(tensor, run.from()), values, run.rows(), columns));
    }
    if (mode == ScoringMode.COMPACT) {
      return new BlockProduct(tensor, codes, run);
    }
    boolean large = RowRuns.narrowest(codes, run.from(), run.to()) == Precision.EIGHT;
    boolean saturates = large && sums == IntegerSums.SATURATING;
    return new IntegerProduct(tensor, codes, run, saturates ? CodeForm.UNSIGNED : CodeForm.SIGNED);
  }

  private static int blockBits(Precision precision) {
    return precision == Precision.ONE
        ? 2
        : BlockProduct.BITS.contains(precision.bits()) ? precision.bits() : FLOAT_BITS;
  }

  @Override
  public float[] vector(String tensor) {
    return model.values(tensor);
  }

  private FloatWeights floats() {
    return new FloatWeights(model.architecture(), model::values);
  }
}
