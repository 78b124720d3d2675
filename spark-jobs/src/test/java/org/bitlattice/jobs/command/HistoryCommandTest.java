package org.bitlattice.jobs.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.apache.spark.sql.SparkSession;
import org.bitlattice.jobs.CommandRun;
import org.bitlattice.jobs.history.WrittenRun;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bitlattice history} as the shell runs it. */
class HistoryCommandTest {
  @TempDir private Path folder;
  private Path root;

  @BeforeEach
  void makeRoot() throws IOException {
    root = Files.createDirectory(folder.resolve("runs"));
  }

  private void writeRuns() throws IOException {
    SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .appName("history")
            .config("spark.ui.enabled", "false")
            .getOrCreate();
    try {
      WrittenRun.finished(spark, root.resolve("2026-11-23T020000Z"), 1, 20.5)
          .written("report", Instant.parse("2026-11-23T02:30:00Z"));
      WrittenRun.finished(spark, root.resolve("2026-11-24T020000Z"), 2, 20)
          .written("report", Instant.parse("2026-11-24T02:31:00Z"));
      new WrittenRun(root.resolve("2026-11-25T020000Z"), 2).begun();
    } finally {
      spark.stop();
    }
  }

  private CommandRun history(String... options) {
    String[] line = new String[options.length + 2];
    line[0] = "history";
    line[1] = root.toString();
    System.arraycopy(options, 0, line, 2, options.length);
    return CommandRun.of(line);
  }

  /** What our own lines of the standard error say; Spark's stand there too. */
  private static void assertSays(CommandRun run, int exitCode, String sentence) {
    assertThat(run.err().lines().map(line -> line.replaceFirst(".*(?=bitlattice: )", "")))
        .contains("bitlattice: " + sentence);
    assertThat(run.exitCode()).isEqualTo(exitCode);
  }

  @Test
  void printsThePageOfARealHistoryAndKeepsIt() throws IOException {
    writeRuns();
    CommandRun first = history();
    assertThat(first.exitCode()).as(first.err()).isZero();
    assertThat(first.err()).contains("2 runs added to file:%s/history\n".formatted(root));
    assertThat(first.out())
        .isEqualTo(
            """
            History of file:%s: 2 finished runs
            In parentheses: the change since the run before and since the first run that have the number; = is no change.

            Runs
            run                       started (UTC)       finished (UTC)  version   commit  settings    inputs  folder   seconds
            2026-11-23T020000Z  2026-11-23 02:00:00  2026-11-23 02:30:00    0.1.0  abc1234  5eb8128f  731dbcf6   there      70.4
            2026-11-24T020000Z  2026-11-24 02:00:00  2026-11-24 02:31:00    0.1.0  abc1234  b190fc92  731dbcf6   there  70.4 (=)

            Seconds by stage
            run                 prepare     train  quantize    score   report
            2026-11-23T020000Z      1.3      60.5       8.0      0.5      0.1
            2026-11-24T020000Z  1.3 (=)  60.5 (=)   8.0 (=)  0.5 (=)  0.1 (=)

            Changed settings and input files
            2026-11-24T020000Z against 2026-11-23T020000Z
              training.epochs: was 1, now 2

            System first-pass, weights: lattice
            run                 bytes  ratio  dev PPL  eval PPL  WER %% dev
            2026-11-23T020000Z      -      -        -         -      30.00
            2026-11-24T020000Z      -      -        -         -  30.00 (=)

            System admm-2, weights: tuned
            run                      bytes      ratio   dev PPL  eval PPL             WER %% dev            WER %% eval
            2026-11-23T020000Z      46,236      16.00      9.50      9.25                 20.50                 19.50
            2026-11-24T020000Z  46,236 (=)  16.00 (=)  9.50 (=)  9.25 (=)  20.00 (-0.50, -0.50)  19.00 (-0.50, -0.50)

            Not finished
            2026-11-25T020000Z: 3 stages complete
            """
                .formatted(root));
    CommandRun again = history();
    assertThat(again.out()).isEqualTo(first.out());
    assertThat(again.err()).doesNotContain("added");
  }

  @Test
  void showsTheNewestRunsOfASystemForMachinesWithoutWriting() throws IOException {
    writeRuns();
    CommandRun tsv =
        history(
            "--tsv",
            "--read-only",
            "--last",
            "1",
            "--system",
            "admm-2",
            "--set",
            "eval",
            "--weights",
            "tuned");
    assertThat(tsv.exitCode()).as(tsv.err()).isZero();
    assertThat(tsv.out().lines()).hasSize(2);
    assertThat(tsv.out().lines().skip(1).findFirst().orElseThrow())
        .startsWith("2026-11-24T020000Z\t2026-11-24T02:00:00Z\t2026-11-24T02:31:00Z\t0.1.0\t")
        .endsWith(
            "\tadmm-2\teval\ttuned\t2.0\t2.25\t46236\t16.0\t9.5\t9.25\t1000\t810\t190\t0\t0\t19.0");
    assertThat(root.resolve("history")).doesNotExist();
  }

  @Test
  void whatIsNotInTheHistoryIsRefused() throws IOException {
    writeRuns();
    assertSays(
        history("--system", "admm-3"),
        2,
        "no run in the history has the system admm-3; there are first-pass, admm-2");
  }

  @Test
  void aDamagedRunIsToldAfterThePageOfTheOthers() throws IOException {
    writeRuns();
    Path record = root.resolve("2026-11-24T020000Z/systems/admm-2/stage.json");
    Files.writeString(record, Files.readString(record).substring(0, 50));
    CommandRun run = history();
    assertSays(
        run,
        2,
        "1 run in file:%s cannot be read and is not in the history; mend or delete the folder:"
            .formatted(root));
    assertThat(run.err())
        .contains("\n  2026-11-24T020000Z: file:%s is not a stage record: ".formatted(record));
    assertThat(run.out())
        .contains("1 finished run\n", "\nCannot be read\n2026-11-24T020000Z: file:" + record);
  }

  @Test
  void runsThatAreNotFinishedAreNoMistake() {
    new WrittenRun(root.resolve("2026-11-25T020000Z"), 2).begun();
    CommandRun run = history();
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .isEqualTo(
            "History of file:%s: 0 finished runs\n\nNot finished\n2026-11-25T020000Z: 3 stages complete\n"
                .formatted(root));
    assertThat(root.toFile().list()).containsExactly("2026-11-25T020000Z");
  }

  @Test
  void aFolderThatCannotHaveAHistoryIsRefusedBeforeSparkStarts() throws IOException {
    assertRefused("there is no run in file:%s: none of the folders in it holds an experiment.conf");
    Files.createDirectory(root.resolve("something"));
    assertRefused("there is no run in file:%s: none of the folders in it holds an experiment.conf");
    Files.writeString(root.resolve("experiment.conf"), "");
    assertRefused("file:%s is one experiment; give the folder that holds it and other runs");
    root = folder.resolve("none");
    assertRefused("there is no folder file:%s");
    Files.writeString(root, "");
    assertRefused("file:%s is a file; give the folder that holds the runs");
  }

  private void assertRefused(String sentence) {
    CommandRun run = history();
    assertThat(run.err()).isEqualTo("bitlattice: " + sentence.formatted(root) + "\n");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void aWrongNumberOfRunsIsAWrongCommandLine() {
    CommandRun run = history("--last", "0");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .isEqualTo(
            "bitlattice: --last is 0; it must be 1 or more\nTry 'bitlattice history --help'.\n");
  }
}
