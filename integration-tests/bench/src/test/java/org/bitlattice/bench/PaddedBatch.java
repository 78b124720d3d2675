package org.bitlattice.bench;

import java.util.Arrays;
import java.util.List;
import org.bitlattice.lattice.LatticePath;
import org.bitlattice.text.Vocabulary;

/**
 * The hypotheses of one utterance, padded to the longest: T steps of B rows, step-major, as the
 * LSTM operators of both engines want it. Step t of a row is fed with word t − 1 (at first the
 * boundary word) and predicts word t; the last word of a row is the boundary word, which also pads.
 */
final class PaddedBatch {
  private final int steps;
  private final int rows;
  private final int[] lengths;
  private final long[] fed;
  private final long[] predicted;

  PaddedBatch(List<LatticePath> hypotheses, Vocabulary vocabulary) {
    rows = hypotheses.size();
    lengths = hypotheses.stream().mapToInt(path -> path.words().size() + 1).toArray();
    steps = Arrays.stream(lengths).max().orElse(0);
    fed = new long[steps * rows];
    predicted = new long[steps * rows];
    Arrays.fill(fed, vocabulary.boundaryId());
    Arrays.fill(predicted, vocabulary.boundaryId());
    for (int row = 0; row < rows; row++) {
      int[] ids = vocabulary.ids(hypotheses.get(row).words());
      for (int step = 0; step < ids.length; step++) {
        predicted[step * rows + row] = ids[step];
        if (step + 1 < steps) {
          fed[(step + 1) * rows + row] = ids[step];
        }
      }
    }
  }

  int steps() {
    return steps;
  }

  int rows() {
    return rows;
  }

  int positions() {
    return steps * rows;
  }

  /** The word fed at each position, not a copy. */
  long[] fed() {
    return fed;
  }

  /** The word predicted at each position, not a copy. */
  long[] predicted() {
    return predicted;
  }

  /** Takes the values of a hypothesis' own positions out of one value for each position. */
  float[][] hypotheses(float[] positionLn) {
    float[][] result = new float[rows][];
    for (int row = 0; row < rows; row++) {
      result[row] = new float[lengths[row]];
      for (int step = 0; step < lengths[row]; step++) {
        result[row][step] = positionLn[step * rows + row];
      }
    }
    return result;
  }
}
