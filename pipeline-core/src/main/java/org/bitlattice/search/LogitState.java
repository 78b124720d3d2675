package org.bitlattice.search;

import java.io.Serializable;
import java.util.List;

/**
 * The logits of a search with the state of their optimiser, Adam with the usual constants (β₁ =
 * 0.9, β₂ = 0.999, ε = 10⁻⁸; Kingma and Ba, 2015).
 *
 * @param logits the logits
 * @param means running means of their gradients, by unit, then by precision
 * @param squares running means of the squares
 * @param steps steps done
 */
public record LogitState(PrecisionLogits logits, double[][] means, double[][] squares, long steps)
    implements Serializable {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;

  /** Equal probabilities, no step done. */
  public static LogitState start(SearchSpace space) {
    return new LogitState(new PrecisionLogits(space.zeros()), space.zeros(), space.zeros(), 0);
  }

  /**
   * The state after a step.
   *
   * @param gradient of the loss, by unit, then by precision
   * @param rate learning rate
   */
  LogitState after(double[][] gradient, double rate) {
    double[][] values = copy(logits.values());
    double[][] newMeans = copy(means);
    double[][] newSquares = copy(squares);
    double meanShare = 1 - Math.pow(BETA1, steps + 1.0);
    double squareShare = 1 - Math.pow(BETA2, steps + 1.0);
    for (int u = 0; u < values.length; u++) {
      for (int n = 0; n < values[u].length; n++) {
        double g = gradient[u][n];
        newMeans[u][n] += (1 - BETA1) * (g - newMeans[u][n]);
        newSquares[u][n] += (1 - BETA2) * (g * g - newSquares[u][n]);
        double size = Math.sqrt(newSquares[u][n] / squareShare) + EPSILON;
        values[u][n] -= rate * newMeans[u][n] / meanShare / size;
      }
    }
    return new LogitState(new PrecisionLogits(values), newMeans, newSquares, steps + 1);
  }

  /**
   * The mean of states that went equally many steps.
   *
   * @param states at least one; added in this order
   * @throws IllegalArgumentException when numbers of steps differ
   */
  public static LogitState mean(List<LogitState> states) {
    long steps = states.get(0).steps();
    if (states.stream().anyMatch(state -> state.steps() != steps)) {
      throw new IllegalArgumentException(
          "states after %s steps cannot be averaged; all must be equally far"
              .formatted(states.stream().map(LogitState::steps).toList()));
    }
    return new LogitState(
        new PrecisionLogits(meanOf(states.stream().map(s -> s.logits().values()).toList())),
        meanOf(states.stream().map(LogitState::means).toList()),
        meanOf(states.stream().map(LogitState::squares).toList()),
        steps);
  }

  private static double[][] meanOf(List<double[][]> arrays) {
    double[][] sum = copy(arrays.get(0));
    for (double[][] array : arrays.subList(1, arrays.size())) {
      for (int u = 0; u < sum.length; u++) {
        for (int n = 0; n < sum[u].length; n++) {
          sum[u][n] += array[u][n];
        }
      }
    }
    for (double[] unit : sum) {
      for (int n = 0; n < unit.length; n++) {
        unit[n] /= arrays.size();
      }
    }
    return sum;
  }

  private static double[][] copy(double[][] values) {
    double[][] copy = new double[values.length][];
    for (int u = 0; u < copy.length; u++) {
      copy[u] = values[u].clone();
    }
    return copy;
  }
}
