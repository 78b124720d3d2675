package org.bitlattice.jobs.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileUtil;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.bitlattice.jobs.job.HadoopFolder;
import org.bitlattice.jobs.job.Progress;
import org.bitlattice.jobs.table.RowSchema;
import org.bitlattice.report.RunRow;
import org.bitlattice.report.RunScoreRow;
import org.bitlattice.report.RunStageRow;
import org.bitlattice.report.UnfinishedRun;
import org.bitlattice.report.WerFigures;
import org.bitlattice.report.WerRow;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that come, go, and are cut off; what is kept of them. */
class HistoryUpdateTest {
  private static final String MONDAY = "2026-11-23T020000Z";
  private static final String TUESDAY = "2026-11-24T020000Z";

  private static SparkSession spark;
  @TempDir private Path root;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

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

  private HadoopFolder folder() {
    return HadoopFolder.at(root.toString(), new Configuration());
  }

  private HistoryUpdate update() throws IOException {
    return HistoryUpdate.of(spark, folder(), Progress.on(new PrintStream(said, true)));
  }

  private static List<String> runs(HistoryUpdate update) {
    return update.history().runs().stream().map(RunRow::run).toList();
  }

  private void delete(String name) {
    assertThat(FileUtil.fullyDelete(root.resolve(name).toFile())).isTrue();
  }

