package org.bitlattice.jobs.training;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.bitlattice.jobs.job.StageContext;
import org.bitlattice.jobs.prepare.PreparedCorpus;
import org.bitlattice.jobs.prepare.SegmentRow;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.settings.BaselineSettings;
import scala.Tuple2;

/** Opens a trainer on the segments of a prepared corpus. */
public final class TrainerFactory {
  private TrainerFactory() {}

  /**
   * Deals the corpus' shards to the workers in turn (shard i to worker i mod workers), each
   * worker's segments in the order of shard and segment.
   *
   * @throws IllegalArgumentException by the trainer's first round, when a worker has no segments
   */
  public static DistributedTrainer open(
      StageContext context,
      LmArchitecture architecture,
      BaselineSettings training,
      PreparedCorpus corpus,
      long seed) {
    int workers = training.workers();
    JavaRDD<int[]> segments =
        corpus
            .segments(context.spark())
            .mapToPair(row -> new Tuple2<>(row.shard() % workers, row))
            .groupByKey(workers)
            .flatMap(worker -> ordered(worker._2()).iterator());
    Averaging averaging = new Averaging(workers, training.averagingFrequency());
    return new DistributedTrainer(
        context.sparkContext(), architecture, training.optimiser(), averaging, segments, seed);
  }

  private static List<int[]> ordered(Iterable<SegmentRow> rows) {
    List<SegmentRow> sorted = new ArrayList<>();
    rows.forEach(sorted::add);
    sorted.sort(Comparator.comparingInt(SegmentRow::shard).thenComparingInt(SegmentRow::segment));
    List<int[]> segments = new ArrayList<>(sorted.size());
    sorted.forEach(row -> segments.add(row.tokens()));
    return segments;
  }
}
