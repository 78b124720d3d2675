package org.bitlattice.lowbit;

import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.ModelFiles;
import org.bitlattice.lm.training.ProximalTerm;
import org.bitlattice.quant.PackedModel;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.QuantizedTensor;
import org.bitlattice.quant.ScaleScope;
import org.bitlattice.quant.TableFit;
import org.bitlattice.quant.TensorStorage;

/**
 * State of the alternating direction method of multipliers (ADMM) in scaled dual form, which trains
 * low-bit weights by minimising over W, G = αQ and λ ({@code docs/method.md}, section 3)
 *
 * <pre>L(W, Q, λ) = F(W) + (γ/2)‖W − G + λ‖² − (γ/2)‖λ‖²</pre>
 *
 * A round is three steps, each of which gives a new state and leaves the old one as it is:
 *
 * <ol>
 *   <li>{@link #weightStep}: W ← arg min F(W) + (γ/2)‖W − G + λ‖², found elsewhere with {@link
 *       #proximalTerm};
 *   <li>{@link #quantizationStep}: (α, Q) ← table fit of W + λ, from the last round's α;
 *   <li>{@link #multiplierStep}: λ ← λ + W − G; then γ grows, and λ ← λ·γ_old/γ_new keeps the
 *       multipliers γλ themselves as they are.
 * </ol>
 *
 * Arrays are shared, not copied; treat them as read-only.
 */
public final class AdmmState implements LowBitState {
  private static final long serialVersionUID = 1L;

  /** The step that comes next. */
  private enum Step {
    WEIGHT,
    QUANTIZATION,
    MULTIPLIER
  }

  private final AdmmSettings settings;
  private final Step next;
  private final int round;
  private final double gamma;
  private final LmWeights weights;
  private final LinkedHashMap<String, QuantizedTensor> quantized;
  private final LinkedHashMap<String, float[]> multipliers;
  private final AdmmResiduals residuals;

  private AdmmState(
      AdmmSettings settings, Step next, Progress progress, Tensors tensors, AdmmResiduals last) {
    this.settings = settings;
    this.next = next;
    this.round = progress.round();
    this.gamma = progress.gamma();
    this.weights = tensors.weights();
    this.quantized = new LinkedHashMap<>(tensors.quantized());
    this.multipliers = new LinkedHashMap<>(tensors.multipliers());
    this.residuals = last;
  }

  /** Where the rounds stand. */
  record Progress(int round, double gamma) {}

  /** All arrays of a state. */
  record Tensors(
      LmWeights weights,
      Map<String, QuantizedTensor> quantized,
      Map<String, float[]> multipliers) {}

  /**
   * The state before the first round of a model whose matrices have one precision each, with scales
   * in single precision.
   *
   * @param precisions one for each weight matrix; {@link Precision#FULL} leaves it unconstrained
   * @throws IllegalArgumentException when a matrix has no precision, a name is not a matrix, or
   *     nothing is to be quantized
   */
  public static AdmmState start(
      LmWeights weights,
      Map<String, Precision> precisions,
      ScaleScope scope,
      AdmmSettings settings) {
    return start(weights, PostTrainingQuantization.whole(weights, precisions, scope), settings);
  }

  /**
   * The state before the first round: tables fitted to the weights, λ = 0.
   *
   * @param storage by tensor name for each weight matrix; full precision leaves it unconstrained
   * @throws IllegalArgumentException when a matrix has no storage, a name is not a matrix, or
   *     nothing is to be quantized
   */
  public static AdmmState start(
      LmWeights weights, Map<String, TensorStorage> storage, AdmmSettings settings) {
    Map<String, QuantizedTensor> quantized =
        PostTrainingQuantization.quantize(weights, storage).quantized();
    if (quantized.isEmpty()) {
      throw new IllegalArgumentException(
          "ADMM needs at least one quantized matrix; all have full precision");
    }
    Map<String, float[]> multipliers = new LinkedHashMap<>();
    quantized.forEach((name, tensor) -> multipliers.put(name, new float[tensor.codes().length]));
    return resumed(
        settings, new Progress(0, settings.gamma()), new Tensors(weights, quantized, multipliers));
  }

  /** The state between two rounds. */
  static AdmmState resumed(AdmmSettings settings, Progress progress, Tensors tensors) {
    return new AdmmState(settings, Step.WEIGHT, progress, tensors, null);
  }

  /**
   * What the W-step adds to the loss: the target G − λ of each quantized tensor, and γ.
   *
   * @throws IllegalStateException inside a round, after its weight step
   */
  public ProximalTerm proximalTerm() {
    require(Step.WEIGHT);
    Map<String, float[]> targets = new LinkedHashMap<>();
    quantized.forEach(
        (name, tensor) -> {
          float[] target = tensor.dequantize();
          float[] lambda = multipliers.get(name);
          for (int i = 0; i < target.length; i++) {
            target[i] -= lambda[i];
          }
          targets.put(name, target);
        });
    return new ProximalTerm(targets, gamma);
  }

