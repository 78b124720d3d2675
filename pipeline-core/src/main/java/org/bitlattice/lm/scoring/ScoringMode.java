package org.bitlattice.lm.scoring;

import java.util.Locale;
import org.bitlattice.quant.PackedModel;
import org.bitlattice.quant.QuantizedTensor;

/**
 * How the weights of a low-bit model are computed with. The arithmetic of each mode stands in
 * docs/method.md.
 */
public enum ScoringMode {
  /** Weights are de-quantized, everything is single precision. */
  EXACT,
  /**
   * Codes of up to 8 bits as 8-bit integers, activations of 8 bits, integer sums; fastest in large
   * batches. Tensors of 16 bits or in full precision stay single precision.
   */
  INT8,
  /**
   * Codes of up to 8 bits stay packed in memory, in 2, 4 or 8 bits; fastest for one history at a
   * time, and always run that way. Tensors of 16 bits or in full precision stay single precision.
   */
  COMPACT;

  /** The mode's name in settings, tables and command lines. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Checks that a model can be run in this mode.
   *
   * @throws IllegalArgumentException when the mode computes with codes and the model has no tensor
   *     whose codes fit into 8 bits
   */
  public void requireRuns(PackedModel model) {
    if (this != EXACT
        && model.quantized().values().stream().noneMatch(ScoringMode::fitsEightBits)) {
      throw new IllegalArgumentException(
          "a model without tensors of 1, 2, 4 or 8 bits cannot be run in mode %s; its mode is %s"
              .formatted(label(), EXACT.label()));
    }
  }

  /**
   * Histories in one run of the network. Mode compact takes one: its operator gains little from
   * more (docs/benchmarks.md), and on some processors its sums depend on how many there are.
   */
  int rowsOfRun(ScorerSettings settings) {
    return this == COMPACT ? 1 : settings.batchRows();
  }

  private static boolean fitsEightBits(QuantizedTensor tensor) {
    return RowRuns.of(tensor, RowRuns::integerBits).stream().anyMatch(run -> run.bits() <= 8);
  }
}
