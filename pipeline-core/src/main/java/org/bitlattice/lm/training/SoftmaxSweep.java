package org.bitlattice.lm.training;

/**
 * Soft-max, cross-entropy and its derivative in place, for one block of logits after another. For a
 * token with logits z, bias b and target y: p = softmax(z + b), loss −ln p_y, derivative (p −
 * 1_y)·scale.
 */
final class SoftmaxSweep {
  private final float[] bias;
  private final int[] targets;
  private final float scale;
  private final float[] biasGradient;
  private double lossNats;

  SoftmaxSweep(float[] bias, int[] targets, float scale) {
    this.bias = bias;
    this.targets = targets;
    this.scale = scale;
    this.biasGradient = new float[bias.length];
  }

  /**
   * Turns the logits (without bias) of tokens {@code first} to {@code end} − 1 into the scaled
   * derivative of the loss with respect to the logits.
   *
   * @param logits one row of words for each token, from index 0 on
   */
  void lossAndDerivative(float[] logits, int first, int end) {
    int words = bias.length;
    for (int token = first; token < end; token++) {
      int start = (token - first) * words;
      int target = targets[token];
      float largest = addBias(logits, start);
      double targetLogit = logits[start + target] - (double) largest;
      double sum = exponentials(logits, start, largest);
      lossNats += Math.log(sum) - targetLogit;
      scaleAndAccumulate(logits, start, (float) (scale / sum));
      logits[start + target] -= scale;
      biasGradient[target] -= scale;
    }
  }

  private float addBias(float[] logits, int start) {
    float largest = Float.NEGATIVE_INFINITY;
    for (int word = 0; word < bias.length; word++) {
      logits[start + word] += bias[word];
    }
    for (int word = 0; word < bias.length; word++) {
      largest = Math.max(largest, logits[start + word]);
    }
    return largest;
  }

  private double exponentials(float[] logits, int start, float largest) {
    int end = start + bias.length;
    int i = start;
    double even = 0;
    double odd = 0;
    for (; i + 1 < end; i += 2) {
      float a = FastMath.exp(logits[i] - largest);
      float b = FastMath.exp(logits[i + 1] - largest);
      logits[i] = a;
      logits[i + 1] = b;
      even += a;
      odd += b;
    }
    if (i < end) {
      float a = FastMath.exp(logits[i] - largest);
      logits[i] = a;
      even += a;
    }
    return even + odd;
  }

  private void scaleAndAccumulate(float[] logits, int start, float factor) {
    for (int word = 0; word < bias.length; word++) {
      float derivative = logits[start + word] * factor;
      logits[start + word] = derivative;
      biasGradient[word] += derivative;
    }
  }

  double lossNats() {
    return lossNats;
  }

  float[] biasGradient() {
    return biasGradient;
  }
}
