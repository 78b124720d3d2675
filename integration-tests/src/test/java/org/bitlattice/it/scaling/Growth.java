package org.bitlattice.it.scaling;

import java.util.regex.Pattern;

/** What becomes of a Spark job when an experiment has more data and more shards. */
enum Growth {
  /** More tasks of the same length. */
  MORE_TASKS,
  /** More tasks of the same length, and one result of the same size: workers are averaged. */
  ONE_RESULT,
  /** As many tasks, each of them longer: a task scores all utterances of a set under a system. */
  LONGER_TASKS,
  /** Nothing: the job depends on models and systems only. */
  NONE;

  private static final Pattern SCORING = Pattern.compile("scoring .* transcripts");
  private static final Pattern AVERAGING = Pattern.compile("training round .*|.*: ADMM round .*");
  private static final Pattern FIXED = Pattern.compile("allocate/.*|report");

  static Growth of(RecordedJob job) {
    if (FIXED.matcher(job.description()).matches()) {
      return NONE;
    }
    if (AVERAGING.matcher(job.description()).matches()) {
      return ONE_RESULT;
    }
    boolean scores = SCORING.matcher(job.description()).matches() && job.tasks() > 1;
    return scores ? LONGER_TASKS : MORE_TASKS;
  }

  /** What is recorded of the job when there is so many times the work. */
  RecordedJob grown(RecordedJob job, int times) {
    return switch (this) {
      case LONGER_TASKS -> job.lengthened(times);
      case ONE_RESULT -> job.withPartOfResult(times);
      case MORE_TASKS, NONE -> job;
    };
  }

  /** How often each of its tasks is there then. */
  int repeats(int times) {
    return this == MORE_TASKS || this == ONE_RESULT ? times : 1;
  }
}
