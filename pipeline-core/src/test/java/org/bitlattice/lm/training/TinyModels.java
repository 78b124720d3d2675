package org.bitlattice.lm.training;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.lm.TensorShape;

/** Small random models and texts for tests. */
public final class TinyModels {
  private TinyModels() {}

  /** Weights uniform in ±range in every tensor, both biases included. */
  public static LmWeights random(LstmArchitecture lstm, double range, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, float[]> tensors = new LinkedHashMap<>();
    for (TensorShape shape : lstm.tensors()) {
      float[] values = new float[shape.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) ((2 * random.nextDouble() - 1) * range);
      }
      tensors.put(shape.name(), values);
    }
    return LmWeights.of(lstm, tensors);
  }

  /** Segments of length + 1 ids drawn uniformly. */
  public static List<int[]> segments(int count, int length, int words, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<int[]> segments = new ArrayList<>();
    for (int s = 0; s < count; s++) {
      segments.add(random.ints(length + 1, 0, words).toArray());
    }
    return segments;
  }

  /** Segments that count upwards modulo {@code words} from random starts: easy to learn. */
  public static List<int[]> counting(int count, int length, int words, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<int[]> segments = new ArrayList<>();
    for (int s = 0; s < count; s++) {
      int start = random.nextInt(words);
      int[] segment = new int[length + 1];
      for (int i = 0; i < segment.length; i++) {
        segment[i] = (start + i) % words;
      }
      segments.add(segment);
    }
    return segments;
  }
}
