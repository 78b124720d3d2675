package org.bitlattice.jobs.model;

import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.bitlattice.lm.scoring.KlDivergence;
import org.bitlattice.lm.scoring.KlSum;
import org.bitlattice.lm.scoring.ScoredModel;
import org.bitlattice.lm.scoring.ScorerSettings;

/** KL divergence between two models on a text, one task a shard. */
public final class DivergenceJob {
  private DivergenceJob() {}

  /** Sums the divergence over all shards, in their order. */
  public static KlSum measure(
      JavaSparkContext spark,
      ScoredModel from,
      ScoredModel to,
      int boundaryId,
      JavaRDD<List<int[]>> shards,
      ScorerSettings settings) {
    Broadcast<ScoredModel> reference = spark.broadcast(from);
    Broadcast<ScoredModel> candidate = spark.broadcast(to);
    try {
      List<KlSum> parts =
          shards
              .map(
                  shard ->
                      KlDivergence.of(
                          reference.value(), candidate.value(), shard, boundaryId, settings))
              .collect();
      return parts.stream().reduce(KlSum.EMPTY, KlSum::plus);
    } finally {
      reference.destroy();
      candidate.destroy();
    }
  }
}
