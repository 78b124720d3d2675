package org.bitlattice.it.scaling;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Puts a run together from its events, which come in the order in which they happened. Jobs of the
 * pipeline run one after the other; a log in which they overlap is refused.
 */
final class RunBuilder {
  private final List<RecordedJob> jobs = new ArrayList<>();
  private Map<Integer, Set<Integer>> parents = new TreeMap<>();
  private Map<Integer, List<RecordedTask>> tasks = new TreeMap<>();
  private int cores;
  private int running = -1;
  private String description;
  private double submitted;
  private double lastEnd = Double.NaN;
  private double end = Double.NaN;
  private long broadcastBytes;

  void applicationStarted(double time) {
    lastEnd = time;
  }

  void applicationEnded(double time) {
    end = time;
  }

  void executorAdded(int executorCores) {
    cores += executorCores;
  }

  void jobStarted(int job, String words, double time) {
    if (running >= 0) {
      throw new IllegalStateException(
          "job %d starts while job %d runs; only jobs one after the other can be replayed"
              .formatted(job, running));
    }
    running = job;
    description = words;
    submitted = time;
    parents = new TreeMap<>();
    tasks = new TreeMap<>();
  }

  void stageOfJob(int stage, List<Integer> parentStages) {
    parents.put(stage, new HashSet<>(parentStages));
  }

  /** A stage that a job names but never submits was done by an earlier job. */
  void stageSubmitted(int stage) {
    tasks.computeIfAbsent(stage, s -> new ArrayList<>());
  }

  void taskEnded(int stage, RecordedTask task) {
    List<RecordedTask> own = tasks.get(stage);
    if (own == null) {
      throw new IllegalStateException(
          "a task of stage %d, which was not submitted".formatted(stage));
    }
    own.add(task);
  }

  void broadcastStored(long bytes) {
    broadcastBytes += bytes;
  }

  void jobEnded(int job, double time) {
    if (job != running) {
      throw new IllegalStateException("job %d ends and never started".formatted(job));
    }
    List<RecordedStage> stages = new ArrayList<>();
    for (Map.Entry<Integer, List<RecordedTask>> stage : tasks.entrySet()) {
      Set<Integer> before = new HashSet<>(parents.getOrDefault(stage.getKey(), Set.of()));
      before.retainAll(tasks.keySet());
      stage.getValue().sort(Comparator.comparingDouble(RecordedTask::launched));
      stages.add(new RecordedStage(stage.getKey(), before, List.copyOf(stage.getValue())));
    }
    jobs.add(
        new RecordedJob(
            description, submitted - lastEnd, time - submitted, broadcastBytes, stages));
    lastEnd = time;
    broadcastBytes = 0;
    running = -1;
  }

  RecordedRun finish() {
    if (Double.isNaN(end)) {
      throw new IllegalStateException(
          "the run did not end: there is no SparkListenerApplicationEnd");
    }
    return new RecordedRun(cores, List.copyOf(jobs), end - lastEnd);
  }
}
