package org.bitlattice.it.scaling;

import java.util.regex.Pattern;

/** What becomes of a Spark job when an experiment has more data and more shards. */
enum Growth {
  /** More tasks of the same length. */
  MORE_TASKS,
  /** As many tasks, each of them longer: a task scores all utterances of a set under a system. */
  LONGER_TASKS,
  /** Nothing: the job depends on models and systems only. */
  NONE;

  private static final Pattern SCORING = Pattern.compile("scoring .* transcripts");
  private static final Pattern FIXED = Pattern.compile("allocate/.*|report");

  static Growth of(RecordedJob job) {
    if (FIXED.matcher(job.description()).matches()) {
      return NONE;
    }
    boolean scores = SCORING.matcher(job.description()).matches() && job.tasks() > 1;
    return scores ? LONGER_TASKS : MORE_TASKS;
  }
}
