package org.bitlattice.sensitivity;

import java.util.List;
import java.util.Map;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.TensorShape;
import org.bitlattice.lm.training.GradientOracle;
import org.bitlattice.lm.training.LossAndGradient;
import org.bitlattice.quant.ModelUnits;
import org.bitlattice.quant.WeightUnit;

/**
 * One sample of Hutchinson's estimate of the trace of every diagonal block of the Hessian H of F
 * (method.md, section 4). With v of independent signs over all matrices at once, E[v_uᵀ(Hv)_u] =
 * Tr(H_u) for every unit u, since products of signs of different weights vanish in expectation; so
 * one product Hv serves all units. Hv comes from gradients g alone, by central difference:
 *
 * <pre>Hv ≈ [g(Θ + εv) − g(Θ − εv)] / 2ε,   ε = relativeStep · ‖Θ‖ / ‖v‖</pre>
 *
 * ‖Θ‖ is that of the matrices; vectors (biases) do not move. Dropout is off. What is kept of a
 * gradient is its slope along v in each unit, v_uᵀg_u, in double precision. One probe keeps one
 * network and serves one thread.
 */
public final class HessianProbe {
  private final LmWeights weights;
  private final ModelUnits units;
  private final float step;
  private final GradientOracle oracle;

  /**
   * A probe of a model. A tied matrix is one tensor, whose block of H has both of its uses.
   *
   * @param relativeStep ε‖v‖/‖Θ‖, positive and finite
   * @throws IllegalArgumentException when the step is out of its range, when units and weights
   *     belong to different architectures, or when all matrices are zero
   */
  public HessianProbe(LmWeights weights, ModelUnits units, double relativeStep) {
    if (!(relativeStep > 0) || Double.isInfinite(relativeStep)) {
      throw new IllegalArgumentException(
          "the step of a Hessian probe is %s of the weights' norm; it must be finite and above 0"
              .formatted(relativeStep));
    }
    if (!units.architecture().equals(weights.architecture())) {
      throw new IllegalArgumentException(
          "the units belong to %s, the weights to %s"
              .formatted(units.architecture(), weights.architecture()));
    }
    this.weights = weights;
    this.units = units;
    this.step = (float) (relativeStep * rootMeanSquare(weights));
    if (step == 0) {
      throw new IllegalArgumentException(
          "all matrices of the model are zero; a Hessian probe needs weights to scale its step by");
    }
    this.oracle = new GradientOracle(weights.architecture());
  }

  /** ‖Θ‖ / ‖v‖ over all matrices. */
  private static double rootMeanSquare(LmWeights weights) {
    double squares = 0;
    long count = 0;
    for (TensorShape shape : weights.architecture().quantizable()) {
      for (float value : weights.tensor(shape.name())) {
        squares += (double) value * value;
      }
      count += shape.size();
    }
    return Math.sqrt(squares / count);
  }

  /**
   * v_uᵀ(Hv)_u of one direction for every unit u.
   *
   * @param seed of the direction; equal seeds give equal directions
   * @param minibatches segments of equal length in each: word ids, of which all but the last are
   *     inputs and all but the first targets. The result is the sum over all of them
   */
  public QuadraticForms sample(long seed, List<List<int[]>> minibatches) {
    return sample(new RademacherDirection(weights.architecture(), seed).signs(), minibatches);
  }

  /** As for a seed, with the signs of every matrix given. */
  QuadraticForms sample(Map<String, float[]> signs, List<List<int[]>> minibatches) {
    if (minibatches.isEmpty()) {
      return QuadraticForms.none(units.units().size());
    }
    Slopes ahead = slopes(signs, step, minibatches);
    Slopes behind = slopes(signs, -step, minibatches);
    double[] forms = new double[ahead.sums().length];
    for (int u = 0; u < forms.length; u++) {
      forms[u] = (ahead.sums()[u] - behind.sums()[u]) / (2.0 * step);
    }
    return new QuadraticForms(forms, ahead.tokens());
  }

  /** Σ over tokens of v_uᵀg_u for every unit u. */
  private record Slopes(double[] sums, long tokens) {}

  private Slopes slopes(Map<String, float[]> signs, float move, List<List<int[]>> minibatches) {
    LmWeights moved = RademacherDirection.moved(weights, signs, move);
    double[] sums = new double[units.units().size()];
    long tokens = 0;
    oracle.load(moved);
    for (List<int[]> minibatch : minibatches) {
      LossAndGradient found = oracle.at(minibatch);
      for (int u = 0; u < sums.length; u++) {
        WeightUnit unit = units.units().get(u);
        String tensor = unit.tensor().name();
        double slope = dot(unit, signs.get(tensor), found.gradient().get(tensor));
        sums[u] += slope * found.tokens();
      }
      tokens += found.tokens();
    }
    return new Slopes(sums, tokens);
  }

  private static double dot(WeightUnit unit, float[] sign, float[] gradient) {
    int columns = unit.tensor().columns();
    double dot = 0;
    for (int i = unit.from() * columns; i < unit.to() * columns; i++) {
      dot += sign[i] * (double) gradient[i];
    }
    return dot;
  }
}
