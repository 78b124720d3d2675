package org.bitlattice.jobs.prepare;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.SparkSession;
import org.bitlattice.jobs.job.HadoopPath;
import org.bitlattice.jobs.table.RowSchema;
import org.bitlattice.jobs.table.Tables;
import org.bitlattice.text.Vocabulary;
import org.bitlattice.text.VocabularyFile;

/**
 * The folder that {@link CorpusPreparation} writes.
 *
 * @param folder any Hadoop path
 */
public record PreparedCorpus(String folder) {
  /** Path of the vocabulary. */
  public String vocabularyPath() {
    return folder + "/vocabulary.txt";
  }

  /** Path of the table of {@link SegmentRow}s. */
  public String segmentsPath() {
    return folder + "/segments";
  }

  /** Path of the table of {@link SentenceRow}s. */
  public String sentencesPath() {
    return folder + "/sentences";
  }

  /** Reads the vocabulary. */
  public Vocabulary vocabulary(SparkSession spark) {
    Path file = HadoopPath.of(vocabularyPath());
    try (InputStream in =
        file.getFileSystem(spark.sparkContext().hadoopConfiguration()).open(file)) {
      return VocabularyFile.read(in, vocabularyPath());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the vocabulary " + file, e);
    }
  }

  /** The training segments, in no defined order. */
  public JavaRDD<SegmentRow> segments(SparkSession spark) {
    return Tables.rows(spark, segmentsPath(), RowSchema.of(SegmentRow.class));
  }

  /** The sentences of both held-out sets, in no defined order. */
  public JavaRDD<SentenceRow> sentences(SparkSession spark) {
    return Tables.rows(spark, sentencesPath(), RowSchema.of(SentenceRow.class));
  }

  /**
   * All sentences of one held-out set on the driver, in the order of the text.
   *
   * @param set {@value CorpusPreparation#DEV} or {@value CorpusPreparation#EVAL}
   * @return ids of each sentence's words, without boundary words
   */
  public List<int[]> sentences(SparkSession spark, String set) {
    return sentences(spark).filter(row -> row.set().equals(set)).collect().stream()
        .sorted(Comparator.comparingInt(SentenceRow::sentence))
        .map(SentenceRow::tokens)
        .toList();
  }

  /**
   * How often each word is a target of the training segments.
   *
   * @param vocabularySize words of the vocabulary
   */
  public long[] targetCounts(SparkSession spark, int vocabularySize) {
    return segments(spark)
        .mapPartitions(rows -> List.of(countTargets(rows, vocabularySize)).iterator())
        .reduce(PreparedCorpus::plus);
  }

  private static long[] countTargets(Iterator<SegmentRow> rows, int vocabularySize) {
    long[] counts = new long[vocabularySize];
    while (rows.hasNext()) {
      int[] tokens = rows.next().tokens();
      for (int i = 1; i < tokens.length; i++) {
        counts[tokens[i]]++;
      }
    }
    return counts;
  }

  private static long[] plus(long[] left, long[] right) {
    long[] sum = new long[left.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = left[i] + right[i];
    }
    return sum;
  }
}
