package org.bitlattice.it.scaling;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Runs one job on a simulated cluster, event by event.
 *
 * <p>The tasks of stages whose parents are complete wait in one queue, in the order of stages and
 * of their recorded launch. The driver launches the first one as soon as a core is free, one task
 * after the other. A task starts when it has been launched and, the first time that an executor
 * works for this job, when the job's broadcast has arrived there; it holds its core for as long as
 * it was recorded. Then its core is free, and its result crosses the driver's link, in turn, and is
 * read by one of the driver's threads. A stage is complete when all its results have been read.
 */
final class JobSimulation {
  /** Something that happens: a task is done and its core free, or its result has been read. */
  private record Event(double time, long order, StageState stage, RecordedTask task, int core)
      implements Comparable<Event> {
    boolean isResult() {
      return core < 0;
    }

    @Override
    public int compareTo(Event other) {
      int byTime = Double.compare(time, other.time);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  /** A stage whose tasks are repeated, in their order, as often as the work is. */
  private final class StageState {
    final RecordedStage stage;
    long launched;
    long unread;

    StageState(RecordedStage stage) {
      this.stage = stage;
      this.unread = (long) stage.tasks().size() * copies;
    }

    boolean hasMore() {
      return launched < (long) stage.tasks().size() * copies;
    }

    RecordedTask next() {
      return stage.tasks().get((int) (launched++ % stage.tasks().size()));
    }
  }

  private final RecordedJob job;
  private final ClusterModel cluster;
  private final int copies;
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final List<StageState> waiting = new ArrayList<>();
  private final Deque<StageState> ready = new ArrayDeque<>();
  private final Set<Integer> complete = new HashSet<>();
  private final PriorityQueue<Integer> freeCores = new PriorityQueue<>();
  private final Map<Integer, Integer> ranks = new HashMap<>();
  private final PriorityQueue<Double> resultThreads = new PriorityQueue<>();
  private double driverFree;
  private double linkFree;
  private long order;
  private long tasks;
  private double end;

  private JobSimulation(RecordedJob job, ClusterModel cluster, int copies) {
    this.job = job;
    this.cluster = cluster;
    this.copies = copies;
  }

  /**
   * Runs a job.
   *
   * @param copies how often every task is repeated: 1 for the recorded work
   */
  static SimulatedJob run(RecordedJob job, ClusterModel cluster, int copies) {
    if (copies < 1) {
      throw new IllegalArgumentException(
          "the work cannot be repeated %d times; it must be at least once".formatted(copies));
    }
    return new JobSimulation(job, cluster, copies).run();
  }

  private SimulatedJob run() {
    for (RecordedStage stage : job.stages()) {
      if (!stage.tasks().isEmpty()) {
        waiting.add(new StageState(stage));
      } else {
        complete.add(stage.id());
      }
    }
    for (int slot = 0; slot < cluster.slots(); slot++) {
      freeCores.add(slot);
    }
    for (int thread = 0; thread < cluster.driver().resultThreads(); thread++) {
      resultThreads.add(0.0);
    }
    findReady();
    launch(0);
    while (!events.isEmpty()) {
      Event event = events.poll();
      if (event.isResult()) {
        resultRead(event);
      } else {
        taskDone(event);
      }
      launch(event.time());
      end = Math.max(end, event.time());
    }
    if (!waiting.isEmpty()) {
      throw new IllegalStateException(
          "stage %d waits for a stage that never ends".formatted(waiting.get(0).stage.id()));
    }
    return new SimulatedJob(end, tasks, ranks.size(), bounds());
  }

  private void findReady() {
    waiting.removeIf(
        state -> {
          boolean now = complete.containsAll(state.stage.parents());
          if (now) {
            ready.add(state);
          }
          return now;
        });
  }

  /** Launches tasks until cores or tasks are out. Cores are taken one of each executor first. */
  private void launch(double now) {
    while (!ready.isEmpty() && !freeCores.isEmpty()) {
      StageState state = ready.peek();
      int core = freeCores.poll();
      int executor = core % cluster.executors();
      RecordedTask task = state.next();
      tasks++;
      driverFree = Math.max(now, driverFree) + cluster.driver().launchSeconds();
      double start = driverFree;
      Integer rank = ranks.get(executor);
      if (rank == null) {
        rank = ranks.size() + 1;
        ranks.put(executor, rank);
      }
      start = Math.max(start, cluster.network().arrival(job.broadcastBytes(), rank));
      events.add(new Event(start + task.coreSeconds(), order++, state, task, core));
      if (!state.hasMore()) {
        ready.poll();
      }
    }
  }

  private void taskDone(Event event) {
    freeCores.add(event.core());
    RecordedTask task = event.task();
    linkFree =
        Math.max(event.time(), linkFree)
            + task.bytes().result() / cluster.network().bytesPerSecond();
    double read = Math.max(linkFree, resultThreads.poll()) + task.fetchSeconds();
    resultThreads.add(read);
    events.add(new Event(read, order++, event.stage(), task, -1));
  }

  private void resultRead(Event event) {
    StageState state = event.stage();
    state.unread--;
    if (state.unread == 0) {
      complete.add(state.stage.id());
      findReady();
    }
  }

  private Map<Limit, Double> bounds() {
    Map<Limit, Double> bounds = new EnumMap<>(Limit.class);
    bounds.put(Limit.WORK, copies * job.coreSeconds() / cluster.slots());
    bounds.put(Limit.FEW_TASKS, criticalPathSeconds(job));
    bounds.put(Limit.LAUNCHING, tasks * cluster.driver().launchSeconds());
    bounds.put(
        Limit.BROADCAST,
        cluster.network().arrival(job.broadcastBytes(), Math.max(1, ranks.size())));
    double fetching =
        job.stages().stream()
            .flatMap(stage -> stage.tasks().stream())
            .mapToDouble(RecordedTask::fetchSeconds)
            .sum();
    bounds.put(
        Limit.RESULTS,
        copies
            * Math.max(
                job.resultBytes() / cluster.network().bytesPerSecond(),
                fetching / cluster.driver().resultThreads()));
    return bounds;
  }

  /** The longest chain of stages, each with its longest task: no cluster is faster. */
  static double criticalPathSeconds(RecordedJob job) {
    Map<Integer, Double> until = new HashMap<>();
    double longest = 0;
    for (RecordedStage stage : job.stages()) {
      double before =
          stage.parents().stream()
              .mapToDouble(parent -> until.getOrDefault(parent, 0.0))
              .max()
              .orElse(0);
      until.put(stage.id(), before + stage.longestTaskSeconds());
      longest = Math.max(longest, until.get(stage.id()));
    }
    return longest;
  }
}
