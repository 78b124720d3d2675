package org.bitlattice.jobs.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaRDD;
import org.bitlattice.jobs.experiment.Folders;
import org.bitlattice.jobs.job.StageContext;
import org.bitlattice.jobs.prepare.PreparedCorpus;
import org.bitlattice.jobs.prepare.SentenceRow;
import org.bitlattice.sensitivity.SentenceMinibatches;
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
    return sample(set, wanted, shards, 1).map(shard -> shard.get(0));
  }

  /**
   * The same shards, several consecutive ones in a partition.
   *
   * @param together shards of a partition; the last one has those that are left
   */
  public JavaRDD<List<List<int[]>>> sample(String set, int wanted, int shards, int together) {
    int[] chosen = chosen(numbers(set), wanted);
    return corpus
        .sentences(context.spark())
        .filter(row -> row.set().equals(set))
        .mapToPair(row -> new Tuple2<>(Arrays.binarySearch(chosen, row.sentence()), row))
        .filter(placed -> placed._1() >= 0)
        .mapToPair(placed -> new Tuple2<>(placed._1() % shards, placed._2()))
        .mapToPair(placed -> new Tuple2<>(placed._1() / together, placed))
        .partitionBy(new HashPartitioner((shards + together - 1) / together))
        .mapPartitionsWithIndex(
            (partition, rows) -> {
              int first = partition * together;
              int own = Math.min(together, shards - first);
              return List.of(shards(rows, first, own)).iterator();
            },
            true);
  }

  /** The sentences of some shards, in the order of shards and of the text. */
  private static List<List<int[]>> shards(
      Iterator<Tuple2<Integer, Tuple2<Integer, SentenceRow>>> keyed, int first, int count) {
    List<List<SentenceRow>> rows = new ArrayList<>();
    for (int shard = 0; shard < count; shard++) {
      rows.add(new ArrayList<>());
    }
    keyed.forEachRemaining(row -> rows.get(row._2()._1() - first).add(row._2()._2()));
    List<List<int[]>> shards = new ArrayList<>();
    rows.forEach(own -> shards.add(ordered(own)));
    return shards;
  }

  /**
   * Evenly spread sentences of a set, as {@link #sample} chooses them, packed into minibatches of
   * equal length: one list of minibatches a shard and partition. Each sentence stands between two
   * boundary ids. The driver sees the numbers and lengths of sentences only.
   *
   * @param set {@code dev} or {@code eval}
   * @param mostTokens targets of a minibatch
   */
  public JavaRDD<List<List<int[]>>> minibatches(
      String set, int wanted, int mostTokens, int shards) {
    List<Tuple2<Integer, Integer>> present = lengths(set);
    int[] chosen = chosen(present.stream().mapToInt(Tuple2::_1).toArray(), wanted);
    int[] targets =
        present.stream()
            .filter(sentence -> Arrays.binarySearch(chosen, sentence._1()) >= 0)
            .mapToInt(sentence -> sentence._2() + 1)
            .toArray();
    List<SentenceMinibatches.Place> places =
        new ArrayList<>(SentenceMinibatches.places(targets, mostTokens, shards));
    int boundary = vocabulary().boundaryId();
    return corpus
        .sentences(context.spark())
        .filter(row -> row.set().equals(set))
        .mapToPair(row -> new Tuple2<>(Arrays.binarySearch(chosen, row.sentence()), row))
        .filter(placed -> placed._1() >= 0)
        .mapToPair(placed -> new Tuple2<>(places.get(placed._1()).shard(), placed))
        .partitionBy(new HashPartitioner(shards))
        .mapPartitions(shard -> List.of(packed(shard, places, boundary)).iterator());
  }

  /** The minibatches of a shard in the order of their numbers, each in the order of the text. */
  private static List<List<int[]>> packed(
      Iterator<Tuple2<Integer, Tuple2<Integer, SentenceRow>>> shard,
      List<SentenceMinibatches.Place> places,
      int boundary) {
    Map<Integer, Map<Integer, int[]>> byMinibatch = new TreeMap<>();
    shard.forEachRemaining(
        placed ->
            byMinibatch
                .computeIfAbsent(
                    places.get(placed._2()._1()).minibatch(), minibatch -> new TreeMap<>())
                .put(placed._2()._1(), bounded(placed._2()._2().tokens(), boundary)));
    List<List<int[]>> minibatches = new ArrayList<>();
    byMinibatch.values().forEach(own -> minibatches.add(new ArrayList<>(own.values())));
    return minibatches;
  }

  private static int[] bounded(int[] words, int boundary) {
    int[] segment = new int[words.length + 2];
    System.arraycopy(words, 0, segment, 1, words.length);
    segment[0] = boundary;
    segment[words.length + 1] = boundary;
    return segment;
  }

  private int[] numbers(String set) {
    return lengths(set).stream().mapToInt(Tuple2::_1).toArray();
  }

  /** Number and length of each sentence of a set, by rising number. */
  private List<Tuple2<Integer, Integer>> lengths(String set) {
    List<Tuple2<Integer, Integer>> lengths =
        new ArrayList<>(
            corpus
                .sentences(context.spark())
                .filter(row -> row.set().equals(set))
                .map(row -> new Tuple2<>(row.sentence(), row.tokens().length))
                .collect());
    lengths.sort(Comparator.comparing(Tuple2::_1));
    return lengths;
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
