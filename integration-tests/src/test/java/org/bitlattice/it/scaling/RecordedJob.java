package org.bitlattice.it.scaling;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A Spark job.
 *
 * @param description its words in the log
 * @param idleBefore seconds that the driver worked alone since the last job ended, or since the run
 *     began
 * @param seconds from its submission to its end
 * @param broadcastBytes stored by the driver for executors since the last job ended
 * @param stages those that ran, parents before children
 */
record RecordedJob(
    String description,
    double idleBefore,
    double seconds,
    long broadcastBytes,
    List<RecordedStage> stages) {
  int tasks() {
    return stages.stream().mapToInt(stage -> stage.tasks().size()).sum();
  }

  double coreSeconds() {
    return stages.stream().mapToDouble(RecordedStage::coreSeconds).sum();
  }

  long resultBytes() {
    return stages.stream()
        .flatMap(stage -> stage.tasks().stream())
        .mapToLong(task -> task.bytes().result())
        .sum();
  }

  RecordedJob byProcessorTime() {
    return withTasks(RecordedTask::byProcessorTime);
  }

  /** The same job on cores of another speed ({@link RecordedTask#inSeconds}). */
  RecordedJob inSeconds(double seconds) {
    return withTasks(task -> task.inSeconds(seconds));
  }

  /** The same job whose tasks share one result with those of so many others. */
  RecordedJob withPartOfResult(int parts) {
    return withTasks(task -> task.withPartOfResult(parts));
  }

  /** The same job with tasks and results of a multiple of their size. */
  RecordedJob lengthened(int times) {
    return withTasks(task -> task.lengthened(times));
  }

  private RecordedJob withTasks(UnaryOperator<RecordedTask> change) {
    return new RecordedJob(
        description,
        idleBefore,
        seconds,
        broadcastBytes,
        stages.stream().map(stage -> stage.withTasks(change)).toList());
  }
}
