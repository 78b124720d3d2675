package org.bitlattice.jobs.rescoring;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.bitlattice.jobs.experiment.Folders;
import org.bitlattice.jobs.job.StageContext;
import org.bitlattice.jobs.table.RowSchema;
import org.bitlattice.jobs.table.Tables;
import org.bitlattice.report.LatticeRow;
import org.bitlattice.report.NodeScoresRow;
import org.bitlattice.rescoring.ExpandedLattice;
import org.bitlattice.rescoring.ExpandedLatticeRow;
import scala.Tuple2;

/** Reads the expanded lattices of a set and their scores back from their tables. */
public final class StoredLattices {
  private final StageContext context;
  private final String set;

  StoredLattices(StageContext context, String set) {
    this.context = context;
    this.set = set;
  }

  /** Figures of every lattice of a set, in the order of the set. */
  public static List<LatticeRow> figures(StageContext context, String set) {
    String table =
        context.output().folder(Folders.hypotheses(set)).location(HypothesesStage.LATTICES);
    return Tables.read(context.spark(), table, RowSchema.of(LatticeRow.class)).stream()
        .sorted(Comparator.comparingInt(LatticeRow::position))
        .toList();
  }

  /** An expanded lattice with its place in the set. */
  record Placed(int position, ExpandedLattice lattice) implements java.io.Serializable {}

  /** All expanded lattices. */
  JavaRDD<ExpandedLatticeRow> lattices() {
    return table(HypothesesStage.TABLE, RowSchema.of(ExpandedLatticeRow.class));
  }

  /**
   * The lattices in batches of consecutive utterances, so that a batch holds the same utterances on
   * every cluster.
   */
  JavaPairRDD<Integer, List<Placed>> batches(int perBatch, int shards) {
    return lattices()
        .mapToPair(row -> new Tuple2<>(row.position() / perBatch, row))
        .groupByKey(shards)
        .mapValues(StoredLattices::placed);
  }

  private static List<Placed> placed(Iterable<ExpandedLatticeRow> rows) {
    List<Placed> placed = new ArrayList<>();
    rows.forEach(row -> placed.add(new Placed(row.position(), ExpandedLattice.fromRow(row))));
    placed.sort(Comparator.comparingInt(Placed::position));
    return placed;
  }

  /** Scores of the n-gram model; none when the experiment has no such model. */
  JavaRDD<NodeScoresRow> ngram() {
    return scoresIfPresent(HypothesesStage.NGRAM);
  }

  /** Scores of the first pass's n-gram model; none when it is not given. */
  JavaRDD<NodeScoresRow> firstPass() {
    return scoresIfPresent(HypothesesStage.FIRST_PASS);
  }

  private JavaRDD<NodeScoresRow> scoresIfPresent(String name) {
    boolean present = context.output().folder(Folders.hypotheses(set)).folder(name).exists();
    return present
        ? table(name, RowSchema.of(NodeScoresRow.class))
        : context.sparkContext().emptyRDD();
  }

  private <T extends Record> JavaRDD<T> table(String name, RowSchema<T> schema) {
    String location = context.output().folder(Folders.hypotheses(set)).location(name);
    return Tables.rows(context.spark(), location, schema);
  }
}
