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
 * Measures KL divergences on Spark. A task takes one shard and a run of consecutive probes, so that
 * the full-precision distributions of the shard serve all of them. How long the runs are changes no
 * result.
 */
final class KlJob {
  private static final int TASKS_PER_CORE = 2;

  private final JavaRDD<Part> parts;
  private final int runs;

  /**
   * @param shards sentences of each shard, a partition each
   * @param model the model in full precision
   * @param probing what is measured, and how
   * @param runLength probes of a task, at least 1
   */
  KlJob(
      JavaSparkContext spark,
      JavaRDD<List<int[]>> shards,
      Broadcast<LmWeights> model,
      Probing probing,
      int runLength) {
    int probes = probing.probes().size();
    List<Integer> starts =
        IntStream.iterate(0, start -> start < probes, start -> start + runLength).boxed().toList();
    this.runs = starts.size();
    this.parts =
        shards
            .cartesian(spark.parallelize(starts, runs))
            .map(task -> probing.measure(task._1(), task._2(), runLength, model.value()));
  }

  /** What a task needs beside the model and the text. */
  record Probing(List<KlProbe> probes, ProbeTables tables, int boundary, int batchRows)
      implements Serializable {
    Part measure(List<int[]> shard, int start, int runLength, LmWeights weights) {
      long began = System.nanoTime();
      List<KlProbe> run = probes.subList(start, Math.min(probes.size(), start + runLength));
      List<KlSum> sums =
          KlSensitivity.measure(
              weights, run, tables, shard, boundary, new ScorerSettings(batchRows));
      return new Part(new ArrayList<>(sums), (System.nanoTime() - began) / 1e9);
    }
  }

  private record Part(List<KlSum> sums, double seconds) implements Serializable {}

  /**
   * As many units for a task as leave {@value #TASKS_PER_CORE} tasks or more to each core while a
   * batch of shards is measured, and at least one.
   */
  static int unitsPerTask(int units, int shards, int cores) {
    long most = (long) units * shards / ((long) TASKS_PER_CORE * cores);
    return (int) Math.max(1, Math.min(units, most));
  }

  /** All probes on the shards of some numbers, in their order. */
  List<ShardProbes> measure(int from, int to) {
    // The runs of the first shard are the first partitions, those of the second follow, and so on.
    List<Part>[] found = parts.collectPartitions(IntStream.range(from * runs, to * runs).toArray());
    List<ShardProbes> shards = new ArrayList<>();
    for (int shard = 0; shard < to - from; shard++) {
      List<KlSum> sums = new ArrayList<>();
      List<Double> seconds = new ArrayList<>();
      for (int run = 0; run < runs; run++) {
        Part part = found[shard * runs + run].get(0);
        int own = part.sums().size();
        sums.addAll(part.sums());
        seconds.addAll(Collections.nCopies(own, part.seconds() / own));
      }
      shards.add(new ShardProbes(sums, seconds));
    }
    return shards;
  }
}
