package org.bitlattice.sensitivity;

import java.io.Serializable;
import java.util.List;

/**
 * When enough directions have been sampled: each trace's standard error is at most {@code
 * relativeError} of the trace, or {@code shareOfLargest} of the largest trace in magnitude. A unit
 * that hardly matters need not be known to some percent of itself.
 *
 * @param relativeError largest standard error over the trace's magnitude, above 0
 * @param shareOfLargest largest standard error over the largest magnitude of a trace, above 0
 * @param maximumSamples directions after which sampling ends in any case, at least 2
 */
public record TraceStopping(double relativeError, double shareOfLargest, int maximumSamples)
    implements Serializable {
  /**
   * @throws IllegalArgumentException when a value is out of its range
   */
  public TraceStopping {
    if (!(relativeError > 0) || !(shareOfLargest > 0)) {
      throw new IllegalArgumentException(
          "traces cannot be known to %s of themselves or %s of the largest; both must be above 0"
              .formatted(relativeError, shareOfLargest));
    }
    if (maximumSamples < 2) {
      throw new IllegalArgumentException(
          "%d samples give no standard error; at least 2 are needed".formatted(maximumSamples));
    }
  }

  /** The largest standard error that a trace may have beside the others. */
  public double allowed(HessianTrace trace, List<HessianTrace> all) {
    double largest = all.stream().mapToDouble(other -> Math.abs(other.trace())).max().orElse(0);
    return Math.max(relativeError * Math.abs(trace.trace()), shareOfLargest * largest);
  }

  /** Whether a trace is known well enough beside the others. */
  public boolean settled(HessianTrace trace, List<HessianTrace> all) {
    return trace.standardError() <= allowed(trace, all);
  }

  /** Whether sampling ends: all traces are settled, or the samples are used up. */
  public boolean ended(List<HessianTrace> traces) {
    return traces.get(0).samples() >= maximumSamples
        || traces.stream().allMatch(trace -> settled(trace, traces));
  }

  /**
   * About how many directions are needed in all, if samples go on to scatter as they do: a standard
   * error falls with the root of their number.
   *
   * @return at most the maximum; the maximum where the standard error is not known
   */
  public int expectedSamples(List<HessianTrace> traces) {
    double needed = 0;
    for (HessianTrace trace : traces) {
      double excess = trace.standardError() / allowed(trace, traces);
      needed =
          Math.max(
              needed, Double.isNaN(excess) ? maximumSamples : excess * excess * trace.samples());
    }
    return (int) Math.ceil(Math.min(maximumSamples, needed));
  }

  /** Traces whose central difference is off by more than the standard error that is allowed. */
  public List<HessianTrace> rough(List<HessianTrace> traces) {
    return traces.stream().filter(trace -> roughness(trace, traces) > 1).toList();
  }

  /**
   * The largest change of a trace's first sample at half of the step, over the standard error that
   * it may have; above 1 the central difference is not exact enough for what is asked for.
   */
  public double largestRoughness(List<HessianTrace> traces) {
    return traces.stream().mapToDouble(trace -> roughness(trace, traces)).max().orElse(0);
  }

  private double roughness(HessianTrace trace, List<HessianTrace> traces) {
    return trace.halvingChange() == 0 ? 0 : trace.halvingChange() / allowed(trace, traces);
  }
}
