package org.bitlattice.it.scaling;

import java.util.List;
import java.util.stream.DoubleStream;

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

  /**
   * The same run on whole cores: tasks of executors that had a share of one take that share of
   * their time. The driver is as fast as it was.
   */
  RecordedRun onWholeCores(double share) {
    return new RecordedRun(
        cores, jobs.stream().map(job -> job.inSeconds(share)).toList(), idleAfter);
  }

  /** The same run with tasks as long as the processor time that they used. */
  RecordedRun byProcessorTime() {
    return new RecordedRun(
        cores, jobs.stream().map(RecordedJob::byProcessorTime).toList(), idleAfter);
  }

  /** Of all tasks the median of the time that is spent on the way to the executor and back. */
  double medianRoundTripSeconds() {
    double[] ways = roundTrips().sorted().toArray();
    return ways[ways.length / 2];
  }

  private DoubleStream roundTrips() {
    return jobs.stream()
        .flatMap(job -> job.stages().stream())
        .flatMap(stage -> stage.tasks().stream())
        .mapToDouble(task -> task.coreSeconds() - task.computed().seconds());
  }
}
