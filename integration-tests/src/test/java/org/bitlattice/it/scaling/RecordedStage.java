package org.bitlattice.it.scaling;

import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A Spark stage of a job.
 *
 * @param id Spark's number
 * @param parents stages of the same job that had to be complete before
 * @param tasks its tasks in the order of their launch
 */
record RecordedStage(int id, Set<Integer> parents, List<RecordedTask> tasks) {
  double coreSeconds() {
    return tasks.stream().mapToDouble(RecordedTask::coreSeconds).sum();
  }

  double longestTaskSeconds() {
    return tasks.stream().mapToDouble(RecordedTask::coreSeconds).max().orElse(0);
  }

  RecordedStage withTasks(UnaryOperator<RecordedTask> change) {
    return new RecordedStage(id, parents, tasks.stream().map(change).toList());
  }
}
