package org.bitlattice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that is done goes into the history before any run is deleted, and never because of it. */
class ScheduleHistoryTest {
  @TempDir private Path scratch;
  private ScheduledBatch batch;

  @BeforeEach
  void makeBatch() {
    batch = new ScheduledBatch(scratch);
  }

  @Test
  void takesARunThatIsDoneIntoTheHistoryOnThisMachine() throws IOException {
    LauncherRun start =
        batch.startWith("--set", "seed=1", "--", "--master", "yarn", "--conf", "spark.x=a b");
    assertThat(start).isEqualTo(new LauncherRun(0, "", ""));
    assertThat(batch.historyArguments())
        .containsExactly(
            "history",
            "file://" + batch.root.toRealPath(),
            "--last",
            "2",
            "--",
            "--master",
            "yarn",
            "--conf",
            "spark.x=a b",
            "--master",
            "local[1]",
            "--deploy-mode",
            "client");
    assertThat(batch.statusAtHistory())
        .startsWith("{\"state\":\"done\",\"exit_code\":0,")
        .endsWith(",\"history\":\"pending\"}\n");
    assertThat(batch.statusFile()).endsWith(",\"history\":\"done\"}\n");
    assertThat(batch.record(batch.run())).content().contains("state=done\n", "history=done\n");
    assertThat(batch.log(batch.run()))
        .content()
        .contains("\nthe history speaks\n", " the history ended with exit code 0\n");
  }

  @Test
  void asksForNoHistoryAfterAFailureOrWhenToldNotTo() {
    batch.behave("2").start();
    assertThat(batch.hasHistory()).isFalse();
    assertThat(batch.statusFile()).endsWith(",\"history\":\"\"}\n");
    assertThat(batch.behave("done").start("--no-history")).isEqualTo(new LauncherRun(0, "", ""));
    assertThat(batch.hasHistory()).isFalse();
    assertThat(batch.statusFile()).endsWith(",\"history\":\"off\"}\n");
  }

  @Test
  void handsARemoteRootOn() {
    assertThat(batch.start("--root", "hdfs://host:8020/runs/").exitCode()).isZero();
    assertThat(batch.historyArguments())
        .startsWith("history", "hdfs://host:8020/runs", "--last", "2", "--", "--master");
  }

  @Test
  void aHistoryThatFailsChangesNothingAboutTheRunAndWarnsMonitors() throws IOException {
    LauncherRun start = batch.history("2").start();
    Path run = batch.run();
    assertThat(start.exitCode()).isZero();
    assertThat(start.errors())
        .startsWith(
            "bitlattice-scheduled: Run %s is done, but 'bitlattice history file://%s' ended with 2; the run is kept until a later one ends with 0. The end of %s:\n"
                .formatted(run.getFileName(), batch.root.toRealPath(), batch.log(run).toRealPath()))
        .contains("\nthe history speaks\n");
    assertThat(batch.statusFile())
        .startsWith("{\"state\":\"done\",\"exit_code\":0,\"meaning\":\"done\",")
        .endsWith(",\"history\":\"failed\"}\n");
    assertThat(batch.root.resolve("latest").toRealPath()).isEqualTo(run.toRealPath());
    LauncherRun status = batch.status();
    assertThat(status.exitCode()).isEqualTo(1);
    assertThat(status.output())
        .startsWith(
            "bitlattice WARNING: run %s done, and not in the history; the last one that is done ended 0 h ago\n"
                .formatted(run.getFileName()));

    assertThat(batch.history("0").start()).isEqualTo(new LauncherRun(0, "", ""));
    assertThat(batch.status().exitCode()).isZero();
    assertThat(batch.record(run)).content().contains("history=done\n");
    assertThat(batch.runs()).hasSize(2);
  }

  @Test
  void noRunIsDeletedBeforeItIsInTheHistory() {
    batch.history("3").start("--keep", "1");
    Path first = batch.run();
    batch.start("--keep", "1");
    assertThat(batch.runs()).hasSize(2);
    assertThat(batch.log(batch.runs().get(1)))
        .content()
        .contains("/%s is not in the history and stays.\n".formatted(first.getFileName()));
    // A run that fails deletes old runs too, and asks for no history.
    batch.behave("2").start("--keep", "1");
    assertThat(batch.runs()).hasSize(3).contains(first);
    batch.behave("done").history("0").start("--keep", "1");
    assertThat(batch.runs()).hasSize(1).doesNotContain(first);
  }

