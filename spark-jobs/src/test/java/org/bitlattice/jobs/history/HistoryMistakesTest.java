package org.bitlattice.jobs.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileUtil;
import org.apache.spark.sql.SparkSession;
import org.bitlattice.jobs.job.BuildInfo;
import org.bitlattice.jobs.job.HadoopFolder;
import org.bitlattice.jobs.job.Progress;
import org.bitlattice.jobs.job.UserError;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Histories that are damaged, foreign or from the future: told in a sentence, left as they are. */
class HistoryMistakesTest {
  private static SparkSession spark;
  @TempDir private Path root;
  private Path history;

  @BeforeAll
  static void start() {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .appName("history")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .getOrCreate();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @BeforeEach
  void writeARun() {
    WrittenRun.finished(spark, root.resolve("2026-11-23T020000Z"), 1, 20);
    history = root.resolve("history");
  }

  private HadoopFolder folder() {
    return HadoopFolder.at(root.toString(), new Configuration());
  }

  private HistoryUpdate update() throws IOException {
    return HistoryUpdate.of(
        spark, folder(), Progress.on(new PrintStream(PrintStream.nullOutputStream())));
  }

  private void assertRefused(String sentence) throws IOException {
    String[] before = history.toFile().list();
    assertThatThrownBy(this::update).isInstanceOf(UserError.class).hasMessage(sentence);
    if (before != null) {
      assertThat(history.toFile().list()).containsExactlyInAnyOrder(before);
    }
  }

  @Test
  void theHistoryOfANewerVersionIsRefused() throws IOException {
    update();
    Files.writeString(history.resolve("format"), "2\n");
    WrittenRun.finished(spark, root.resolve("2026-11-24T020000Z"), 1, 20);
    String sentence =
        "file:%s has the format 2 of a newer Bitlattice, and version %s reads format 1; use the newer one"
            .formatted(history, BuildInfo.read().version());
    assertRefused(sentence);
    assertThatThrownBy(() -> HistoryUpdate.withoutWriting(spark, folder())).hasMessage(sentence);
    assertThat(spark.read().parquet(history + "/runs").count()).isEqualTo(1);
  }

  @Test
  void aFormatThatIsNoNumberIsRefused() throws IOException {
    update();
    Files.writeString(history.resolve("format"), "one\n");
    assertRefused(
        "file:%s/format holds 'one', which is no number of a format; it was changed by hand or damaged"
            .formatted(history));
  }

  @Test
  void aFolderOfSomebodyElseIsRefused() throws IOException {
    Files.createDirectories(history.resolve("corpus"));
    Files.writeString(history.resolve("experiment.conf"), "");
    assertRefused(
        "file:%s holds corpus, experiment.conf and no file named format, so it is no history of Bitlattice; move it away"
            .formatted(history));
  }

  @Test
  void aFileInThePlaceOfTheHistoryIsRefused() throws IOException {
    Files.writeString(history, "mine");
    assertRefused(
        "file:%s is a file, where the folder of the history would be; move it away"
            .formatted(history));
    assertThat(history).hasContent("mine");
  }

  @Test
  void aTableThatIsCutOffIsNamed() throws IOException {
    update();
    try (Stream<Path> files = Files.list(history.resolve("scores"))) {
      Path file = files.filter(f -> f.toString().endsWith(".parquet")).findFirst().orElseThrow();
      Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 60));
      WrittenRun.finished(spark, root.resolve("2026-11-24T020000Z"), 1, 20);
      assertThatThrownBy(this::update)
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith("cannot read the table file:%s/scores: ".formatted(history))
          .hasMessageContaining(file.getFileName() + " is not a Parquet file");
    }
    assertThat(spark.read().parquet(history + "/runs").count()).isEqualTo(1);
    assertThat(history.resolve("run.lock")).doesNotExist();
  }

  @Test
  void aTableThatIsGoneIsNamedWhileOthersHaveRows() throws IOException {
    update();
    assertThat(FileUtil.fullyDelete(history.resolve("runs").toFile())).isTrue();
    assertRefused(
        "file:%s lacks the table runs: it was deleted or damaged; put it back, or move the folder away to begin a new history"
            .formatted(history));
    assertThatThrownBy(() -> HistoryUpdate.withoutWriting(spark, folder()))
        .hasMessage(
            "file:%s lacks the table runs: another call is writing it, or was cut off; call again, and without --read-only if that does not help"
                .formatted(history));
  }

  @Test
  void aTableWithOtherColumnsIsNamed() throws IOException {
    update();
    spark.range(3).toDF("x").write().mode("overwrite").parquet(history + "/stages");
    assertRefused(
        "Cannot read file:%s/stages as a table of run, result_digest, stage, version, commit, seconds: the column run (string) is missing; the column result_digest (string) is missing; the column stage (string) is missing; the column version (string) is missing; the column commit (string) is missing; the column seconds (double) is missing; the column x is unknown"
            .formatted(history));
  }
}
