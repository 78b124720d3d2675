package org.bitlattice.lm.training;

import java.util.SplittableRandom;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Inverted dropout on the input of a layer: in training each activation is 0 with probability p and
 * scaled by 1/(1 − p) otherwise. The mask is a function of the seed set for the step ({@link
 * RandomStreams#seedDropout}) and of the layer, whatever thread or engine computes it.
 */
final class DropoutMask {
  private final double probability;
  private final int layer;
  private float[] mask = new float[0];
  private INDArray dropped;

  DropoutMask(double probability, int layer) {
    this.probability = probability;
    this.layer = layer;
  }

  /** The matrix after dropout: the same one without dropout, else a buffer of this object. */
  INDArray forward(INDArray matrix) {
    if (probability == 0) {
      return matrix;
    }
    if (dropped == null || !dropped.equalShapes(matrix)) {
      dropped = NativeFloats.allocate(matrix.size(0), matrix.size(1));
      mask = new float[Math.toIntExact(matrix.length())];
    }
    draw();
    multiply(matrix, dropped);
    return dropped;
  }

  /** Applies the mask of the last forward pass to a gradient in place. */
  void backward(INDArray gradient) {
    if (probability > 0) {
      multiply(gradient, gradient);
    }
  }

  private void draw() {
    SplittableRandom random =
        new SplittableRandom(RandomStreams.derive(RandomStreams.dropoutSeed(), layer));
    long threshold = Math.round(probability * 0x1p32);
    float keep = (float) (1 / (1 - probability));
    for (int i = 0; i < mask.length; i += 2) {
      long bits = random.nextLong();
      mask[i] = (bits >>> 32) < threshold ? 0 : keep;
      if (i + 1 < mask.length) {
        mask[i + 1] = (bits & 0xFFFFFFFFL) < threshold ? 0 : keep;
      }
    }
  }

  private void multiply(INDArray from, INDArray to) {
    float[] values = NativeFloats.copy(from);
    for (int i = 0; i < values.length; i++) {
      values[i] *= mask[i];
    }
    NativeFloats.view(to).put(values);
  }
}
