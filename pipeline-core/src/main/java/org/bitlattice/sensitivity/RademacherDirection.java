package org.bitlattice.sensitivity;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.TensorShape;

/**
 * A random direction v with one sign for every weight of every matrix, all matrices at once:
 * independent, +1 and −1 equally likely. Vectors (biases and gains) have no part in it: they are
 * never quantized, so their blocks of the Hessian are not wanted.
 *
 * @param seed of the signs; equal seeds give equal directions
 */
record RademacherDirection(LmArchitecture architecture, long seed) {

  /** The signs of every matrix, row by row. */
  Map<String, float[]> signs() {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, float[]> signs = new LinkedHashMap<>();
    for (TensorShape shape : architecture.quantizable()) {
      float[] values = new float[shape.size()];
      for (int i = 0; i < values.length; i += Long.SIZE) {
        long bits = random.nextLong();
        int end = Math.min(values.length, i + Long.SIZE);
        for (int j = i; j < end; j++, bits >>>= 1) {
          values[j] = (bits & 1) == 0 ? -1 : 1;
        }
      }
      signs.put(shape.name(), values);
    }
    return signs;
  }

  /** The weights moved by {@code step} along the direction. */
  static LmWeights moved(LmWeights weights, Map<String, float[]> signs, float step) {
    Map<String, float[]> moved = new LinkedHashMap<>();
    for (Map.Entry<String, float[]> entry : signs.entrySet()) {
      float[] values = weights.tensor(entry.getKey()).clone();
      float[] sign = entry.getValue();
      for (int i = 0; i < values.length; i++) {
        values[i] += step * sign[i];
      }
      moved.put(entry.getKey(), values);
    }
    return weights.with(moved);
  }
}
