package org.bitlattice.lm.training;

import java.nio.FloatBuffer;

/**
 * Soft-max, cross-entropy and its derivative in place, for one block of logits after another. For a
 * token with logits z, bias b and target y: p = softmax(z + b), loss −ln p_y, derivative (p −
 * 1_y)·scale. With {@link SoftTargets} of weight w the loss is (1 − w)·(−ln p_y) + w·KL(p_t ‖ p)
 * and the derivative (p − (1 − w)·1_y − w·p_t)·scale.
 */
final class SoftmaxSweep {
  private final float[] bias;
  private final int[] targets;
  private final float scale;
  private final SoftTargets soft;
  private final float[] biasGradient;
  private final float[] row;
  private final ExponentialRow exponential;
  private double lossNats;

  /**
   * A sweep over the tokens of a minibatch.
   *
   * @param scale factor of the derivatives, such as 1/tokens
   * @param soft the teacher's distributions, or null
   */
  SoftmaxSweep(float[] bias, int[] targets, float scale, SoftTargets soft) {
    this.bias = bias;
    this.targets = targets;
    this.scale = scale;
    this.soft = soft;
    this.biasGradient = new float[bias.length];
    this.row = new float[bias.length];
    this.exponential = new ExponentialRow(bias.length);
  }

  /**
   * Turns the logits (without bias) of tokens {@code first} to {@code end} − 1 into the scaled
   * derivative of the loss with respect to the logits.
   *
   * @param logits one row of words for each token, from index 0 on
   */
  void lossAndDerivative(FloatBuffer logits, int first, int end) {
    for (int token = first; token < end; token++) {
      int start = (token - first) * row.length;
      int target = targets[token];
      logits.get(start, row);
      add(row, bias);
      float largest = largest(row);
      double targetLogit = row[target] - (double) largest;
      if (soft != null) {
        soft.token(token - first, row);
      }
      double sum = exponential.apply(row, largest);
      double crossEntropy = Math.log(sum) - targetLogit;
      multiply(row, (float) (scale / sum));
      if (soft == null) {
        lossNats += crossEntropy;
        row[target] -= scale;
      } else {
        double hard = 1 - soft.share();
        double divergence = soft.divergenceNats(Math.log(sum) + largest);
        lossNats += hard * crossEntropy + soft.share() * divergence;
        row[target] -= (float) (scale * hard);
        soft.subtractFrom(row, scale);
      }
      add(biasGradient, row);
      logits.put(start, row);
    }
  }

  private static float largest(float[] values) {
    float largest = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < values.length; i++) {
      largest = Math.max(largest, values[i]);
    }
    return largest;
  }

  private static void add(float[] sum, float[] values) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += values[i];
    }
  }

  private static void multiply(float[] values, float factor) {
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor;
    }
  }

  /** Summed loss of the tokens so far, in nats. */
  double lossNats() {
    return lossNats;
  }

  /** Derivative of the loss with respect to the bias, scaled, summed over the tokens so far. */
  float[] biasGradient() {
    return biasGradient;
  }
}