  @Test
  void withoutAHistoryRunsAreDeletedAsTheyAre() {
    batch.history("3").start("--keep", "1");
    batch.start("--keep", "1", "--no-history");
    assertThat(batch.runs()).hasSize(1);
  }

  @Test
  void aMarkThatWasTakenAwayDoesNotComeBackWithTheHistory() throws IOException {
    batch.history("3").start("--keep", "1");
    Path kept = batch.run();
    Files.delete(kept.resolve("scheduled-run"));
    batch.history("0");
    batch.start("--keep", "1");
    batch.start("--keep", "1");
    assertThat(batch.runs()).hasSize(2).contains(kept);
    assertThat(kept.resolve("scheduled-run")).doesNotExist();
  }

  @Test
  void aRunOfAnOlderScriptStaysUntilItIsInTheHistory() {
    batch.start("--no-history");
    Path old = batch.run();
    String record = ScheduledBatch.read(batch.record(old));
    ScheduledBatch.write(batch.record(old), record.replace("history=off\n", ""));
    batch.behave("2").start("--keep", "1");
    batch.behave("done").history("2").start("--keep", "1");
    assertThat(batch.runs()).hasSize(2).contains(old);
    batch.history("0").start("--keep", "1");
    assertThat(batch.runs()).hasSize(1).doesNotContain(old);
  }

  @Test
  void stoppingEndsTheHistoryAndKeepsTheRun() throws Exception {
    Process script = batch.history("hang").process("--keep", "1");
    batch.hangingHistory();
    assertThat(batch.status().output())
        .startsWith("bitlattice OK: run %s done; ".formatted(batch.run().getFileName()));
    script.destroy();
    assertThat(script.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(script.exitValue()).isZero();
    assertThat(batch.statusFile())
        .startsWith("{\"state\":\"done\",\"exit_code\":0,")
        .endsWith(",\"history\":\"failed\"}\n");
    assertThat(batch.log(batch.run()))
        .content()
        .contains(" the history ended with exit code 143\n");
  }

  @Test
  void theHistoryOfAKilledScriptIsMadeUpForByTheNext() throws Exception {
    Process script = batch.history("hang").process();
    ProcessHandle history = batch.hangingHistory();
    script.destroyForcibly().waitFor();
    assertThat(batch.start().exitCode()).isEqualTo(75);
    history.destroyForcibly();
    ScheduledBatch.await("the history is gone", () -> !history.isAlive());
    Path run = batch.run();
    assertThat(batch.record(run)).content().contains("state=done\n", "history=pending\n");
    ScheduledBatch.await("the lock is free", () -> batch.status().exitCode() == 1);
    assertThat(batch.status().output()).contains(" done, and not in the history; ");
    assertThat(batch.history("0").start()).isEqualTo(new LauncherRun(0, "", ""));
    assertThat(batch.record(run)).content().contains("history=done\n");
    assertThat(batch.launches()).isEqualTo(2);
  }

  /** The launcher that stands in copies a real experiment; the history is the distribution's. */
  @Test
  void theRealHistoryOutlivesTheRuns() throws IOException {
    ScheduledBatch.write(
        batch.launcherScript(),
        """
        #!/usr/bin/env bash
        set -euo pipefail
        [ "$1" != history ] || exec '%s' "$@"
        for argument in "$@"; do
          case $argument in output=file://*) output=${argument#output=file://} ;; esac
        done
        cp -R '%s/.' "$output"
        """
            .formatted(Distribution.LAUNCHER, SmallExperiment.undisturbed()));
    for (int i = 0; i < 2; i++) {
      LauncherRun start = batch.start("--keep", "1");
      assertThat(start).isEqualTo(new LauncherRun(0, "", ""));
    }
    String kept = batch.run().getFileName().toString();
    LauncherRun history =
        LauncherRun.launcher().run("history", batch.root.toString(), "--", "--master", "local[1]");
    assertThat(history.exitCode()).as(history.errors()).isZero();
    List<String> runs = history.lines().stream().filter(line -> line.startsWith("20")).toList();
    assertThat(runs.get(0)).contains("  gone  ").doesNotContain(kept);
    assertThat(runs.get(1)).startsWith(kept).contains("  there  ");
    assertThat(batch.log(batch.run()))
        .content()
        .contains("1 run added to file:%s/history".formatted(batch.root.toRealPath()))
        .contains("History of file:%s: 2 finished runs".formatted(batch.root.toRealPath()))
        .contains("\nSystem admm-2, weights: tuned\n");
  }
}
