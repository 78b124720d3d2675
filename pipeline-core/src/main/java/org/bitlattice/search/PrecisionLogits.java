package org.bitlattice.search;

import java.io.Serializable;

/**
 * The logits of every unit's precisions, which a search trains.
 *
 * @param values by unit, then by precision; treat as read-only
 */
public record PrecisionLogits(double[][] values) implements Serializable {
  /** ln softmax(logits / divisor) of each unit. */
  double[][] logProbabilities(double divisor) {
    double[][] logarithms = new double[values.length][];
    for (int u = 0; u < values.length; u++) {
      logarithms[u] = logSoftmax(values[u], new double[values[u].length], divisor);
    }
    return logarithms;
  }

  /** softmax(logits / divisor) of each unit. */
  public double[][] probabilities(double divisor) {
    return exponentials(logProbabilities(divisor));
  }

  /**
   * softmax((logits + noise) / temperature) of each unit.
   *
   * @param noise by unit, then by precision
   */
  double[][] shares(double[][] noise, double temperature) {
    double[][] shares = new double[values.length][];
    for (int u = 0; u < values.length; u++) {
      shares[u] = logSoftmax(values[u], noise[u], temperature);
    }
    return exponentials(shares);
  }

  /** Mean over the units of the entropy of softmax(logits / divisor), in nats. */
  public double entropy(double divisor) {
    double sum = 0;
    for (double[] unit : logProbabilities(divisor)) {
      for (double logarithm : unit) {
        double probability = Math.exp(logarithm);
        sum -= probability == 0 ? 0 : probability * logarithm;
      }
    }
    return sum / values.length;
  }

  private static double[] logSoftmax(double[] logits, double[] noise, double divisor) {
    double largest = Double.NEGATIVE_INFINITY;
    double[] scaled = new double[logits.length];
    for (int n = 0; n < scaled.length; n++) {
      scaled[n] = (logits[n] + noise[n]) / divisor;
      largest = Math.max(largest, scaled[n]);
    }
    double sum = 0;
    for (double value : scaled) {
      sum += Math.exp(value - largest);
    }
    double normaliser = largest + Math.log(sum);
    for (int n = 0; n < scaled.length; n++) {
      scaled[n] -= normaliser;
    }
    return scaled;
  }

  private static double[][] exponentials(double[][] logarithms) {
    for (double[] unit : logarithms) {
      for (int n = 0; n < unit.length; n++) {
        unit[n] = Math.exp(unit[n]);
      }
    }
    return logarithms;
  }
}
