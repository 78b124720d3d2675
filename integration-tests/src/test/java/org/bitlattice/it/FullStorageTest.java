package org.bitlattice.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Storage that is full or must not be written: one sentence, and nothing lost when it is mended.
 */
class FullStorageTest {
  private static final String KEPT =
      "; what is done so far is kept, and the same command goes on from there";

  @TempDir private Path scratch;

  @Test
  @Tag("long")
  void aFullHdfsIsToldAndTheRunContinuesWhenThereIsRoomAgain() {
    TestHdfs hdfs = TestHdfs.shared();
    hdfs.createFolder("/full");
    hdfs.limit("/full", 1_200_000);
    try (FaultTrial trial = new FaultTrial("local mode, HDFS")) {
      LauncherRun full = LauncherRun.launcher().run(inSmallBlocks(hdfs.at("/full/run")));
      trial.made(Fault.STORAGE_FULL, "after the first stages");
      assertThat(full.exitCode()).as(full.errors()).isEqualTo(2);
      assertThat(full.errors()).contains(SmallExperiment.TRAINING);
      assertThat(lastSentence(full.errors()))
          .startsWith("bitlattice: no room to write: ")
          .contains("The DiskSpace quota of /full is exceeded")
          .endsWith(KEPT);
      hdfs.limit("/full", -1);
      LauncherRun again = LauncherRun.launcher().run(inSmallBlocks(hdfs.at("/full/run")));
      assertThat(again.errors()).contains("prepare                      complete, skipped");
      trial.assertSurvived(again, hdfs.at("/full/run"));
    }
  }

  /**
   * HDFS reserves whole blocks for a file that is being written, on every DataNode that it uses.
   */
  private static String[] inSmallBlocks(String output) {
    return SmallExperiment.arguments(
        SmallExperiment.data(),
        output,
        "--master",
        "local[2]",
        "--conf",
        "spark.hadoop.dfs.blocksize=65536",
        "--conf",
        "spark.hadoop.parquet.block.size=65536",
        "--conf",
        "spark.hadoop.dfs.replication=2");
  }

  @Test
  @Tag("long")
  void aFullDiskIsToldAndTheRunContinuesWhenThereIsRoomAgain() throws IOException {
    try (FaultTrial trial = new FaultTrial("local mode")) {
      // The disk exists only for the commands of this script: its first run meets the end of the
      // disk.
      LauncherRun run =
          onOwnDisk(
              """
              mount -t tmpfs -o size=300k small "$DISK" || exit 99
              "$@"
              echo "first run: $?" >&2
              mount -o remount,size=200m "$DISK" || exit 99
              "$@" || exit
              cp -R "$DISK/run" "$DISK.copy"
              """);
      trial.made(Fault.STORAGE_FULL, "after the first stages");
      assertThat(run.errors())
          .contains("bitlattice: no room to write: ", "No space left on device", "first run: 2\n");
      trial.assertSurvived(run, scratch.resolve("disk.copy"));
    }
  }

  @Test
  @Tag("long")
  void aDiskThatBecomesReadOnlyIsToldAndTheRunContinuesWhenItCanBeWritten() throws IOException {
    try (FaultTrial trial = new FaultTrial("local mode")) {
      LauncherRun run =
          onOwnDisk(
              """
              mount -t tmpfs -o size=200m small "$DISK" || exit 99
              "$@" 2>"$DISK.errors" &
              until grep -q '  round 1/' "$DISK.errors"; do sleep 0.05; done
              # Refused while a file is being written.
              until mount -o remount,ro "$DISK" 2>/dev/null; do :; done
              wait $!
              echo "first run: $?" >>"$DISK.errors"
              cat "$DISK.errors" >&2
              "$@"
              echo "second run: $?" >&2
              mount -o remount,rw "$DISK" || exit 99
              "$@" || exit
              cp -R "$DISK/run" "$DISK.copy"
              """);
      trial.made(Fault.READ_ONLY, "from the middle of training on");
      assertThat(run.errors()).contains("first run: 2\n", "second run: 2\n");
      String first = run.errors().substring(0, run.errors().indexOf("first run: "));
      assertThat(lastSentence(first))
          .startsWith("bitlattice: no room to write: ")
          .contains("Read-only file system")
          .endsWith(KEPT);
      String second =
          run.errors()
              .substring(run.errors().indexOf("first run: "), run.errors().indexOf("second run: "));
      assertThat(lastSentence(second)).contains("Read-only file system");
      assertThat(second).doesNotContain(" starts");
      trial.assertSurvived(run, scratch.resolve("disk.copy"));
    }
  }

  /**
   * Runs a script that may mount a disk of its own at {@code $DISK}; its arguments are the command
   * of a run with the output {@code $DISK/run}.
   */
  private LauncherRun onOwnDisk(String commands) throws IOException {
    assumeTrue(canMount(), "no file system can be mounted here (unshare and mount are refused)");
    Path disk = Files.createDirectory(scratch.resolve("disk"));
    Path script = scratch.resolve("on-own-disk");
    Files.writeString(script, "#!/bin/sh\n" + commands);
    List<String> arguments = new ArrayList<>(List.of("-Urm", "sh", script.toString()));
    arguments.add(Distribution.LAUNCHER.toString());
    arguments.addAll(List.of(SmallExperiment.local(disk.resolve("run"))));
    return LauncherRun.script(Path.of("unshare"))
        .with("DISK", disk)
        .run(arguments.toArray(String[]::new));
  }

  private boolean canMount() {
    try {
      LauncherRun run =
          LauncherRun.script(Path.of("unshare"))
              .run("-Urm", "mount", "-t", "tmpfs", "x", scratch.toString());
      return run.exitCode() == 0;
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  @Test
  void aFolderOfSomebodyElseIsRefused() {
    TestHdfs hdfs = TestHdfs.shared();
    hdfs.createFolder("/private");
    try (FaultTrial trial = new FaultTrial("local mode, HDFS")) {
      LauncherRun run =
          SmallExperiment.launcher()
              .with("HADOOP_USER_NAME", "guest")
              .run(SmallExperiment.local(hdfs.at("/private/run")));
      trial.made(Fault.READ_ONLY, "from the start, a folder of somebody else");
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(lastSentence(run.errors()))
          .startsWith("bitlattice: cannot create the folder " + hdfs.at("/private/run") + ": ")
          .contains("Permission denied: user=guest, access=WRITE");
      assertThat(run.errors()).doesNotContain(" starts");
      trial.survived();
    }
  }

  @Test
  void aFileSystemThatTakesNoFilesIsRefused() {
    try (FaultTrial trial = new FaultTrial("local mode")) {
      LauncherRun run = SmallExperiment.launcher().run(SmallExperiment.local("/proc/run"));
      trial.made(Fault.READ_ONLY, "from the start, a file system that takes no files");
      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(lastSentence(run.errors()))
          .startsWith("bitlattice: cannot create the folder file:/proc/run");
      assertThat(run.errors()).doesNotContain(" starts");
      trial.survived();
    }
  }

  private static String lastSentence(String errors) {
    List<String> said = errors.lines().filter(line -> line.startsWith("bitlattice: ")).toList();
    assertThat(said).as(errors).hasSize(1);
    return said.get(0);
  }
}
