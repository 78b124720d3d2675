package org.bitlattice.scoring;

import java.io.Serializable;

/**
 * Outcome of the matched-pair test of {@link Mapsswe} for two systems A and B.
 *
 * @param segments number n of segments, those with at least one error of A or B
 * @param meanDifference mean over the segments of A's errors minus B's: positive when A is worse
 * @param standardDeviation σ of that difference, with n − 1; 0 for fewer than two segments
 * @param z mean·√n/σ
 * @param p two-tailed probability of a |z| at least as large if the systems were equally good
 */
public record MapssweResult(
    long segments, double meanDifference, double standardDeviation, double z, double p)
    implements Serializable {
  /** The level below which {@link #significant()} calls a difference significant. */
  public static final double LEVEL = 0.05;

  /**
   * The result for n segments with the given mean and standard deviation. Fewer than two segments
   * say nothing: z = 0, p = 1. Equal differences everywhere (σ = 0) give z = 0, p = 1 when the
   * difference is 0, else an infinite z and p = 0.
   */
  static MapssweResult of(long segments, double mean, double deviation) {
    double z = segments < 2 || mean == 0 ? 0 : mean * Math.sqrt(segments) / deviation;
    return new MapssweResult(segments, mean, deviation, z, NormalDistribution.twoTailed(z));
  }

  /** Whether the systems differ at the level {@value #LEVEL}, two-tailed. */
  public boolean significant() {
    return p < LEVEL;
  }
}
