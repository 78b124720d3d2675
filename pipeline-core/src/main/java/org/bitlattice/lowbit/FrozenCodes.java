package org.bitlattice.lowbit;

import java.util.Optional;
import java.util.OptionalDouble;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.training.FrozenTensors;
import org.bitlattice.quant.PackedModel;

/**
 * Fine-tuning with frozen codes: the quantized tensors of a low-bit model stay as they are, and
 * what is not quantized (biases, FP32 matrices) is trained at them. W is carried along unchanged.
 */
public final class FrozenCodes implements LowBitState {
  private static final long serialVersionUID = 1L;

  private final PackedModel frozen;
  private final LmWeights weights;
  private final boolean trained;

  private FrozenCodes(PackedModel frozen, LmWeights weights, boolean trained) {
    this.frozen = frozen;
    this.weights = weights;
    this.trained = trained;
  }

  /**
   * The state before a round.
   *
   * @param model gives the quantized tensors
   * @param weights gives everything else, and W
   */
  public static FrozenCodes of(PackedModel model, LmWeights weights) {
    return new FrozenCodes(model, weights, false);
  }

  @Override
  public LmWeights weights() {
    return weights;
  }

  @Override
  public FrozenTensors constraint() {
    return new FrozenTensors(TensorTables.entries(frozen.quantized()));
  }

  @Override
  public FrozenCodes next(LmWeights averaged) {
    return new FrozenCodes(frozen, averaged, true);
  }

  @Override
  public PackedModel quantizedModel() {
    return PackedModel.of(weights, frozen.quantized());
  }

  @Override
  public Optional<AdmmResiduals> residuals() {
    return trained ? Optional.of(measured()) : Optional.empty();
  }

  @Override
  public double primalResidual() {
    return measured().primal();
  }

  private AdmmResiduals measured() {
    return AdmmResiduals.of(
        TensorTables.matrices(weights, frozen.quantized()),
        frozen.quantized(),
        frozen.quantized(),
        0);
  }

  @Override
  public OptionalDouble penalty() {
    return OptionalDouble.empty();
  }
}
