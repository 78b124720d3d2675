package org.bitlattice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Old runs go with their logs and records; nothing else ever does. */
class ScheduleRetentionTest {
  @TempDir private Path scratch;
  private ScheduledBatch batch;

  @BeforeEach
  void makeBatch() {
    batch = new ScheduledBatch(scratch);
  }

  @Test
  void keepsTheNewestRunsWithTheirLogsAndRecords() {
    for (int i = 0; i < 3; i++) {
      assertThat(batch.start()).isEqualTo(new LauncherRun(0, "", ""));
    }
    List<Path> runs = batch.runs();
    assertThat(runs).hasSize(3);
    assertThat(batch.start("--keep", "2")).isEqualTo(new LauncherRun(0, "", ""));
    assertThat(batch.runs()).hasSize(2).startsWith(runs.get(2));
    List<String> names = batch.runs().stream().map(run -> run.getFileName().toString()).toList();
    assertThat(ScheduledBatch.list(batch.state.resolve("runs"))).isEqualTo(names);
    assertThat(ScheduledBatch.list(batch.state.resolve("logs")))
        .isEqualTo(names.stream().map(name -> name + ".log").toList());
  }

  @Test
  void failuresNeverPushOutAResult() {
    batch.start();
    Path done = batch.run();
    for (int i = 0; i < 4; i++) {
      batch.behave("2").start("--keep", "1", "--fresh");
    }
    // The result, one run that was given up, and the one that may be continued.
    assertThat(batch.runs()).hasSize(3).startsWith(done);
    batch.behave("done").start("--keep", "1");
    assertThat(batch.runs()).hasSize(2).doesNotContain(done);
  }

  @Test
  void neverTouchesWhatIsNotARunOfThisSchedule() throws IOException {
    Path foreign = batch.root.resolve("2020-01-01T000000Z");
    ScheduledBatch.write(foreign.resolve("experiment.conf"), "");
    ScheduledBatch.write(batch.root.resolve("thesis/experiment.conf"), "");
    for (int i = 0; i < 5; i++) {
      batch.start();
    }
    List<Path> runs = batch.runs();
    Path unmarked = runs.get(1);
    Files.delete(unmarked.resolve("scheduled-run"));
    Path withoutExperiment = runs.get(2);
    Files.delete(withoutExperiment.resolve("experiment.conf"));
    Path markOfAnother = runs.get(3);
    Files.copy(
        runs.get(4).resolve("scheduled-run"),
        markOfAnother.resolve("scheduled-run"),
        StandardCopyOption.REPLACE_EXISTING);
    Path linked = runs.get(4);
    Path elsewhere = scratch.resolve("elsewhere");
    Files.move(linked, elsewhere);
    Files.createSymbolicLink(linked, elsewhere);

    assertThat(batch.start("--keep", "1").exitCode()).isZero();
    assertThat(runs).startsWith(foreign).hasSize(6);
    assertThat(batch.runs()).hasSize(6).containsAll(runs.subList(0, 5)).doesNotContain(runs.get(5));
    assertThat(elsewhere.resolve("experiment.conf")).exists();
    assertThat(batch.root.resolve("thesis/experiment.conf")).exists();
    Path newest = batch.runs().get(batch.runs().size() - 1);
    assertThat(batch.log(newest))
        .content()
        .contains(
            "%s has not the marks of run "
                .formatted(batch.root.toRealPath().resolve(unmarked.getFileName())));
  }

  @Test
  void leavesTheRunsOfAnotherRootAlone() {
    batch.start();
    batch.start();
    assertThat(batch.start("--keep", "1", "--root", scratch.resolve("new").toString()).exitCode())
        .isZero();
    assertThat(batch.runs()).hasSize(2);
  }

  @Test
  void goesOnWithADeletionThatWasCutOff() throws IOException {
    batch.start();
    Path old = batch.run();
    Path trash = batch.root.resolve("." + old.getFileName() + ".deleted");
    Files.move(old, trash);
    Files.delete(trash.resolve("scheduled-run"));
    assertThat(batch.start("--keep", "1").exitCode()).isZero();
    assertThat(trash).doesNotExist();
    assertThat(batch.record(old)).doesNotExist();
    assertThat(batch.log(old)).doesNotExist();
  }

  @Test
  void doesNotReplaceAFolderNamedLatest() {
    ScheduledBatch.write(batch.root.resolve("latest/mine"), "");
    assertThat(batch.start().exitCode()).isZero();
    assertThat(batch.root.resolve("latest/mine")).exists();
    assertThat(ScheduledBatch.list(batch.root.resolve("latest"))).containsExactly("mine");
  }
}
