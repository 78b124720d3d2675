package org.bitlattice.scoring;

import java.io.Serializable;

/**
 * How much higher the word error rate of a system is than a baseline's, in absolute percent of the
 * reference words, with the uncertainty that the segments of {@link Mapsswe} give. With n segments,
 * mean difference m, standard deviation σ and R reference words the increase is 100·n·m/R and its
 * standard error 100·σ·√n/R.
 *
 * @param percent the increase: positive when the system is worse
 * @param standardError its standard error, in the same unit
 */
public record WerIncrease(double percent, double standardError) implements Serializable {
  /**
   * The increase that a matched-pair test found.
   *
   * @param systemAgainstBaseline the test with the system first and the baseline second
   * @param referenceWords words of the reference
   * @throws IllegalArgumentException when there is no reference word
   */
  public static WerIncrease of(MapssweResult systemAgainstBaseline, long referenceWords) {
    if (referenceWords < 1) {
      throw new IllegalArgumentException(
          "%d reference words: a word error rate needs at least 1".formatted(referenceWords));
    }
    double n = systemAgainstBaseline.segments();
    return new WerIncrease(
        100 * n * systemAgainstBaseline.meanDifference() / referenceWords,
        100 * Math.sqrt(n) * systemAgainstBaseline.standardDeviation() / referenceWords);
  }

  /**
   * Upper bound of the true increase with one-sided confidence 95 %: increase + 1.645 standard
   * errors.
   */
  public double upperBound95() {
    return percent + NormalDistribution.ONE_SIDED_95 * standardError;
  }

  /**
   * The smallest increase or decrease that this test would call significant at 0.05, two-tailed,
   * with as much scatter as was seen: 1.960 standard errors. A true difference of just this size is
   * found in half of all experiments; 1.43 times as much is found in four of five.
   */
  public double smallestDetectable() {
    return NormalDistribution.TWO_SIDED_95 * standardError;
  }

  /**
   * Whether the system counts as lossless: neither significantly worse, two-tailed at 0.05, nor
   * possibly worse by more than the margin, by {@link #upperBound95()}.
   *
   * @param margin largest tolerated upper bound in absolute percent, 0.3 in this project's reports
   */
  public boolean losslessWithin(double margin) {
    return percent <= smallestDetectable() && upperBound95() <= margin;
  }
}
