package org.bitlattice.search;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.quant.WeightUnit;

/**
 * A language model whose units are mixtures M_u = Σ_n a_u,n f_n(W_u) of their values at several
 * precisions. Because a unit's weights are linear in its shares, ∂F/∂a_u,n = ⟨∂F/∂M_u, f_n(W_u)⟩:
 * the gradient of ordinary training is enough.
 */
public final class SuperNetwork {
  private final SearchSpace space;
  private final LmWeights weights;
  private final List<Map<String, float[]>> entries;

  /**
   * A network of some branches.
   *
   * @throws IllegalArgumentException when there is not one branch for each precision
   */
  public SuperNetwork(SearchSpace space, Branches branches) {
    this.space = space;
    this.weights = branches.weights();
    this.entries = branches.entries();
    if (entries.size() != space.precisions().size()) {
      throw new IllegalArgumentException(
          "a super-network of %d precisions needs as many branches; there are %d"
              .formatted(space.precisions().size(), entries.size()));
    }
  }

  /**
   * The weights that the network computes with.
   *
   * @param shares a, by unit, then by precision
   */
  public LmWeights mixed(double[][] shares) {
    Map<String, float[]> mixed = new LinkedHashMap<>();
    List<WeightUnit> units = space.units().units();
    for (int u = 0; u < units.size(); u++) {
      WeightUnit unit = units.get(u);
      String name = unit.tensor().name();
      float[] values = mixed.computeIfAbsent(name, tensor -> new float[unit.tensor().size()]);
      for (int n = 0; n < shares[u].length; n++) {
        add(entries.get(n).get(name), (float) shares[u][n], values, first(unit), end(unit));
      }
    }
    return weights.with(mixed);
  }

  private static int first(WeightUnit unit) {
    return unit.from() * unit.tensor().columns();
  }

  private static int end(WeightUnit unit) {
    return unit.to() * unit.tensor().columns();
  }

  private static void add(float[] values, float share, float[] sum, int from, int end) {
    for (int i = from; i < end; i++) {
      sum[i] += share * values[i];
    }
  }

  /**
   * ∂F/∂a of every unit and precision.
   *
   * @param gradient ∂F/∂M by tensor, at the mixed weights
   */
  double[][] shareGradient(Map<String, float[]> gradient) {
    double[][] slopes = space.zeros();
    List<WeightUnit> units = space.units().units();
    for (int u = 0; u < slopes.length; u++) {
      WeightUnit unit = units.get(u);
      String name = unit.tensor().name();
      for (int n = 0; n < slopes[u].length; n++) {
        slopes[u][n] =
            product(gradient.get(name), entries.get(n).get(name), first(unit), end(unit));
      }
    }
    return slopes;
  }

  private static double product(float[] left, float[] right, int from, int end) {
    double sum = 0;
    for (int i = from; i < end; i++) {
      sum += (double) left[i] * right[i];
    }
    return sum;
  }
}
