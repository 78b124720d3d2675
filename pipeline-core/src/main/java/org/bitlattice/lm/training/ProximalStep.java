package org.bitlattice.lm.training;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.LstmArchitecture;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * The proximal part of ADMM's W-step on a live network, in closed form after each optimiser step of
 * rate η: for every weight of a pulled tensor
 *
 * <pre>W ← (W + η·d·γ·T) / (1 + η·d·γ)</pre>
 *
 * with d = 1 for plain gradient descent and d = 1/(√v̂ + ε) for Adam, v̂ the bias-corrected mean
 * squared gradient. So both parts are scaled alike and the fixed point is that of the augmented
 * Lagrangian, ∇F(W) + γ(W − T) = 0. Stable for every γ. DL4J's Adam divides ε by √(1 − β₂ᵗ); d does
 * the same: d = √(1 − β₂ᵗ)/(√v + ε).
 */
public final class ProximalStep implements ConstrainedStep {
  private static final int CHUNK = 1 << 14;

  private final Optimiser optimiser;
  private final double rateTimesGamma;
  private final Map<Integer, float[]> targets = new LinkedHashMap<>();
  private final float[] weights = new float[CHUNK];
  private final float[] squares = new float[CHUNK];
  private final float[] pulled = new float[CHUNK];

  /**
   * A step for networks of an architecture.
   *
   * @param rate the learning rate η of the optimiser steps
   * @throws IllegalArgumentException when a target is missing its tensor or has another size
   */
  public ProximalStep(
      LmArchitecture architecture, Optimiser optimiser, double rate, ProximalTerm term) {
    LstmArchitecture lstm = LstmNetwork.requireLstm(architecture);
    FlatLayout layout = new FlatLayout(lstm);
    this.optimiser = optimiser;
    this.rateTimesGamma = rate * term.gamma();
    for (Map.Entry<String, float[]> target : term.target().entrySet()) {
      targets.put(
          layout.offset(target.getKey()),
          Matrices.flatten(
              lstm, layout, "the proximal target of", target.getKey(), target.getValue()));
    }
  }

  /** Does nothing: the network's parameters are W itself. */
  @Override
  public void begin(ComputationGraph network) {}

  /** Does nothing: the network's parameters are W itself. */
  @Override
  public void end(ComputationGraph network) {}

  /** Applies the step to a network that has just taken an optimiser step. */
  @Override
  public void apply(ComputationGraph network) {
    FloatBuffer parameters = NativeFloats.view(network.params());
    if (optimiser instanceof Optimiser.Adam adam) {
      double correction = Math.sqrt(1 - Math.pow(adam.beta2(), network.getIterationCount()));
      FloatBuffer state = NativeFloats.view(network.getUpdater().getStateViewArray());
      int half = parameters.capacity();
      pullAll(
          parameters, state.slice(half, half), rateTimesGamma * correction, (float) adam.epsilon());
    } else {
      Arrays.fill(squares, 1f);
      pullAll(parameters, null, rateTimesGamma, 0f);
    }
  }

  private void pullAll(
      FloatBuffer parameters, FloatBuffer meanSquares, double strength, float epsilon) {
    for (Map.Entry<Integer, float[]> entry : targets.entrySet()) {
      float[] target = entry.getValue();
      for (int done = 0; done < target.length; done += CHUNK) {
        int count = Math.min(CHUNK, target.length - done);
        int first = entry.getKey() + done;
        parameters.get(first, weights, 0, count);
        if (meanSquares != null) {
          meanSquares.get(first, squares, 0, count);
        }
        System.arraycopy(target, done, pulled, 0, count);
        pull(weights, squares, pulled, count, (float) strength, epsilon);
        parameters.put(first, weights, 0, count);
      }
    }
  }

  /** W ← W + (T − W)·a/(√v + ε + a), which is the closed form with η·d·γ = a/(√v + ε). */
  private static void pull(
      float[] weights, float[] squares, float[] target, int count, float a, float epsilon) {
    float rest = epsilon + a;
    for (int i = 0; i < count; i++) {
      float share = a / ((float) Math.sqrt(squares[i]) + rest);
      weights[i] += (target[i] - weights[i]) * share;
    }
  }
}
