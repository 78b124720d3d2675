package org.bitlattice.it.scaling;

import java.util.List;

/**
 * A run as Spark's event log tells it.
 *
 * @param cores cores of all executors
 * @param jobs its jobs in their order
 * @param idleAfter seconds that the driver worked after the last job
 */
record RecordedRun(int cores, List<RecordedJob> jobs, double idleAfter) {
  /** Seconds from the start of the application to its end. */
  double seconds() {
    return idleAfter + jobs.stream().mapToDouble(job -> job.idleBefore() + job.seconds()).sum();
  }
}
