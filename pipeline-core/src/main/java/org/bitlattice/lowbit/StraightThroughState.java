package org.bitlattice.lowbit;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.training.StraightThrough;
import org.bitlattice.lm.training.StraightThroughStep;
import org.bitlattice.quant.PackedModel;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.QuantizedTensor;
import org.bitlattice.quant.ScaleScope;
import org.bitlattice.quant.TensorStorage;

/**
 * Straight-through training ({@code docs/method.md}, section 3): loss and gradient at the table
 * entries G = αQ, updates applied to the latent weights W, and the scales α follow W by
 * alternation.
 */
public final class StraightThroughState implements LowBitState {
  private static final long serialVersionUID = 1L;

  private final LmWeights weights;
  private final PackedModel model;
  private final double latentClip;
  private final AdmmResiduals residuals;

  private StraightThroughState(
      LmWeights weights, PackedModel model, double latentClip, AdmmResiduals residuals) {
    this.weights = weights;
    this.model = model;
    this.latentClip = latentClip;
    this.residuals = residuals;
  }

  /**
   * The state before the first round of a model whose matrices have one precision each, with scales
   * in single precision.
   *
   * @param weights latent weights W to start from
   * @param precisions one for each weight matrix; {@link Precision#FULL} trains it freely
   * @param latentClip latent weights are kept within this multiple of their row's largest table
   *     entry, at least 1; infinity does not clip
   * @throws IllegalArgumentException when a matrix has no precision, a name is not a matrix, or
   *     nothing is to be quantized
   */
  public static StraightThroughState start(
      LmWeights weights, Map<String, Precision> precisions, ScaleScope scope, double latentClip) {
    return start(weights, PostTrainingQuantization.whole(weights, precisions, scope), latentClip);
  }

  /**
   * The state before the first round: tables fitted to the weights.
   *
   * @param weights latent weights W to start from
   * @param storage by tensor name for each weight matrix; full precision trains it freely
   * @param latentClip as above
   * @throws IllegalArgumentException when a matrix has no storage, a name is not a matrix, or
   *     nothing is to be quantized
   */
  public static StraightThroughState start(
      LmWeights weights, Map<String, TensorStorage> storage, double latentClip) {
    PackedModel model = PostTrainingQuantization.quantize(weights, storage);
    if (model.quantized().isEmpty()) {
      throw new IllegalArgumentException(
          "straight-through training needs at least one quantized matrix; all have full precision");
    }
    return new StraightThroughState(weights, model, latentClip, null);
  }

  /**
   * The state between two rounds.
   *
   * @param weights W
   * @param model the low-bit model of the last round, whose scales the next one starts from
   * @param latentClip as for {@link #start}
   */
  public static StraightThroughState resumed(
      LmWeights weights, PackedModel model, double latentClip) {
    return new StraightThroughState(weights, model, latentClip, null);
  }

  @Override
  public LmWeights weights() {
    return weights;
  }

  @Override
  public StraightThrough constraint() {
    return new StraightThrough(TensorTables.of(model.quantized()), latentClip);
  }

  @Override
  public StraightThroughState next(LmWeights averaged) {
    Map<String, QuantizedTensor> followed =
        TensorTables.followed(model.quantized(), averaged, StraightThroughStep.SETTLING);
    AdmmResiduals moved = AdmmResiduals.of(matrices(averaged), model.quantized(), followed, 0);
    return new StraightThroughState(
        averaged, PackedModel.of(averaged, followed), latentClip, moved);
  }

  private Map<String, float[]> matrices(LmWeights of) {
    return TensorTables.matrices(of, model.quantized());
  }

  @Override
  public PackedModel quantizedModel() {
    return model;
  }

  @Override
  public Optional<AdmmResiduals> residuals() {
    return Optional.ofNullable(residuals);
  }

  @Override
  public double primalResidual() {
    Map<String, QuantizedTensor> quantized = model.quantized();
    return AdmmResiduals.of(matrices(weights), quantized, quantized, 0).primal();
  }

  @Override
  public OptionalDouble penalty() {
    return OptionalDouble.empty();
  }
}
