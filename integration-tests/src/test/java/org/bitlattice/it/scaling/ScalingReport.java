package org.bitlattice.it.scaling;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The tables of docs/scaling.md. */
final class ScalingReport {
  private static final List<Integer> EXECUTORS = List.of(1, 2, 4, 10, 100, 1000);
  private static final int MANY = 1000;

  private final StringBuilder text = new StringBuilder();

  /** How the machine was shared out, and what the two runs took of it. */
  void machine(RecordedMachine one, RecordedMachine two) {
    say(one.words());
    text.append(
        "| executors | run, s | processor time: executors, s | driver, s | everything else, s | taken by the host, s |\n|---|---|---|---|---|---|\n");
    machineRow(1, one);
    machineRow(2, two);
    text.append('\n');
  }

  private void machineRow(int executors, RecordedMachine machine) {
    row(
        "| %d | %.0f | %.0f | %.0f | %.0f | %.0f |",
        executors,
        machine.wallSeconds(),
        machine.executorSeconds(),
        machine.driverSeconds(),
        machine.otherSeconds(),
        machine.stolenSeconds());
  }

  /** Measured: seconds of each stage with one and with two executors. */
  void measured(Recording one, Recording two) {
    text.append(
        "| stage | 1 executor, s | 2 executors, s | efficiency | driver alone of 2, s | efficiency with a slow driver |\n|---|---|---|---|---|---|\n");
    double[] sums = new double[4];
    for (String stage : one.stageSeconds().keySet()) {
      double[] own = {
        one.stageSeconds().get(stage),
        two.stageSeconds().get(stage),
        one.driverSeconds(stage),
        two.driverSeconds(stage)
      };
      for (int i = 0; i < own.length; i++) {
        sums[i] += own[i];
      }
      measuredRow(stage, own, one.machine().share());
    }
    measuredRow("all", sums, one.machine().share());
    text.append('\n');
  }

  /** A slow driver has the executors' share of a processor: what it does alone takes longer. */
  private void measuredRow(String stage, double[] seconds, double share) {
    double slowdown = 1 / share - 1;
    double one = seconds[0] + slowdown * seconds[2];
    double two = seconds[1] + slowdown * seconds[3];
    row(
        "| %s | %.1f | %.1f | %.2f | %.1f | %.2f |",
        stage, seconds[0], seconds[1], seconds[0] / (2 * seconds[1]), seconds[3], one / (2 * two));
  }

  /**
   * How well a replay gives back what was recorded, on one executor and on two, and what the record
   * of one predicts for two.
   */
  void predicted(RecordedRun one, RecordedRun two, ClusterModel cluster) {
    ClusterSimulator alone = new ClusterSimulator(cluster.withExecutors(1), 1);
    ClusterSimulator pair = new ClusterSimulator(cluster.withExecutors(2), 1);
    List<Map<String, Double>> columns =
        List.of(
            recorded(one),
            seconds(alone.stages(one)),
            recorded(two),
            seconds(pair.stages(two)),
            seconds(pair.stages(one)));
    text.append(
        "| stage | 1 executor recorded, s | replayed, s | 2 executors recorded, s | replayed, s | predicted from 1, s | error of the replay | of the prediction | efficiency predicted |\n"
            + "|---|---|---|---|---|---|---|---|---|\n");
    double[] sums = new double[columns.size()];
    for (String stage : columns.get(0).keySet()) {
      double[] own = new double[columns.size()];
      for (int i = 0; i < own.length; i++) {
        own[i] = columns.get(i).getOrDefault(stage, Double.NaN);
        sums[i] += own[i];
      }
      predictedRow(stage, own);
    }
    predictedRow("all", sums);
    text.append('\n');
  }

  private void predictedRow(String stage, double[] seconds) {
    row(
        "| %s | %.1f | %.1f | %.1f | %.1f | %.1f | %+.0f %% | %+.0f %% | %.2f |",
        stage,
        seconds[0],
        seconds[1],
        seconds[2],
        seconds[3],
        seconds[4],
        100 * (seconds[3] / seconds[2] - 1),
        100 * (seconds[4] / seconds[2] - 1),
        seconds[1] / (2 * seconds[4]));
  }

  private static Map<String, Double> seconds(Map<String, SimulatedStage> stages) {
    Map<String, Double> seconds = new LinkedHashMap<>();
    stages.forEach((name, stage) -> seconds.put(name, stage.seconds()));
    return seconds;
  }