  /**
   * First step of a round: takes the weights that the workers found and averaged.
   *
   * @throws IllegalArgumentException when the weights belong to another architecture
   * @throws IllegalStateException when another step is next
   */
  public AdmmState weightStep(LmWeights averaged) {
    require(Step.WEIGHT);
    if (!averaged.architecture().equals(weights.architecture())) {
      throw new IllegalArgumentException(
          "the averaged weights belong to %s; this state to %s"
              .formatted(averaged.architecture(), weights.architecture()));
    }
    return with(Step.QUANTIZATION, new Tensors(averaged, quantized, multipliers), residuals);
  }

  /**
   * Second step of a round: refits scales and codes to W + λ.
   *
   * @throws IllegalStateException when another step is next
   */
  public AdmmState quantizationStep() {
    require(Step.QUANTIZATION);
    Map<String, float[]> constrained = new LinkedHashMap<>();
    Map<String, float[]> sums = new LinkedHashMap<>();
    for (String name : quantized.keySet()) {
      float[] w = weights.tensor(name);
      constrained.put(name, w);
      sums.put(name, sum(w, multipliers.get(name)));
    }
    Map<String, QuantizedTensor> refitted = TableFit.refit(sums, quantized);
    return with(
        Step.MULTIPLIER,
        new Tensors(weights, refitted, multipliers),
        AdmmResiduals.of(constrained, quantized, refitted, gamma));
  }

  private static float[] sum(float[] left, float[] right) {
    float[] sum = new float[left.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = left[i] + right[i];
    }
    return sum;
  }

  /**
   * Third step of a round: moves the multipliers, then γ to the next round's.
   *
   * @throws IllegalStateException when another step is next
   */
  public AdmmState multiplierStep() {
    require(Step.MULTIPLIER);
    double nextGamma = gamma * settings.gammaGrowth();
    double rescaled = gamma / nextGamma;
    Map<String, float[]> moved = new LinkedHashMap<>();
    quantized.forEach(
        (name, tensor) -> {
          float[] lambda = sum(multipliers.get(name), weights.tensor(name));
          float[] g = tensor.dequantize();
          for (int i = 0; i < lambda.length; i++) {
            lambda[i] = (float) (((double) lambda[i] - g[i]) * rescaled);
          }
          moved.put(name, lambda);
        });
    return new AdmmState(
        settings,
        Step.WEIGHT,
        new Progress(round + 1, nextGamma),
        new Tensors(weights, quantized, moved),
        residuals);
  }

  @Override
  public ProximalTerm constraint() {
    return proximalTerm();
  }

  /** A whole round: weight step, quantization step, multiplier step. */
  @Override
  public AdmmState next(LmWeights averaged) {
    return weightStep(averaged).quantizationStep().multiplierStep();
  }

  @Override
  public OptionalDouble penalty() {
    return OptionalDouble.of(gamma);
  }

  private AdmmState with(Step step, Tensors tensors, AdmmResiduals last) {
    return new AdmmState(settings, step, new Progress(round, gamma), tensors, last);
  }

  private void require(Step step) {
    if (next != step) {
      throw new IllegalStateException(
          "the %s step of round %d comes next, not the %s step".formatted(next, round + 1, step));
    }
  }

  /** Settings of the run. */
  public AdmmSettings settings() {
    return settings;
  }

  /** Rounds that are complete. */
  public int round() {
    return round;
  }

  /** Whether all rounds are complete. */
  public boolean finished() {
    return round >= settings.rounds();
  }

  /** γ of the round under way, or of the next one. */
  public double gamma() {
    return gamma;
  }

  /** W: the weights of the last weight step, at first the starting weights. */
  @Override
  public LmWeights weights() {
    return weights;
  }

  /** Scales and codes by tensor, in file order; unmodifiable. */
  public Map<String, QuantizedTensor> quantized() {
    return Collections.unmodifiableMap(quantized);
  }

  /** λ by tensor, in file order, scaled for {@link #gamma}; unmodifiable. */
  public Map<String, float[]> multipliers() {
    return Collections.unmodifiableMap(multipliers);
  }

  /** Residuals of the last quantization step; empty before the first and after {@link #read}. */
  @Override
  public Optional<AdmmResiduals> residuals() {
    return Optional.ofNullable(residuals);
  }

  /** ‖W − G‖ / ‖W‖ as W and G are now, over all quantized tensors together. */
  @Override
  public double primalResidual() {
    Map<String, float[]> full = TensorTables.matrices(weights, quantized);
    return AdmmResiduals.of(full, quantized, quantized, gamma).primal();
  }

  /**
   * The low-bit model: G for quantized tensors, W for all others (biases, gains, FP32 matrices).
   */
  @Override
  public PackedModel quantizedModel() {
    return PackedModel.of(weights, quantized);
  }

  /**
   * Writes a checkpoint: {@code admm.safetensors}, then {@code admm.json} with its digest.
   *
   * @throws IllegalStateException inside a round
   */
  public void write(ModelFiles files) throws IOException {
    require(Step.WEIGHT);
    AdmmCheckpoint.write(files, this);
  }

  /**
   * Reads a checkpoint. Continuing from it gives what going on without it would have given.
   *
   * @throws IllegalArgumentException naming the file when it is missing, damaged, or does not fit
   *     the other one
   */
  public static AdmmState read(ModelFiles files) throws IOException {
    return AdmmCheckpoint.read(files);
  }
}
