package org.bitlattice.quant;

import java.util.Arrays;
import java.util.List;

/**
 * The values that share one scale: runs of one array or of several, taken one after the other as if
 * they were one array.
 */
record FitScope(List<Run> runs) {
  /** Longest array that every Java machine can allocate. */
  private static final long MOST_VALUES = Integer.MAX_VALUE - 8L;

  /** The values {@code values[from]} to {@code values[to − 1]}. */
  record Run(float[] values, int from, int to) {}

  static FitScope of(float[] values) {
    return new FitScope(List.of(new Run(values, 0, values.length)));
  }

  long size() {
    long size = 0;
    for (Run run : runs) {
      size += run.to() - run.from();
    }
    return size;
  }

  float largest() {
    float largest = 0;
    for (Run run : runs) {
      for (int i = run.from(); i < run.to(); i++) {
        largest = Math.max(largest, Math.abs(run.values()[i]));
      }
    }
    return largest;
  }

  double meanMagnitude() {
    double sum = 0;
    for (Run run : runs) {
      for (int i = run.from(); i < run.to(); i++) {
        sum += Math.abs(run.values()[i]);
      }
    }
    return sum / size();
  }

  /**
   * Magnitudes in ascending order.
   *
   * @throws IllegalArgumentException when there are more than fit into an array
   */
  float[] sortedMagnitudes() {
    long size = size();
    if (size > MOST_VALUES) {
      throw new IllegalArgumentException(
          "%d weights cannot share one scale; at most %d can".formatted(size, MOST_VALUES));
    }
    float[] magnitudes = new float[(int) size];
    int at = 0;
    for (Run run : runs) {
      for (int i = run.from(); i < run.to(); i++) {
        magnitudes[at++] = Math.abs(run.values()[i]);
      }
    }
    Arrays.sort(magnitudes);
    return magnitudes;
  }
}
