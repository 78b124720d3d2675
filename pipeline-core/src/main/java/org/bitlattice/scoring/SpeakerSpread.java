package org.bitlattice.scoring;

import java.io.Serializable;
import java.util.Arrays;

/**
 * How a figure is spread over the speakers, each counted once, as the last rows of {@code sclite}'s
 * table give it.
 *
 * @param speakers number of speakers
 * @param mean their mean
 * @param standardDeviation with speakers − 1; NaN for one speaker
 * @param median the middle one, or the mean of the two in the middle
 */
public record SpeakerSpread(int speakers, double mean, double standardDeviation, double median)
    implements Serializable {

  /** The spread of some values; all figures are NaN when there is none. */
  static SpeakerSpread of(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    double mean = Arrays.stream(sorted).sum() / n;
    double squares = Arrays.stream(sorted).map(v -> (v - mean) * (v - mean)).sum();
    double median = n == 0 ? Double.NaN : (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
    double deviation = n < 2 ? Double.NaN : Math.sqrt(squares / (n - 1));
    return new SpeakerSpread(n, mean, deviation, median);
  }
}