  private static Map<String, Double> recorded(RecordedRun run) {
    Map<String, Double> seconds = new LinkedHashMap<>();
    for (RecordedJob job : run.jobs()) {
      seconds.merge(
          ExperimentStage.of(job.description()), job.idleBefore() + job.seconds(), Double::sum);
    }
    seconds.put(ClusterSimulator.END, run.idleAfter());
    return seconds;
  }

  /** The whole run on clusters of all sizes, with the same work or with work that grows. */
  void sizes(RecordedRun run, ClusterModel cluster, Work work) {
    double one = new ClusterSimulator(cluster.withExecutors(1), 1).whole(run).seconds();
    text.append(
        "| executors | time, s | efficiency | driver alone | tasks | broadcasts, GB | results, GB | of one job, GB | most time goes to |\n"
            + "|---|---|---|---|---|---|---|---|---|\n");
    for (int executors : EXECUTORS) {
      SimulatedStage whole =
          new ClusterSimulator(cluster.withExecutors(executors), work.copies(executors)).whole(run);
      row(
          "| %,d | %,.0f | %.3f | %.0f %% | %,d | %,.2f | %,.2f | %,.2f | %s |",
          executors,
          whole.seconds(),
          work.efficiency(one, whole.seconds(), executors),
          100 * whole.driverShare(),
          whole.tasks(),
          whole.broadcastBytes() / 1e9,
          whole.resultBytes() / 1e9,
          whole.largestCollect() / 1e9,
          limit(whole));
    }
    text.append('\n');
  }

  /** Every stage on a thousand executors. */
  void stages(RecordedRun run, ClusterModel cluster, Work work) {
    Map<String, SimulatedStage> one = new ClusterSimulator(cluster.withExecutors(1), 1).stages(run);
    text.append(
        "| stage | 1 executor, s | 1,000 executors, s | efficiency | driver alone | tasks | of one Spark stage | broadcasts, GB | results, GB | of one job, GB | most time goes to |\n"
            + "|---|---|---|---|---|---|---|---|---|---|---|\n");
    new ClusterSimulator(cluster.withExecutors(MANY), work.copies(MANY))
        .stages(run)
        .forEach(
            (name, stage) ->
                row(
                    "| %s | %,.1f | %,.1f | %.3f | %.0f %% | %,d | %,d | %,.2f | %,.2f | %,.2f | %s |",
                    name,
                    one.get(name).seconds(),
                    stage.seconds(),
                    work.efficiency(one.get(name).seconds(), stage.seconds(), MANY),
                    100 * stage.driverShare(),
                    stage.tasks(),
                    stage.widest(),
                    stage.broadcastBytes() / 1e9,
                    stage.resultBytes() / 1e9,
                    stage.largestCollect() / 1e9,
                    limit(stage)));
    text.append('\n');
  }

  /**
   * A run on a cluster under one assumption.
   *
   * @param run the record
   * @param cluster the cluster
   */
  record Variant(RecordedRun run, ClusterModel cluster) {
    SimulatedStage whole(int executors, int copies) {
      return new ClusterSimulator(cluster.withExecutors(executors), copies).whole(run);
    }
  }

  /** What the assumptions decide: the time on a thousand executors under others. */
  void assumptions(Map<String, Variant> variants, Work work) {
    text.append(
        "| assumption | 1 executor, s | 1,000 executors, s | efficiency | most time goes to |\n|---|---|---|---|---|\n");
    variants.forEach(
        (name, variant) -> {
          double one = variant.whole(1, 1).seconds();
          SimulatedStage whole = variant.whole(MANY, work.copies(MANY));
          row(
              "| %s | %,.0f | %,.0f | %.3f | %s |",
              name,
              one,
              whole.seconds(),
              work.efficiency(one, whole.seconds(), MANY),
              limit(whole));
        });
    text.append('\n');
  }

  void heading(String words) {
    text.append("### ").append(words).append("\n\n");
  }

  void say(String sentence) {
    text.append(sentence).append("\n\n");
  }

  private static String limit(SimulatedStage stage) {
    return String.format(
        Locale.ROOT, "%s (%.0f %%)", stage.limit().words(), 100 * stage.limitShare());
  }

  private void row(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