  private List<String> files(String name) {
    try (Stream<Path> files = Files.walk(root.resolve(name))) {
      return files.map(file -> root.relativize(file).toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void finished(String name, double devWerPercent) {
    WrittenRun.finished(spark, root.resolve(name), 1, devWerPercent);
  }

  @Test
  void takesFinishedRunsOnceInTheOrderOfTimeAndKeepsThemWhenTheirFoldersGo() throws IOException {
    finished(TUESDAY, 21);
    assertThat(runs(update())).containsExactly(TUESDAY);
    finished(MONDAY, 20);
    HistoryUpdate both = update();
    assertThat(runs(both)).containsExactly(MONDAY, TUESDAY);
    assertThat(said.toString(StandardCharsets.UTF_8).lines())
        .isEqualTo(
            List.of(
                "1 run added to file:%s/history".formatted(root),
                "1 run added to file:%s/history".formatted(root)));

    List<String> before = files("history");
    assertThat(update()).isEqualTo(both);
    // Names of Spark's files differ from one writing to the next.
    assertThat(files("history")).isEqualTo(before);

    delete(MONDAY);
    HistoryUpdate one = update();
    assertThat(one.history()).isEqualTo(both.history());
    assertThat(one.there()).extracting("run").containsExactly(TUESDAY);
    delete(TUESDAY);
    assertThat(update().history()).isEqualTo(both.history());
  }

  @Test
  void theTablesHoldWhatTheRunsTell() throws IOException {
    WrittenRun.finished(spark, root.resolve(MONDAY), 3, 20.5)
        .written("report", Instant.parse("2026-11-23T03:30:00Z"));
    update();
    assertThat(Arrays.asList(root.resolve("history").toFile().list()))
        .containsExactlyInAnyOrder("format", "runs", "stages", "scores");
    Row run = spark.read().parquet(root + "/history/runs").collectAsList().get(0);
    assertThat(run.<String>getAs("run")).isEqualTo(MONDAY);
    assertThat(run.<String>getAs("started_utc")).isEqualTo("2026-11-23T02:00:00Z");
    assertThat(run.<String>getAs("finished_utc")).isEqualTo("2026-11-23T03:30:00Z");
    assertThat(run.<Double>getAs("seconds")).isEqualTo(1.25 + 60.5 + 8 + 0.5 + 0.125);
    assertThat(run.<String>getAs("record_json")).contains("\"training.epochs\" : \"3\"");
    assertThat(
            spark
                .read()
                .parquet(root + "/history/stages")
                .select("stage", "seconds")
                .collectAsList()
                .stream()
                .map(Row::toString))
        .containsExactly(
            "[prepare,1.25]",
            "[train,60.5]",
            "[quantize/admm-2,8.0]",
            "[score,0.5]",
            "[report,0.125]");
    assertThat(
            spark
                .read()
                .parquet(root + "/history/scores")
                .select("system", "set", "weights", "model_bytes", "wer_percent")
                .collectAsList()
                .stream()
                .map(Row::toString))
        .containsExactly(
            "[first-pass,dev,lattice,null,30.0]",
            "[admm-2,dev,tuned,46236,20.5]",
            "[admm-2,eval,tuned,46236,19.5]");
  }

  @Test
  void aNameWithoutATimeLeavesTheStartToTheFirstStage() throws IOException {
    WrittenRun run = WrittenRun.finished(spark, root.resolve("nightly"), 1, 20);
    Instant written = Instant.parse("2026-11-23T03:00:00Z");
    for (String stage : List.of("corpus", "baseline", "systems/admm-2", "scores", "report")) {
      run.written(stage, written);
    }
    // Training took longest, 60.5 s.
    assertThat(update().history().runs())
        .extracting(RunRow::startedUtc)
        .containsExactly("2026-11-23T02:58:59Z");
  }

  @Test
  void anExperimentThatIsComputedAgainInItsFolderIsAnotherResult() throws IOException {
    WrittenRun.finished(spark, root.resolve("nightly"), 1, 20);
    update();
    WrittenRun.finished(spark, root.resolve("nightly"), 2, 19);
    HistoryUpdate update = update();
    assertThat(runs(update)).containsExactly("nightly", "nightly");
    assertThat(update.there()).hasSize(1);
    assertThat(update.history().scores())
        .filteredOn(row -> row.set().equals("dev") && row.system().equals("admm-2"))
        .extracting(RunScoreRow::werPercent)
        .containsExactlyInAnyOrder(OptionalDouble.of(20), OptionalDouble.of(19));
  }

  @Test
  void aRunThatIsNotFinishedIsListedUntilItIs() throws IOException {
    WrittenRun run = new WrittenRun(root.resolve(MONDAY), 1).begun();
    run.write("rescored/admm-2/dev/begun.json", "{}");
    run.write("systems/old.discarded/stage.json", "half deleted");
    Files.createDirectories(root.resolve("no run/corpus"));
    HistoryUpdate update = update();
    assertThat(update.unfinished())
        .containsExactly(new UnfinishedRun(MONDAY, 3, List.of("rescored/admm-2/dev"), List.of()));
    assertThat(update.history().runs()).isEmpty();
    assertThat(root.resolve("history")).doesNotExist();

    finished(MONDAY, 20);
    update = update();
    assertThat(update.unfinished()).isEmpty();
    assertThat(runs(update)).containsExactly(MONDAY);
  }

  @Test
  void aReportWhoseStagesWereMadeAnewIsNoResult() throws IOException {
    finished(MONDAY, 20);
    new WrittenRun(root.resolve(MONDAY), 2).begun();
    assertThat(update().unfinished())
        .containsExactly(new UnfinishedRun(MONDAY, 5, List.of(), List.of("quantize/admm-2")));
  }

  @Test
  void aRunWithoutLatticesHasPerplexityAlone() throws IOException {
    new WrittenRun(root.resolve(MONDAY), 1)
        .begun()
        .scored(
            spark, List.of(WrittenRun.row("admm-2", "", "", OptionalLong.of(46_236), Double.NaN)))
        .reported();
    update();
    RunScoreRow row = update().history().scores().get(0);
    assertThat(row.werPercent()).isEmpty();
    assertThat(row.devPerplexity()).hasValue(9.5);
    assertThat(row.set()).isEmpty();
  }

  @Test
  void tablesOfOtherVersionsNeedOnlyHaveTheColumnsThatAreKept() throws IOException {
    List<String> now = List.of(RowSchema.of(WerRow.class).struct().fieldNames());
    assertThat(now).contains(RowSchema.of(WerFigures.class).struct().fieldNames());
    OptionalDouble none = OptionalDouble.empty();
    WerFigures old =
        new WerFigures(
            "fp32",
            "dev",
            "tuned",
            none,
            none,
            OptionalLong.of(1),
            none,
            none,
            none,
            10,
            9,
            1,
            0,
            0,
            10);
    new WrittenRun(root.resolve(MONDAY), 1)
        .begun()
        .scored(spark, RowSchema.of(WerFigures.class), List.of(old))
        .reported();
    assertThat(update().history().scores())
        .extracting(RunScoreRow::werPercent)
        .containsExactly(OptionalDouble.of(10));
  }

  @Test
  void linksAreNoRuns() throws IOException {
    finished(MONDAY, 20);
    Files.createSymbolicLink(root.resolve("latest"), Path.of(MONDAY));
    assertThat(runs(update())).containsExactly(MONDAY);
  }

  @Test
  void aDamagedRunIsNamedAndKeepsNoOtherOut() throws IOException {
    finished(MONDAY, 20);
    finished(TUESDAY, 21);
    Path record = root.resolve(MONDAY).resolve("baseline/stage.json");
    Files.writeString(record, Files.readString(record).replace("\"1\"", "\"2\""));
    Path cut = root.resolve("2026-11-25T020000Z");
    finished(cut.getFileName().toString(), 22);
    Path table = parquet(cut.resolve("scores/wer"));
    Files.write(table, Arrays.copyOf(Files.readAllBytes(table), 100));

    HistoryUpdate update = update();
    assertThat(runs(update)).containsExactly(TUESDAY);
    assertThat(update.unreadable()).hasSize(2);
    assertThat(update.unreadable().get(0).run()).isEqualTo(MONDAY);
    assertThat(update.unreadable().get(0).reason())
        .isEqualTo(
            "file:%s: the digest does not fit the record's content; the file was changed by hand or damaged"
                .formatted(record));
    assertThat(update.unreadable().get(1).reason())
        .startsWith("cannot read the table file:%s/scores/wer: ".formatted(cut))
        .contains(table.getFileName() + " is not a Parquet file");
    assertThat(runs(HistoryUpdate.withoutWriting(spark, folder()))).containsExactly(TUESDAY);
  }

  private static Path parquet(Path table) throws IOException {
    try (Stream<Path> files = Files.list(table)) {
      return files.filter(file -> file.toString().endsWith(".parquet")).findFirst().orElseThrow();
    }
  }

  @Test
  void looksWithoutWritingWhenToldTo() throws IOException {
    finished(MONDAY, 20);
    List<String> before = files("");
    assertThat(runs(HistoryUpdate.withoutWriting(spark, folder()))).containsExactly(MONDAY);
    assertThat(files("")).isEqualTo(before);
    update();
    finished(TUESDAY, 21);
    before = files("");
    assertThat(runs(HistoryUpdate.withoutWriting(spark, folder())))
        .containsExactly(MONDAY, TUESDAY);
    assertThat(files("")).isEqualTo(before);
  }

  @Test
  void manyCallsAtOnceLoseNothingAndAddNothingTwice() throws Exception {
    finished(MONDAY, 20);
    finished(TUESDAY, 21);
    ExecutorService threads = Executors.newFixedThreadPool(3);
    List<Callable<HistoryUpdate>> calls = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      calls.add(this::update);
    }
    for (Future<HistoryUpdate> call : threads.invokeAll(calls)) {
      assertThat(runs(call.get())).containsExactly(MONDAY, TUESDAY);
    }
    threads.shutdown();
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("2 runs added to file:%s/history".formatted(root))
        .doesNotContain("1 run added");
    assertThat(spark.read().parquet(root + "/history/runs").count()).isEqualTo(2);
    assertThat(spark.read().parquet(root + "/history/scores").count()).isEqualTo(6);
    assertThat(root.resolve("history/run.lock")).doesNotExist();
  }

  @Test
  void goesOnAfterACallThatWasKilledBetweenItsTables() throws IOException {
    finished(MONDAY, 20);
    update();
    Path saved = Files.createDirectory(root.resolve("saved"));
    for (String file : root.resolve("history/runs").toFile().list()) {
      Files.copy(root.resolve("history/runs").resolve(file), saved.resolve(file));
    }
    finished(TUESDAY, 21);
    HistoryUpdate both = update();
    // The table of runs is the last that is written.
    delete("history/runs");
    Files.move(saved, root.resolve("history/runs"));
    assertThat(update()).isEqualTo(both);
    assertThat(spark.read().parquet(root + "/history/scores").count()).isEqualTo(6);
  }

  @Test
  void goesOnAfterACallThatWasKilledBeforeItMovedATable() throws IOException {
    finished(MONDAY, 20);
    HistoryUpdate one = update();
    Files.move(root.resolve("history/runs"), root.resolve("history/runs.unfinished"));
    assertThat(update()).isEqualTo(one);
    assertThat(root.resolve("history/runs")).isDirectory();
  }

  @Test
  void goesOnAfterACallThatWasKilledWhileItBeganTheHistory() throws IOException {
    finished(MONDAY, 20);
    update();
    delete("history");
    Files.createDirectories(root.resolve("history"));
    Files.writeString(root.resolve("history/format"), "1\n");
    assertThat(runs(update())).containsExactly(MONDAY);
    assertThat(spark.read().parquet(root + "/history/stages").count()).isEqualTo(5);
  }

  /** Rows of {@link RunStageRow} are the cost of a run; a sum of them is its seconds. */
  @Test
  void secondsOfARunAreThoseOfItsStages() throws IOException {
    finished(MONDAY, 20);
    HistoryUpdate update = update();
    assertThat(update.history().stages().stream().mapToDouble(RunStageRow::seconds).sum())
        .isEqualTo(update.history().runs().get(0).seconds());
  }
}
