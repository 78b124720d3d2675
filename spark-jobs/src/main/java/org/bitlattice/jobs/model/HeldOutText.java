package org.bitlattice.jobs.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaRDD;
import org.bitlattice.jobs.experiment.Folders;
import org.bitlattice.jobs.job.StageContext;
import org.bitlattice.jobs.prepare.PreparedCorpus;
import org.bitlattice.jobs.prepare.SentenceRow;
import org.bitlattice.text.Vocabulary;
import scala.Tuple2;

/** The dev and eval text of an experiment, cut into shards that do not depend on the cluster. */
public final class HeldOutText {
  private final StageContext context;
  private final PreparedCorpus corpus;

  public HeldOutText(StageContext context) {
    this.context = context;
    this.corpus = new PreparedCorpus(context.output().location(Folders.CORPUS));
  }

  /** The vocabulary of the corpus. */
  public Vocabulary vocabulary() {
    return corpus.vocabulary(context.spark());
  }

  /**
   * All sentences of a set, one list a shard and partition: sentence i lies in shard i mod shards,
   * in the order of the text.
   *
   * @param set {@code dev} or {@code eval}
   */
  public JavaRDD<List<int[]>> shards(String set, int shards) {
    return corpus
        .sentences(context.spark())
        .filter(row -> row.set().equals(set))
        .mapToPair(row -> new Tuple2<>(row.sentence() % shards, row))
        .groupByKey(shards)
        .map(shard -> ordered(shard._2()));
  }

  private static List<SentenceRow> rows(Iterator<Tuple2<Integer, SentenceRow>> keyed) {
    List<SentenceRow> rows = new ArrayList<>();
    keyed.forEachRemaining(row -> rows.add(row._2()));
    return rows;
  }

  private static List<int[]> ordered(Iterable<SentenceRow> rows) {
    List<SentenceRow> sorted = new ArrayList<>();
    rows.forEach(sorted::add);
    sorted.sort(Comparator.comparingInt(SentenceRow::sentence));
    List<int[]> sentences = new ArrayList<>(sorted.size());
    sorted.forEach(row -> sentences.add(row.tokens()));
    return sentences;
  }

  /**
   * Evenly spread sentences of a set, at most {@code wanted} and all of them when the set is
   * smaller, dealt out to shards in turn: one list a shard and partition, in the order of the text.
   * Sentences go from the table to the shards; the driver sees their numbers only.
   *
   * @param set {@code dev} or {@code eval}
   */
  public JavaRDD<List<int[]>> sample(String set, int wanted, int shards) {
    int[] chosen = chosen(numbers(set), wanted);
    return corpus
        .sentences(context.spark())
        .filter(row -> row.set().equals(set))
        .mapToPair(row -> new Tuple2<>(Arrays.binarySearch(chosen, row.sentence()), row))
        .filter(placed -> placed._1() >= 0)
        .mapToPair(placed -> new Tuple2<>(placed._1() % shards, placed._2()))
        .partitionBy(new HashPartitioner(shards))
        .mapPartitions(shard -> List.of(ordered(rows(shard))).iterator());
  }

  private int[] numbers(String set) {
    return corpus
        .sentences(context.spark())
        .filter(row -> row.set().equals(set))
        .map(SentenceRow::sentence)
        .collect()
        .stream()
        .mapToInt(Integer::intValue)
        .sorted()
        .toArray();
  }

  /** Of numbers in rising order those at equal distances, in rising order. */
  static int[] chosen(int[] numbers, int wanted) {
    return IntStream.range(0, numbers.length)
        .filter(row -> chosen(row, wanted, numbers.length))
        .map(row -> numbers[row])
        .toArray();
  }

  /**
   * Of {@code present} rows, {@code wanted} are chosen at equal distances; all when they are fewer.
   */
  static boolean chosen(long row, long wanted, long present) {
    return wanted >= present || (row + 1) * wanted / present > row * wanted / present;
  }

  /** Sentences dealt out to shards in turn. */
  public static List<List<int[]>> dealt(List<int[]> sentences, int shards) {
    List<List<int[]>> dealt = new ArrayList<>();
    for (int shard = 0; shard < shards; shard++) {
      dealt.add(new ArrayList<>());
    }
    for (int i = 0; i < sentences.size(); i++) {
      dealt.get(i % shards).add(sentences.get(i));
    }
    return dealt;
  }
}
