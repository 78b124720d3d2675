package org.bitlattice.lm.training;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Word ids of a minibatch, which DL4J carries as floating-point numbers. */
final class WordIds {
  private WordIds() {}

  /** Ids [segments, length] or [segments, 1, length], position by position. */
  static int[] byToken(INDArray ids) {
    float[] values = NativeFloats.copy(ids.ordering() == 'c' && !ids.isView() ? ids : ids.dup('c'));
    int segments = Math.toIntExact(ids.size(0));
    int length = values.length / segments;
    int[] byToken = new int[values.length];
    for (int segment = 0; segment < segments; segment++) {
      for (int position = 0; position < length; position++) {
        byToken[position * segments + segment] = (int) values[segment * length + position];
      }
    }
    return byToken;
  }
}
