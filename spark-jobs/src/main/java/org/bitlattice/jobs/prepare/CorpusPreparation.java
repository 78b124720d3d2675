package org.bitlattice.jobs.prepare;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.bitlattice.jobs.job.HadoopPath;
import org.bitlattice.jobs.table.RowSchema;
import org.bitlattice.jobs.table.Tables;
import org.bitlattice.text.CorpusSettings;
import org.bitlattice.text.SegmentSettings;
import org.bitlattice.text.Sentence;
import org.bitlattice.text.SentenceOrder;
import org.bitlattice.text.Vocabulary;
import org.bitlattice.text.VocabularyBuilder;
import org.bitlattice.text.VocabularyFile;
import org.bitlattice.text.WordList;
import scala.Tuple2;

/**
 * Turns the three texts of an experiment into what the other stages read.
 *
 * <ol>
 *   <li>Every text is read once in full, so that a missing file, a line that is not UTF-8 or a text
 *       without words is refused before anything is written.
 *   <li>Words are counted on the cluster; the driver collects only the vocabulary.
 *   <li>Every training sentence is given a shard and a place in it ({@link SentencePlace}), a
 *       function of settings, seed and line number; each shard is one token stream, cut into
 *       segments that may run across sentences.
 * </ol>
 *
 * Inputs: text files. Outputs under the folder: {@code vocabulary.txt}, {@code segments/} ({@link
 * SegmentRow}), {@code sentences/} ({@link SentenceRow}, dev and eval). The rows depend on texts,
 * settings and seed, not on splits, partitions or executors.
 */
public final class CorpusPreparation {
  /** Name of the development set in {@link SentenceRow}. */
  public static final String DEV = "dev";

  /** Name of the evaluation set in {@link SentenceRow}. */
  public static final String EVAL = "eval";

  static final String TRAIN = "train";

  private final SparkSession spark;
  private final JavaSparkContext context;
  private final CorpusSettings settings;
  private final long seed;

  private CorpusPreparation(SparkSession spark, CorpusSettings settings, long seed) {
    this.spark = spark;
    this.context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    this.settings = settings;
    this.seed = seed;
  }

  /**
   * Prepares a corpus.
   *
   * @param seed decides the order of the training sentences when they are shuffled
   * @param folder where the outputs go, any Hadoop path; earlier outputs are replaced
   * @return counts of what was read and written
   * @throws IllegalArgumentException when a file is missing or a folder, holds no word, a line that
   *     is not UTF-8 or a boundary word (with file and line), when the word list is bad, when fewer
   *     than two words make the vocabulary, or when no shard fills a segment
   * @throws UncheckedIOException naming the file that could not be read or written
   */
  public static CorpusCounts run(
      SparkSession spark, CorpusSettings settings, long seed, String folder) {
    return new CorpusPreparation(spark, settings, seed).run(new PreparedCorpus(folder));
  }

  private CorpusCounts run(PreparedCorpus target) {
    settings
        .vocabulary()
        .file()
        .ifPresent(f -> TextFile.requireFile(hadoop(), "corpus.vocabulary-file", f));
    TextFile train = open("corpus.train", settings.train());
    TextFile dev = open("corpus.dev", settings.dev());
    TextFile eval = open("corpus.eval", settings.eval());
    TextScan trainScan = scan(train, TRAIN);
    TextScan devScan = scan(dev, DEV);
    TextScan evalScan = scan(eval, EVAL);
    try (WordCounts counts = WordCounts.of(context, train.sentences())) {
      describe("counting the words of train");
      Vocabulary vocabulary = vocabulary(counts);
      write(target, vocabulary);
      Broadcast<Vocabulary> shared = context.broadcast(vocabulary);
      SetCounts trainCounts = setCounts(TRAIN, trainScan, counts.totals(shared));
      SetCounts devCounts = count(DEV, dev, devScan, shared);
      SetCounts evalCounts = count(EVAL, eval, evalScan, shared);
      writeSentences(target, dev, eval, shared);
      long segments = writeSegments(target, train, trainScan.lines(), shared);
      long targets = trainCounts.words() + trainCounts.sentences();
      long dropped = targets - segments * settings.segments().length();
      shared.destroy();
      return new CorpusCounts(
          vocabulary.size(), segments, dropped, trainCounts, devCounts, evalCounts);
    }
  }

