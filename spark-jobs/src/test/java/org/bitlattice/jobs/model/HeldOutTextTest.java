package org.bitlattice.jobs.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.bitlattice.jobs.experiment.Folders;
import org.bitlattice.jobs.job.HadoopFolder;
import org.bitlattice.jobs.job.Progress;
import org.bitlattice.jobs.job.StageContext;
import org.bitlattice.jobs.prepare.SentenceRow;
import org.bitlattice.jobs.table.RowSchema;
import org.bitlattice.jobs.table.Tables;
import org.bitlattice.run.Seeds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeldOutTextTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"2999, 1500", "10011, 1500", "7, 3", "5, 5", "3, 10", "1000, 1"})
  void choosesAsManyRowsAsWantedAtEqualDistances(long present, long wanted) {
    List<Long> chosen =
        LongStream.range(0, present)
            .filter(row -> HeldOutText.chosen(row, wanted, present))
            .boxed()
            .toList();
    assertThat(chosen).hasSize((int) Math.min(wanted, present));
    long shortest = present / Math.min(wanted, present);
    for (int i = 1; i < chosen.size(); i++) {
      assertThat(chosen.get(i) - chosen.get(i - 1)).isBetween(shortest, shortest + 1);
    }
  }

  @Test
  void choosesAmongTheNumbersOfLinesThatAreThere() {
    int[] numbers = {2, 3, 5, 8, 13, 21};
    assertThat(HeldOutText.chosen(numbers, 3)).containsExactly(3, 8, 21);
    assertThat(HeldOutText.chosen(numbers, 6)).containsExactly(numbers);
    assertThat(HeldOutText.chosen(numbers, 100)).containsExactly(numbers);
  }

  @Test
  void dealsSentencesToShardsInTurn() {
    List<int[]> sentences = List.of(new int[] {1}, new int[] {2}, new int[] {3});
    List<List<int[]>> dealt = HeldOutText.dealt(sentences, 2);
    assertThat(dealt.get(0)).containsExactly(sentences.get(0), sentences.get(2));
    assertThat(dealt.get(1)).containsExactly(sentences.get(1));
  }

  /** Against choosing and dealing in one list; a shard without a sentence is an empty list. */
  @Test
  void aSampleIsTheChosenSentencesDealtInTurn() {
    try (SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .appName("held-out")
            .config("spark.ui.enabled", "false")
            .getOrCreate()) {
      List<SentenceRow> rows = rows();
      List<SentenceRow> shuffled = new ArrayList<>(rows);
      Collections.shuffle(shuffled, new Random(5));
      StageContext context =
          new StageContext(
              spark,
              HadoopFolder.at(folder.toString(), spark.sparkContext().hadoopConfiguration()),
              new Seeds(1),
              Progress.onStandardError());
      Tables.write(
          spark,
          context.output().location(Folders.CORPUS) + "/sentences",
          RowSchema.of(SentenceRow.class),
          JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(shuffled, 3));
      context.output().folder(Folders.CORPUS).writeText("vocabulary.txt", "</s>\n<unk>\na\n");
      HeldOutText text = new HeldOutText(context);
      for (int wanted : new int[] {1, 7, 40, 1000}) {
        for (int shards : new int[] {1, 3, 8}) {
          assertDealt(text.sample("dev", wanted, shards).collect(), expected(rows, wanted, shards));
          List<List<List<int[]>>> groups = text.sample("dev", wanted, shards, 3).collect();
          assertThat(groups).hasSize((shards + 2) / 3);
          for (int group = 0; group < groups.size(); group++) {
            assertThat(groups.get(group)).hasSize(Math.min(3, shards - 3 * group));
          }
          assertDealt(
              groups.stream().flatMap(List::stream).toList(), expected(rows, wanted, shards));
          assertPacked(text.minibatches("dev", wanted, 7, shards).collect(), rows, wanted, shards);
        }
      }
    }
  }

  /** The chosen sentences once each, between boundary words, by length and then by their order. */
  private static void assertPacked(
      List<List<List<int[]>>> found, List<SentenceRow> rows, int wanted, int shards) {
    assertThat(found).hasSize(shards);
    List<String> packed = new ArrayList<>();
    for (List<List<int[]>> shard : found) {
      for (List<int[]> minibatch : shard) {
        int length = minibatch.get(0).length;
        assertThat(minibatch).allMatch(segment -> segment.length == length);
        assertThat(minibatch.size() == 1 || minibatch.size() * (length - 1) <= 7).isTrue();
        List<String> own = minibatch.stream().map(Arrays::toString).toList();
        assertThat(own).isSortedAccordingTo(Comparator.comparingInt(HeldOutTextTest::firstWord));
        packed.addAll(own);
      }
    }
    List<String> expected = new ArrayList<>();
    for (int[] words : expected(rows, wanted, 1).get(0)) {
      int[] segment = new int[words.length + 2];
      System.arraycopy(words, 0, segment, 1, words.length);
      expected.add(Arrays.toString(segment));
    }
    assertThat(packed).containsExactlyInAnyOrderElementsOf(expected);
  }

  private static int firstWord(String segment) {
    return Integer.parseInt(segment.split(", ", 3)[1]);
  }

  private static void assertDealt(List<List<int[]>> found, List<List<int[]>> expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int shard = 0; shard < expected.size(); shard++) {
      assertThat(found.get(shard).toArray(int[][]::new))
          .isDeepEqualTo(expected.get(shard).toArray(int[][]::new));
    }
  }

  /** 40 dev sentences with gaps between their numbers, and others. */
  private static List<SentenceRow> rows() {
    List<SentenceRow> rows = new ArrayList<>();
    for (int line = 1; line <= 60; line++) {
      if (line % 3 != 0) {
        rows.add(
            new SentenceRow("dev", line, IntStream.range(line, line + 2 + line % 4).toArray()));
        rows.add(new SentenceRow("eval", line, new int[] {-line}));
      }
    }
    return rows;
  }

  private static List<List<int[]>> expected(List<SentenceRow> rows, int wanted, int shards) {
    List<int[]> dev =
        rows.stream().filter(row -> row.set().equals("dev")).map(SentenceRow::tokens).toList();
    List<int[]> chosen =
        IntStream.range(0, dev.size())
            .filter(row -> HeldOutText.chosen(row, wanted, dev.size()))
            .mapToObj(dev::get)
            .toList();
    return HeldOutText.dealt(chosen, shards);
  }
}
