package org.bitlattice.lm.training;

import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Makes DL4J minibatches of segments. */
public final class Minibatch {
  private static final int LARGEST_WORD = 1 << 24;

  private Minibatch() {}

  /**
   * A minibatch of segments of equal length.
   *
   * @param segments word ids; inputs are all but the last of a segment, targets all but the first
   * @throws IllegalArgumentException when there is no segment, when lengths differ or are below 2
   */
  public static MultiDataSet of(List<int[]> segments) {
    if (segments.isEmpty()) {
      throw new IllegalArgumentException("a minibatch has no segments; it needs at least 1");
    }
    int length = segments.get(0).length - 1;
    if (length < 1) {
      throw new IllegalArgumentException(
          "a segment has %d words; it needs at least 2".formatted(length + 1));
    }
    float[] inputs = new float[segments.size() * length];
    float[] targets = new float[inputs.length];
    for (int s = 0; s < segments.size(); s++) {
      int[] segment = segments.get(s);
      if (segment.length != length + 1) {
        throw new IllegalArgumentException(
            "segment %d of a minibatch has %d words; the first has %d and all must be as long"
                .formatted(s, segment.length, length + 1));
      }
      for (int i = 0; i < length; i++) {
        inputs[s * length + i] = requireExact(segment[i]);
        targets[s * length + i] = requireExact(segment[i + 1]);
      }
    }
    INDArray features = array(inputs, segments.size(), length);
    INDArray labels = array(targets, segments.size(), 1, length);
    return new org.nd4j.linalg.dataset.MultiDataSet(features, labels);
  }

  private static INDArray array(float[] values, long... shape) {
    return Nd4j.create(values, shape, 'c').castTo(DataType.FLOAT);
  }

  private static float requireExact(int word) {
    if (word < 0 || word > LARGEST_WORD) {
      throw new IllegalArgumentException(
          "the word id %d cannot be trained on; ids go from 0 to %d".formatted(word, LARGEST_WORD));
    }
    return word;
  }
}