  private TextFile open(String key, String path) {
    return TextFile.open(context, key, path, settings.lineFormat());
  }

  private TextScan scan(TextFile text, String set) {
    describe("reading " + set);
    return text.scan();
  }

  private Vocabulary vocabulary(WordCounts counts) {
    if (settings.vocabulary().file().isEmpty()) {
      return VocabularyBuilder.fromCounts(
          counts.candidates(settings.vocabulary()), settings.vocabulary(), settings.train());
    }
    String location = settings.vocabulary().file().get();
    Path file = HadoopPath.of(location);
    try (InputStream in = file.getFileSystem(hadoop()).open(file)) {
      List<String> words = WordList.read(in, location);
      return VocabularyBuilder.fromList(words, counts.among(words), location);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the word list " + location, e);
    }
  }

  private void write(PreparedCorpus target, Vocabulary vocabulary) {
    Path file = HadoopPath.of(target.vocabularyPath());
    try (OutputStream out =
        new BufferedOutputStream(file.getFileSystem(hadoop()).create(file, true))) {
      VocabularyFile.write(out, vocabulary);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the vocabulary " + file, e);
    }
  }

  private SetCounts count(
      String set, TextFile text, TextScan scan, Broadcast<Vocabulary> vocabulary) {
    describe("counting the words of " + set);
    try (WordCounts counts = WordCounts.of(context, text.sentences())) {
      return setCounts(set, scan, counts.totals(vocabulary));
    }
  }

  private static SetCounts setCounts(String set, TextScan scan, WordCounts.Totals totals) {
    return new SetCounts(
        set,
        scan.sentences(),
        scan.emptyLines(),
        totals.words(),
        totals.unknownWords(),
        totals.types());
  }

  private void writeSentences(
      PreparedCorpus target, TextFile dev, TextFile eval, Broadcast<Vocabulary> vocabulary) {
    describe("writing the sentences of dev and eval");
    JavaRDD<SentenceRow> rows =
        sentenceRows(DEV, dev, vocabulary).union(sentenceRows(EVAL, eval, vocabulary));
    Tables.write(spark, target.sentencesPath(), RowSchema.of(SentenceRow.class), rows);
  }

  private static JavaRDD<SentenceRow> sentenceRows(
      String set, TextFile text, Broadcast<Vocabulary> vocabulary) {
    return text.sentences()
        .map(
            s ->
                new SentenceRow(set, Math.toIntExact(s.line()), vocabulary.value().ids(s.words())));
  }

  private long writeSegments(
      PreparedCorpus target, TextFile train, long lines, Broadcast<Vocabulary> vocabulary) {
    describe("cutting the segments of train");
    SegmentSettings cut = settings.segments();
    int length = cut.length();
    int boundary = vocabulary.value().boundaryId();
    JavaRDD<SegmentRow> rows =
        placed(train.sentences(), cut, seed, lines, vocabulary)
            .repartitionAndSortWithinPartitions(new ShardPartitioner(cut.shards()))
            .mapPartitionsWithIndex(
                (shard, sentences) -> new ShardSegments(shard, sentences, boundary, length), true);
    Tables.write(spark, target.segmentsPath(), RowSchema.of(SegmentRow.class), rows);
    long written = target.segments(spark).count();
    if (written == 0) {
      throw new IllegalArgumentException(
          ("%s: none of the %d shards fills a segment of %d tokens; lower corpus.segment-length"
                  + " or corpus.shards")
              .formatted(train.path(), cut.shards(), length));
    }
    return written;
  }

  private static JavaPairRDD<SentencePlace, int[]> placed(
      JavaRDD<Sentence> sentences,
      SegmentSettings cut,
      long seed,
      long lines,
      Broadcast<Vocabulary> vocabulary) {
    SentenceOrder order = cut.order();
    int shards = cut.shards();
    return sentences.mapToPair(
        s ->
            new Tuple2<>(
                SentencePlace.of(order, seed, shards, s.line(), lines),
                vocabulary.value().ids(s.words())));
  }

  private Configuration hadoop() {
    return context.hadoopConfiguration();
  }

  private void describe(String work) {
    context.sc().setJobDescription("prepare: " + work);
  }
}
