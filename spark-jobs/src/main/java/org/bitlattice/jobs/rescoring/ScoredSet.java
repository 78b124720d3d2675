package org.bitlattice.jobs.rescoring;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.bitlattice.jobs.job.StageContext;
import org.bitlattice.report.NodeScoresRow;
import org.bitlattice.rescoring.ErrorCounts;
import org.bitlattice.rescoring.ExpandedLattice;
import org.bitlattice.rescoring.ExpandedLatticeRow;
import org.bitlattice.rescoring.Interpolation;
import org.bitlattice.rescoring.ScoreWeights;
import org.bitlattice.rescoring.ScoredLattice;
import org.bitlattice.scoring.TrnFile;
import org.bitlattice.settings.RescoringSettings;
import scala.Tuple2;

/**
 * The lattices of a set with all their component scores, spread over the executors; nothing of them
 * comes to the driver. Close it when it is no longer used.
 */
final class ScoredSet implements AutoCloseable {
  private static final float[] NONE = {};

  private final StageContext context;
  private final JavaRDD<Scored> lattices;

  /** A lattice with its place in the set. */
  record Scored(int position, ScoredLattice lattice) implements Serializable {}

  private ScoredSet(StageContext context, JavaRDD<Scored> lattices) {
    this.context = context;
    this.lattices = lattices.persist(StorageLevel.MEMORY_AND_DISK());
  }

  /**
   * Joins lattices and scores by their places.
   *
   * @param network the network's scores, none for a system without one
   */
  static ScoredSet of(
      StageContext context,
      StoredLattices stored,
      JavaRDD<NodeScoresRow> network,
      RescoringSettings rescoring,
      int shards) {
    JavaPairRDD<Integer, ExpandedLatticeRow> expanded =
        stored.lattices().mapToPair(row -> new Tuple2<>(row.position(), row));
    Interpolation interpolation =
        new Interpolation(rescoring.interpolate(), rescoring.residualScale());
    JavaRDD<Scored> scored =
        expanded
            .cogroup(
                byPosition(network),
                byPosition(stored.ngram()),
                byPosition(stored.firstPass()),
                shards)
            .map(
                entry ->
                    new Scored(
                        entry._1(),
                        scored(
                            entry._2()._1(),
                            new ScoredLattice.Models(
                                only(entry._2()._2()),
                                only(entry._2()._3()),
                                only(entry._2()._4())),
                            interpolation)));
    return new ScoredSet(context, scored);
  }

  private static JavaPairRDD<Integer, NodeScoresRow> byPosition(JavaRDD<NodeScoresRow> rows) {
    return rows.mapToPair(row -> new Tuple2<>(row.position(), row));
  }

  private static float[] only(Iterable<NodeScoresRow> rows) {
    Iterator<NodeScoresRow> all = rows.iterator();
    return all.hasNext() ? all.next().ln() : NONE;
  }

  private static ScoredLattice scored(
      Iterable<ExpandedLatticeRow> rows, ScoredLattice.Models models, Interpolation interpolation) {
    ExpandedLattice lattice = ExpandedLattice.fromRow(rows.iterator().next());
    return new ScoredLattice(lattice, models, interpolation);
  }

  /** The scored lattices. */
  JavaRDD<Scored> lattices() {
    return lattices;
  }

  /** Word errors under each of many weights, counted by the tasks and added up. */
  long[] errors(TrnFile references, List<ScoreWeights> points) {
    Broadcast<TrnFile> sharedReferences = context.sparkContext().broadcast(references);
    Broadcast<List<ScoreWeights>> sharedPoints =
        context.sparkContext().broadcast(List.copyOf(points));
    try {
      return lattices
          .mapPartitions(
              partition -> {
                List<ScoredLattice> own = new ArrayList<>();
                partition.forEachRemaining(scored -> own.add(scored.lattice()));
                return List.of(ErrorCounts.of(own, sharedReferences.value(), sharedPoints.value()))
                    .iterator();
              })
          .reduce(ScoredSet::sum);
    } finally {
      sharedReferences.destroy();
      sharedPoints.destroy();
    }
  }

  private static long[] sum(long[] a, long[] b) {
    long[] sum = new long[a.length];
    for (int i = 0; i < a.length; i++) {
      sum[i] = a[i] + b[i];
    }
    return sum;
  }

  @Override
  public void close() {
    lattices.unpersist();
  }
}
