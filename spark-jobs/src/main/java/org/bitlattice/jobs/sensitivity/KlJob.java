package org.bitlattice.jobs.sensitivity;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.scoring.KlSum;
import org.bitlattice.lm.scoring.ScorerSettings;
import org.bitlattice.sensitivity.KlProbe;
import org.bitlattice.sensitivity.KlSensitivity;
import org.bitlattice.sensitivity.ProbeTables;
import org.bitlattice.sensitivity.ShardProbes;

/**
 * Measures KL divergences on Spark. A task takes some consecutive shards and a run of consecutive
 * probes: the full-precision distributions of a shard serve all its probes, and what is open for a
 * probe serves all its shards. How work is cut into tasks changes no result.
 */
final class KlJob {
  private static final int TASKS_PER_CORE = 2;

  private final JavaRDD<Part> parts;
  private final TaskSize size;
  private final int runs;

  /**
   * How much a task takes, at least one each.
   *
   * @param shards consecutive shards
   * @param units consecutive units, with all their precisions
   */
  record TaskSize(int shards, int units) {
    /**
     * As much as leaves {@value #TASKS_PER_CORE} tasks or more to each core while a batch of shards
     * is measured, all shards of it rather than many units: opening a model costs more than its
     * share of a full-precision pass. The shards of tasks divide a batch evenly.
     */
    static TaskSize of(int units, int batch, int cores) {
      int tasks = TASKS_PER_CORE * cores;
      int shards = batch;
      while (shards > 1 && (batch % shards != 0 || (long) units * (batch / shards) < tasks)) {
        shards--;
      }
      long most = (long) units * (batch / shards) / tasks;
      return new TaskSize(shards, (int) Math.max(1, Math.min(units, most)));
    }
  }

  /**
   * @param shards sentences of some shards in each partition, as many as a task takes
   * @param model the model in full precision
   * @param probing what is measured, and how
   * @param size what a task takes
   */
  KlJob(
      JavaSparkContext spark,
      JavaRDD<List<List<int[]>>> shards,
      Broadcast<LmWeights> model,
      Broadcast<Probing> probing,
      TaskSize size) {
    int runLength = size.units() * probing.value().precisions();
    int probes = probing.value().probes().size();
    List<Integer> starts =
        IntStream.iterate(0, start -> start < probes, start -> start + runLength).boxed().toList();
    this.size = size;
    this.runs = starts.size();
    this.parts =
        shards
            .cartesian(spark.parallelize(starts, runs))
            .map(task -> probing.value().measure(task._1(), task._2(), runLength, model.value()));
  }

  /**
   * What tasks need beside the model and the text.
   *
   * @param probes all precisions of one unit, then those of the next one
   * @param precisions number of precisions
   */
  record Probing(
      List<KlProbe> probes, int precisions, ProbeTables tables, int boundary, int batchRows)
      implements Serializable {
    Part measure(List<List<int[]>> shards, int start, int runLength, LmWeights weights) {
      long began = System.nanoTime();
      List<KlProbe> run = probes.subList(start, Math.min(probes.size(), start + runLength));
      List<List<KlSum>> sums =
          KlSensitivity.measure(
              weights, run, tables, shards, boundary, new ScorerSettings(batchRows));
      double seconds = (System.nanoTime() - began) / 1e9;
      return new Part(new ArrayList<>(sums), seconds / shards.size() / run.size());
    }
  }

  /**
   * What a task found.
   *
   * @param sums for each shard one sum for each probe
   * @param seconds computing time of one probe on one shard
   */
  private record Part(List<List<KlSum>> sums, double seconds) implements Serializable {}

  /** All probes on the shards of some numbers, in their order; a batch, or the rest. */
  List<ShardProbes> measure(int from, int to) {
    // The runs of the first shards are the first partitions, those of the next follow, and so on.
    int first = from / size.shards();
    int end = (to + size.shards() - 1) / size.shards();
    List<Part>[] found =
        parts.collectPartitions(IntStream.range(first * runs, end * runs).toArray());
    List<ShardProbes> shards = new ArrayList<>();
    for (int shard = from; shard < to; shard++) {
      int group = shard / size.shards() - first;
      List<KlSum> sums = new ArrayList<>();
      List<Double> seconds = new ArrayList<>();
      for (int run = 0; run < runs; run++) {
        Part part = found[group * runs + run].get(0);
        List<KlSum> own = part.sums().get(shard % size.shards());
        sums.addAll(own);
        seconds.addAll(Collections.nCopies(own.size(), part.seconds()));
      }
      shards.add(new ShardProbes(sums, seconds));
    }
    return shards;
  }
}
