package org.bitlattice.it.scaling;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;

/** Jobs of one stage of the experiment, added up. */
final class SimulatedStage {
  private final Map<Limit, Double> limits = new EnumMap<>(Limit.class);
  private double seconds;
  private double driverSeconds;
  private double coreSeconds;
  private long tasks;
  private double broadcastBytes;
  private double resultBytes;
  private double largestCollect;
  private int widest;

  /** The driver's own time before a job, or at the end of the run. */
  void driver(double idle) {
    seconds += idle;
    driverSeconds += idle;
    limits.merge(Limit.DRIVER, idle, Double::sum);
  }

  /** A job, simulated with its tasks repeated. */
  void job(RecordedJob recorded, SimulatedJob simulated, int copies) {
    seconds += simulated.seconds();
    coreSeconds += copies * recorded.coreSeconds();
    tasks += simulated.tasks();
    broadcastBytes += (double) recorded.broadcastBytes() * simulated.executors();
    double collected = (double) recorded.resultBytes() * copies;
    resultBytes += collected;
    largestCollect = Math.max(largestCollect, collected);
    widest =
        Math.max(
            widest,
            recorded.stages().stream().mapToInt(own -> own.tasks().size()).max().orElse(0)
                * copies);
    limits.merge(simulated.limit(), simulated.seconds(), Double::sum);
  }

  void add(SimulatedStage other) {
    other.limits.forEach((limit, time) -> limits.merge(limit, time, Double::sum));
    seconds += other.seconds;
    driverSeconds += other.driverSeconds;
    coreSeconds += other.coreSeconds;
    tasks += other.tasks;
    broadcastBytes += other.broadcastBytes;
    resultBytes += other.resultBytes;
    largestCollect = Math.max(largestCollect, other.largestCollect);
    widest = Math.max(widest, other.widest);
  }

  double seconds() {
    return seconds;
  }

  /** Share of the time in which only the driver works. */
  double driverShare() {
    return driverSeconds / seconds;
  }

  /** Work of all tasks, in seconds of one core. */
  double coreSeconds() {
    return coreSeconds;
  }

  long tasks() {
    return tasks;
  }

  /** Bytes of broadcasts that executors received, all together. */
  double broadcastBytes() {
    return broadcastBytes;
  }

  /** Bytes of results that the driver received. */
  double resultBytes() {
    return resultBytes;
  }

  /** Bytes of results of the job that has most of them: the driver holds them at once. */
  double largestCollect() {
    return largestCollect;
  }

  /** Tasks of the Spark stage that has most of them: more cores are never busy. */
  int widest() {
    return widest;
  }

  /** What most of the time is spent on or waiting for. */
  Limit limit() {
    return limits.entrySet().stream()
        .max(Comparator.comparingDouble(Map.Entry::getValue))
        .orElseThrow()
        .getKey();
  }

  /** Share of the time that the limit accounts for. */
  double limitShare() {
    return limits.get(limit()) / seconds;
  }
}
