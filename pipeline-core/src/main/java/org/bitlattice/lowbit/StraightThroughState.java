package org.bitlattice.lowbit;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.training.StraightThrough;
import org.bitlattice.quant.PackedModel;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.QuantizedTensor;
import org.bitlattice.quant.ScaleScope;

/**
 * Straight-through training ({@code docs/method.md}, section 3): loss and gradient at the table
 * entries G = f(W), updates applied to the latent weights W. A round keeps its tables' scales; the
 * next round's are fitted anew to W. So a state is a function of W and settings alone, and W is all
 * that a checkpoint needs.
 */
public final class StraightThroughState implements LowBitState {
  private static final long serialVersionUID = 1L;

  private final Tables tables;
  private final LmWeights weights;
  private final PackedModel model;
  private final AdmmResiduals residuals;

  /** Which tables the weights are trained for, and how far latents may leave them. */
  private record Tables(Map<String, Precision> precisions, ScaleScope scope, double latentClip)
      implements java.io.Serializable {
    PackedModel fit(LmWeights weights) {
      return PostTrainingQuantization.quantize(weights, precisions, scope);
    }
  }

  private StraightThroughState(
      Tables tables, LmWeights weights, PackedModel model, AdmmResiduals residuals) {
    this.tables = tables;
    this.weights = weights;
    this.model = model;
    this.residuals = residuals;
  }

  /**
   * The state before a round.
   *
   * @param weights latent weights W to start or to continue from
   * @param precisions one for each weight matrix; {@link Precision#FULL} trains it freely
   * @param latentClip latent weights are kept within this multiple of their row's largest table
   *     entry, at least 1; infinity does not clip
   * @throws IllegalArgumentException when a matrix has no precision, a name is not a matrix, or
   *     nothing is to be quantized
   */
  public static StraightThroughState of(
      LmWeights weights, Map<String, Precision> precisions, ScaleScope scope, double latentClip) {
    Tables tables = new Tables(new LinkedHashMap<>(precisions), scope, latentClip);
    PackedModel model = tables.fit(weights);
    if (model.quantized().isEmpty()) {
      throw new IllegalArgumentException(
          "straight-through training needs at least one quantized matrix; all have full precision");
    }
    return new StraightThroughState(tables, weights, model, null);
  }

  @Override
  public LmWeights weights() {
    return weights;
  }

  @Override
  public StraightThrough constraint() {
    return new StraightThrough(TensorTables.of(model.quantized()), tables.latentClip());
  }

  @Override
  public StraightThroughState next(LmWeights averaged) {
    PackedModel refitted = tables.fit(averaged);
    AdmmResiduals moved =
        AdmmResiduals.of(matrices(averaged), model.quantized(), refitted.quantized(), 0);
    return new StraightThroughState(tables, averaged, refitted, moved);
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
