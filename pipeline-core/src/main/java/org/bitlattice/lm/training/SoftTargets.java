package org.bitlattice.lm.training;

import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A teacher's distributions P_t = softmax(u) over a minibatch, made from its hidden states block by
 * block. For a token with the student's logits z, ln P = z − ln Σ e^z and
 *
 * <pre>KL(P_t ‖ P) = Σ P_t·(u − z) − ln Σ e^u + ln Σ e^z</pre>
 */
final class SoftTargets {
  private final INDArray hidden;
  private final INDArray weight;
  private final float[] bias;
  private final double share;
  private final float[] row;
  private final float[] difference;
  private final ExponentialRow exponential;
  private INDArray logits;
  private FloatBuffer logitMemory;
  private double sum;
  private double logSum;

  /**
   * @param hidden the teacher's last hidden states [units, tokens], column-major
   * @param weight its output matrix [units, words], column-major
   * @param bias its output bias
   * @param share weight w of the divergence in the loss
   */
  SoftTargets(INDArray hidden, INDArray weight, float[] bias, double share) {
    this.hidden = hidden;
    this.weight = weight;
    this.bias = bias;
    this.share = share;
    this.row = new float[bias.length];
    this.difference = new float[bias.length];
    this.exponential = new ExponentialRow(bias.length);
  }

  /** Weight w of the divergence in the loss. */
  double share() {
    return share;
  }

  /** Computes the logits of tokens {@code first} to {@code end} − 1, at most {@code most}. */
  void block(int first, int end, int most) {
    if (logits == null) {
      logits = NativeFloats.allocate(bias.length, most);
      logitMemory = NativeFloats.view(logits);
    }
    INDArray blockLogits = TokenMajor.columns(logits, 0, end - first);
    Nd4j.gemm(weight, TokenMajor.columns(hidden, first, end), blockLogits, true, false, 1, 0);
  }

  /**
   * Takes a token of the block.
   *
   * @param studentLogits z; not changed
   */
  void token(int place, float[] studentLogits) {
    logitMemory.get(place * row.length, row);
    float largest = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < row.length; i++) {
      row[i] += bias[i];
      largest = Math.max(largest, row[i]);
    }
    for (int i = 0; i < row.length; i++) {
      difference[i] = row[i] - studentLogits[i];
    }
    sum = exponential.apply(row, largest);
    logSum = Math.log(sum) + largest;
  }

  /** KL(P_t ‖ P) of the token, in nats, given ln Σ e^z. */
  double divergenceNats(double studentLogSum) {
    double weighted = 0;
    for (int i = 0; i < row.length; i++) {
      weighted += (double) row[i] * difference[i];
    }
    return weighted / sum - logSum + studentLogSum;
  }

  /** Subtracts w·P_t·scale of the token from a row of derivatives. */
  void subtractFrom(float[] derivatives, float scale) {
    float factor = (float) (share * scale / sum);
    for (int i = 0; i < row.length; i++) {
      derivatives[i] -= row[i] * factor;
    }
  }
}
