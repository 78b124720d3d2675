package org.bitlattice.allocation;

import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** Spearman's rank correlation: how well one measure orders what another one measures. */
public final class RankCorrelation {
  private RankCorrelation() {}

  /**
   * The correlation of the ranks of two series; equal values share the mean of their ranks.
   *
   * @return from −1 to 1; empty with fewer than two pairs or when a series is constant
   * @throws IllegalArgumentException when the series have different lengths or a value is NaN
   */
  public static OptionalDouble of(double[] first, double[] second) {
    if (first.length != second.length) {
      throw new IllegalArgumentException(
          "series of %d and %d values have no correlation".formatted(first.length, second.length));
    }
    double[] a = ranks(first);
    double[] b = ranks(second);
    double mean = (a.length - 1) / 2.0;
    double covariance = 0;
    double varianceA = 0;
    double varianceB = 0;
    for (int i = 0; i < a.length; i++) {
      covariance += (a[i] - mean) * (b[i] - mean);
      varianceA += (a[i] - mean) * (a[i] - mean);
      varianceB += (b[i] - mean) * (b[i] - mean);
    }
    return varianceA == 0 || varianceB == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(covariance / Math.sqrt(varianceA * varianceB));
  }

  /** Ranks from 0 on: values below, and half of the others that are equal. */
  private static double[] ranks(double[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> rank(values, i)).toArray();
  }

  private static double rank(double[] values, int of) {
    if (Double.isNaN(values[of])) {
      throw new IllegalArgumentException("value %d is NaN and has no rank".formatted(of));
    }
    double rank = 0;
    for (int i = 0; i < values.length; i++) {
      if (values[i] < values[of]) {
        rank++;
      } else if (i != of && values[i] == values[of]) {
        rank += 0.5;
      }
    }
    return rank;
  }
}
