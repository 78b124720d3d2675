package org.bitlattice.jobs.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.bitlattice.jobs.job.LockFile.Owner;
import org.bitlattice.jobs.job.OutputLock.Timing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two runs never work in one folder, and a dead one does not stand in the way. */
class OutputLockTest {
  private static final Timing QUICK = new Timing(20, 600);
  private static final Owner HERE = Owner.thisProcess();

  /** A number that no process has: Linux stops at 2²². */
  private static final long NO_PROCESS = 99_999_999;

  private static final Path FULL = Path.of("/dev/full");

  @TempDir private Path folder;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final Progress progress = Progress.on(new PrintStream(said, true));

  private HadoopFolder output() {
    return HadoopFolder.at(folder.toString(), new Configuration());
  }

  private Path file() {
    return folder.resolve("run.lock");
  }

  private OutputLock take(Owner owner) {
    return OutputLock.take(output(), progress, owner, QUICK);
  }

  private static Owner another(String host, long process) {
    return new Owner("another-run", host, HERE.processes(), process, HERE.birth(), HERE.started());
  }

  private void leave(Owner owner) throws IOException {
    Files.writeString(file(), owner.written() + " beat 3\n");
  }

  @Test
  void isWrittenWhenTakenAndGoneWhenGivenBack() throws IOException {
    try (OutputLock lock = take(HERE)) {
      assertThat(Files.readString(file())).startsWith(HERE.written());
      lock.requireHeld();
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aSecondRunIsRefusedAtOnceWhileTheFirstProcessLives() throws IOException {
    try (OutputLock lock = take(HERE)) {
      assertThatThrownBy(() -> take(Owner.thisProcess()))
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith(
              "another run works in file:%s: process %d on %s, started "
                  .formatted(folder, HERE.process(), HERE.host()))
          .hasMessageEndingWith(
              " (its lock is file:%s); wait for its end or choose another output"
                  .formatted(file()));
      lock.requireHeld();
    }
  }

  @Test
  void waitsForTheFirstToGiveTheFolderBackWhenToldTo() throws Exception {
    OutputLock first = take(HERE);
    Thread end =
        new Thread(
            () -> {
              try {
                Thread.sleep(500);
                first.close();
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    end.start();
    try (OutputLock second = OutputLock.takeWithin(output(), progress, Duration.ofMinutes(1))) {
      second.requireHeld();
      assertThatThrownBy(() -> OutputLock.takeWithin(output(), progress, Duration.ofMillis(100)))
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith(
              "waited 0.1 s in vain: another run works in file:%s: process %d on %s, started "
                  .formatted(folder, HERE.process(), HERE.host()));
    }
    end.join();
  }

  /** A file system on which nothing can be deleted, as on a disk that became read-only. */
  private static final class Undeletable extends RawLocalFileSystem {
    @Override
    public String getScheme() {
      return "undeletable";
    }

    @Override
    public boolean delete(org.apache.hadoop.fs.Path path, boolean recursive) {
      return false;
    }
  }

  @Test
  void aLockThatCannotBeDeletedIsToldAndNotTriedForEver() throws IOException {
    leave(another(HERE.host(), NO_PROCESS));
    try (Undeletable files = new Undeletable()) {
      files.initialize(folder.toUri(), new Configuration());
      HadoopFolder stuck =
          new HadoopFolder(files, new org.apache.hadoop.fs.Path(folder.toString()));
      assertThatThrownBy(() -> OutputLock.take(stuck, progress, HERE, QUICK))
          .isInstanceOf(UserError.class)
          .hasMessage(
              "cannot lock %s: cannot delete %s: the file system refuses it"
                  .formatted(stuck, stuck.location("run.lock")));
    }
  }

  @Test
  void theLockOfAProcessThatIsGoneIsTakenOverAtOnce() throws IOException {
    leave(another(HERE.host(), NO_PROCESS));
    take(HERE).close();
    assertThat(said.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "the last run in this folder was killed (process 99999999); its lock is taken over"
                + System.lineSeparator());
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void theNumberOfAProcessThatStartedLaterIsNotItsOwner() throws IOException {
    leave(
        new Owner(
            "x",
            HERE.host(),
            HERE.processes(),
            HERE.process(),
            HERE.birth() - 500,
            HERE.started()));
    take(HERE).close();
    assertThat(said.toString(StandardCharsets.UTF_8)).contains("was killed");
  }

  @Test
  void aClockThatWasSetDoesNotMakeALiveOwnerDead() throws IOException {
    leave(
        new Owner(
            "x", HERE.host(), HERE.processes(), HERE.process(), HERE.birth(), HERE.started() / 2));
    assertThatThrownBy(() -> take(HERE)).hasMessageStartingWith("another run works in ");
  }

  @Test
  void goesOnBeatingAfterBeatsThatFoundNoRoom() throws Exception {
    assumeTrue(Files.exists(FULL), "no device that is always full");
    try (OutputLock lock = OutputLock.take(output(), progress, HERE, new Timing(20, 600))) {
      replaceBy(Files.createSymbolicLink(folder.resolve("link"), FULL));
      while (lock.missed() < 2) {
        Thread.sleep(5);
      }
      lock.requireHeld();
      String left = HERE.written() + " beat 0\n";
      replaceBy(Files.writeString(folder.resolve("file"), left));
      while (Files.readString(file()).equals(left)) {
        Thread.sleep(5);
      }
      lock.requireHeld();
    }
  }

  private void replaceBy(Path other) throws IOException {
    Files.move(other, file(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void aLockOfAnotherHostIsTakenOverWhenItDoesNotChange() throws IOException {
    leave(another("elsewhere", HERE.process()));
    long start = System.nanoTime();
    take(HERE).close();
    assertThat((System.nanoTime() - start) / 1e6).isGreaterThan(600);
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains(
            "run.lock is left by process %d on elsewhere".formatted(HERE.process()),
            "looking for up to 0.6 s whether that run lives",
            "that run is dead; its lock is taken over");
  }

  @Test
  void aLockThatIsCutOffIsTakenOverWhenItDoesNotChange() throws IOException {
    Files.writeString(file(), "run half");
    take(HERE).close();
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("is left by a run that did not finish writing it");
  }

  @Test
  void aLockOfAnotherHostThatBeatsIsRespected() throws Exception {
    Owner elsewhere = another("elsewhere", HERE.process());
    try (OutputLock lock = take(elsewhere)) {
      assertThatThrownBy(() -> take(HERE))
          .isInstanceOf(UserError.class)
          .hasMessageContaining("another run works in")
          .hasMessageContaining("on elsewhere");
      lock.requireHeld();
    }
  }

  @Test
  void anOwnerWhoseLockWasTakenStopsAndLeavesTheLockAlone() throws Exception {
    OutputLock lock = take(HERE);
    Owner thief = another("elsewhere", 1);
    Files.delete(file());
    try (OutputLock stolen = take(thief)) {
      // The beat interrupts whatever this thread does.
      assertThatThrownBy(() -> Thread.sleep(10_000)).isInstanceOf(InterruptedException.class);
      assertThat(lock.isLost()).isTrue();
      assertThatThrownBy(lock::requireHeld)
          .isInstanceOf(UserError.class)
          .hasMessage(
              "file:%s is not this run's any more: another run took the folder over while this one was suspended, or the file was deleted; this run stops"
                  .formatted(file()));
      lock.close();
      stolen.requireHeld();
    }
  }

  @Test
  void ofManyRunsThatStartAtOnceOneGetsTheFolder() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    List<Callable<Boolean>> runs = new ArrayList<>();
    List<OutputLock> held = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      runs.add(
          () -> {
            try {
              OutputLock lock = take(Owner.thisProcess());
              synchronized (held) {
                held.add(lock);
              }
              return true;
            } catch (UserError e) {
              return false;
            }
          });
    }
    int taken = 0;
    for (Future<Boolean> run : threads.invokeAll(runs)) {
      taken += run.get() ? 1 : 0;
    }
    threads.shutdown();
    assertThat(taken).isEqualTo(1);
    held.get(0).requireHeld();
    held.get(0).close();
  }

  @Test
  void staysHeldWhileItBeatsQuickly() throws Exception {
    try (OutputLock lock = OutputLock.take(output(), progress, HERE, new Timing(1, 600))) {
      for (int i = 0; i < 300; i++) {
        lock.requireHeld();
        Thread.sleep(1);
      }
    }
  }

  @Test
  void isStillHeldWhenABeatFoundNoRoomForItsLine() throws IOException {
    try (OutputLock lock = OutputLock.take(output(), progress, HERE, new Timing(60_000, 600))) {
      Files.writeString(file(), "");
      lock.requireHeld();
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aFolderThatCannotBeWrittenIsToldInOneSentence() {
    HadoopFolder absent = HadoopFolder.at(folder.resolve("none").toString(), new Configuration());
    assertThatThrownBy(() -> OutputLock.take(absent, progress))
        .isInstanceOf(UserError.class)
        .hasMessage("cannot lock file:%1$s: %1$s/run.lock".formatted(folder.resolve("none")));
  }
}
