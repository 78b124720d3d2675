package org.bitlattice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two starts of one schedule never overlap, with flock and without. */
class ScheduleLockTest {
  private enum Lock {
    FLOCK,
    FOLDER
  }

  @TempDir private Path scratch;
  private ScheduledBatch batch;

  @BeforeEach
  void makeBatch() {
    batch = new ScheduledBatch(scratch);
  }

  @ParameterizedTest
  @EnumSource
  void refusesASecondStartAtOnceAndLeavesTheFirstAlone(Lock lock) throws Exception {
    use(lock);
    batch.behave("hang");
    Process first = batch.startAndLeave();
    String status = batch.statusFile();
    assertThat(batch.start())
        .isEqualTo(
            new LauncherRun(
                75,
                "",
                "bitlattice-scheduled: The former run of %s is still going on.\n"
                    .formatted(batch.state.toRealPath())));
    assertThat(batch.statusFile()).isEqualTo(status);
    assertThat(batch.runs()).hasSize(1);
    assertThat(batch.status().exitCode()).isZero();
    first.destroy();
    assertThat(first.waitFor(60, TimeUnit.SECONDS)).isTrue();
    batch.behave("done");
    assertThat(batch.start().exitCode()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void givesTheLockBackAfterKillButNotWhileTheRunLives(Lock lock) {
    use(lock);
    batch.behave("hang");
    Process first = batch.startAndLeave();
    first.destroyForcibly();
    ScheduledBatch.await("the script is gone", () -> !first.isAlive());
    assertThat(batch.start().exitCode()).isEqualTo(75);
    batch.killLauncher();
    LauncherRun status = batch.status();
    assertThat(status.exitCode()).isEqualTo(1);
    assertThat(status.output()).contains(" killed; ", "\"state\":\"killed\"");
    batch.behave("done");
    assertThat(batch.start().exitCode()).isZero();
    assertThat(batch.launches()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource
  void letsOneOfManyStartsRun(Lock lock) throws Exception {
    use(lock);
    leaveTheLockOfAKilledStart();
    batch.behave("hang");
    List<Process> starts = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      starts.add(batch.process());
    }
    ScheduledBatch.await(
        "five starts end", () -> starts.stream().filter(Process::isAlive).count() == 1);
    ScheduledBatch.await("one start runs", () -> batch.launches() == 2);
    for (Process start : starts) {
      if (!start.isAlive()) {
        assertThat(start.exitValue()).isEqualTo(75);
      } else {
        start.destroy();
      }
    }
    for (Process start : starts) {
      assertThat(start.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void doesNotTakeAnotherProgramOfTheSameNumberForTheOwner() throws IOException {
    use(Lock.FOLDER);
    Process other = new ProcessBuilder("sleep", "600").start();
    try {
      ScheduledBatch.write(batch.state.resolve("locks/held"), other.pid() + "\n");
      assertThat(batch.start().exitCode()).isZero();
      assertThat(batch.state.resolve("locks")).isEmptyDirectory();
    } finally {
      other.destroyForcibly();
    }
  }

  @Test
  void keepsToTheLockThatTheStateFolderWasBegunWith() {
    use(Lock.FLOCK);
    assertThat(batch.start().exitCode()).isZero();
    use(Lock.FOLDER);
    LauncherRun refused = batch.start();
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.errors()).endsWith(" is locked by flock, which is not on the PATH now.\n");
  }

  private void leaveTheLockOfAKilledStart() {
    batch.behave("hang");
    batch.startAndLeave().destroyForcibly();
    batch.killLauncher();
  }

  /** The PATH of this process; for the folder a copy of it in links, without flock. */
  private void use(Lock lock) {
    String path = System.getenv("PATH");
    List<Path> folders = pathFolders(path);
    if (lock == Lock.FLOCK) {
      Assumptions.assumeTrue(
          folders.stream().anyMatch(folder -> Files.isExecutable(folder.resolve("flock"))),
          "there is no flock here");
      batch.with("PATH", path);
      return;
    }
    Path links = scratch.resolve("programs");
    try {
      Files.createDirectories(links);
      for (Path folder : folders) {
        for (String name : ScheduledBatch.list(folder.toRealPath())) {
          if (!name.equals("flock") && !Files.exists(links.resolve(name))) {
            Files.createSymbolicLink(links.resolve(name), folder.resolve(name));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    batch.with("PATH", links);
  }

  private static List<Path> pathFolders(String path) {
    return Arrays.stream(path.split(File.pathSeparator))
        .map(Path::of)
        .filter(Files::isDirectory)
        .toList();
  }
}
