package org.bitlattice.it.scaling;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;

/**
 * A job on a simulated cluster.
 *
 * @param seconds from its start to its end
 * @param tasks tasks that ran
 * @param executors executors that ran a task
 * @param bounds for each limit the seconds that the job takes at least because of it alone
 */
record SimulatedJob(double seconds, long tasks, int executors, Map<Limit, Double> bounds) {
  SimulatedJob {
    bounds = Map.copyOf(bounds);
  }

  /** The limit with the highest bound. */
  Limit limit() {
    return new EnumMap<>(bounds)
        .entrySet().stream()
            .max(Comparator.comparingDouble(Map.Entry::getValue))
            .orElseThrow()
            .getKey();
  }
}
