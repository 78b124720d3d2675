package org.bitlattice.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;

/**
 * Seconds of several ways over several rounds; a round has every way once, so that a disturbance of
 * the machine meets all of them.
 */
final class Rounds {
  private final double[][] wall;
  private final double[][] processor;

  private Rounds(int ways, int rounds) {
    wall = new double[ways][rounds];
    processor = new double[ways][rounds];
  }

  static Rounds measure(List<Way> ways, List<List<RescoredUtterance>> batches, int rounds) {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    Rounds result = new Rounds(ways.size(), rounds);
    for (int round = 0; round < rounds; round++) {
      for (int way = 0; way < ways.size(); way++) {
        long processorNanos = system.getProcessCpuTime();
        long nanos = System.nanoTime();
        ways.get(way).score(batches);
        result.wall[way][round] = (System.nanoTime() - nanos) / 1e9;
        result.processor[way][round] = (system.getProcessCpuTime() - processorNanos) / 1e9;
      }
    }
    return result;
  }

  /** Median seconds of a way by the clock. */
  double seconds(int way) {
    return median(wall[way]);
  }

  /** Median seconds of a way that the process spent on processors. */
  double processorSeconds(int way) {
    return median(processor[way]);
  }

  /**
   * How many times faster a way is than another, by the clock: the ratios of all rounds, sorted.
   */
  double[] ratios(int way, int other) {
    return ratios(wall, way, other);
  }

  /** How many times less processor time a way takes than another: sorted ratios of all rounds. */
  double[] processorRatios(int way, int other) {
    return ratios(processor, way, other);
  }

  private static double[] ratios(double[][] seconds, int way, int other) {
    double[] ratios = new double[seconds[way].length];
    for (int round = 0; round < ratios.length; round++) {
      ratios[round] = seconds[other][round] / seconds[way][round];
    }
    Arrays.sort(ratios);
    return ratios;
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
