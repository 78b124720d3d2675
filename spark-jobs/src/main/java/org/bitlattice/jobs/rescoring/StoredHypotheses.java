package org.bitlattice.jobs.rescoring;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.bitlattice.jobs.experiment.Folders;
import org.bitlattice.jobs.job.StageContext;
import org.bitlattice.jobs.table.RowSchema;
import org.bitlattice.jobs.table.Tables;
import org.bitlattice.report.HypothesisRow;
import org.bitlattice.report.NetworkScoreRow;
import org.bitlattice.rescoring.Hypothesis;
import org.bitlattice.rescoring.NBestList;
import org.bitlattice.rescoring.ScoredHypothesis;
import org.bitlattice.rescoring.ScoredUtterance;
import scala.Tuple2;

/** Reads hypotheses and network scores back from their tables. */
final class StoredHypotheses {
  private static final float[] NONE = {};

  private StoredHypotheses() {}

  static JavaRDD<HypothesisRow> rows(StageContext context, String set) {
    String table = context.output().folder(Folders.hypotheses(set)).location(HypothesesStage.TABLE);
    return Tables.rows(context.spark(), table, RowSchema.of(HypothesisRow.class));
  }

  /**
   * The n-best lists of a set in batches of consecutive utterances, so that a batch holds the same
   * utterances on every cluster.
   */
  static JavaPairRDD<Integer, List<PlacedList>> batches(
      StageContext context, String set, int perBatch, int shards) {
    return rows(context, set)
        .mapToPair(row -> new Tuple2<>(row.position() / perBatch, row))
        .groupByKey(shards)
        .mapValues(StoredHypotheses::lists);
  }

  /**
   * An n-best list with its place in the set.
   *
   * @param position place of the utterance, counted from 0
   * @param list its hypotheses, best first
   */
  record PlacedList(int position, NBestList list) implements java.io.Serializable {}

  private static List<PlacedList> lists(Iterable<HypothesisRow> rows) {
    Map<Integer, List<HypothesisRow>> byPosition = new TreeMap<>();
    rows.forEach(
        row -> byPosition.computeIfAbsent(row.position(), p -> new ArrayList<>()).add(row));
    List<PlacedList> lists = new ArrayList<>();
    byPosition.forEach(
        (position, own) -> {
          own.sort(Comparator.comparingInt(HypothesisRow::rank));
          lists.add(
              new PlacedList(
                  position,
                  new NBestList(
                      own.get(0).utterance(),
                      own.stream().map(StoredHypotheses::hypothesis).toList())));
        });
    return lists;
  }

  static Hypothesis hypothesis(HypothesisRow row) {
    List<String> words = row.words().isEmpty() ? List.of() : List.of(row.words().split(" "));
    return new Hypothesis(words, row.acousticLn(), row.firstPassLn());
  }

  /** Utterances by position, with the n-gram scores and, where there are any, the network's. */
  static JavaPairRDD<Integer, ScoredUtterance> scored(
      JavaRDD<HypothesisRow> hypotheses, JavaRDD<NetworkScoreRow> network, int shards) {
    JavaPairRDD<Integer, HypothesisRow> left =
        hypotheses.mapToPair(row -> new Tuple2<>(row.position(), row));
    JavaPairRDD<Integer, NetworkScoreRow> right =
        network.mapToPair(row -> new Tuple2<>(row.position(), row));
    return left.cogroup(right, shards).mapValues(both -> scored(both._1(), both._2()));
  }

  private static ScoredUtterance scored(
      Iterable<HypothesisRow> hypotheses, Iterable<NetworkScoreRow> network) {
    Map<Integer, float[]> networkLn = new TreeMap<>();
    network.forEach(row -> networkLn.put(row.rank(), row.networkLn()));
    List<HypothesisRow> rows = new ArrayList<>();
    hypotheses.forEach(rows::add);
    rows.sort(Comparator.comparingInt(HypothesisRow::rank));
    List<ScoredHypothesis> scored = new ArrayList<>(rows.size());
    for (HypothesisRow row : rows) {
      scored.add(
          new ScoredHypothesis(
              hypothesis(row), networkLn.getOrDefault(row.rank(), NONE), row.ngramLn()));
    }
    return new ScoredUtterance(rows.get(0).utterance(), scored);
  }
}
