package org.bitlattice.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
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
  @TempDir private Path scratch;

  @Test
  @Tag("long")
  void aFullHdfsIsToldAndTheRunContinuesWhenThereIsRoomAgain() {
    TestHdfs hdfs = TestHdfs.shared();
    hdfs.createFolder("/full");
    hdfs.limit("/full", 2_500_000);
    LauncherRun full = LauncherRun.launcher().run(inSmallBlocks(hdfs.at("/full/run")));
    assertThat(full.exitCode()).as(full.errors()).isEqualTo(2);
    assertThat(full.errors()).contains(SmallExperiment.TRAINING);
    assertThat(lastSentence(full))
        .startsWith("bitlattice: no room to write: ")
        .contains("The DiskSpace quota of /full is exceeded")
        .endsWith("; what is done so far is kept, and the same command goes on from there");
    hdfs.limit("/full", -1);
    LauncherRun again = LauncherRun.launcher().run(inSmallBlocks(hdfs.at("/full/run")));
    assertThat(again.exitCode()).as(again.errors()).isZero();
    assertThat(again.errors()).contains("prepare                      complete, skipped");
    SmallExperiment.assertSameResults(hdfs.at("/full/run"));
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
    assumeTrue(canMount(), "no file system can be mounted here (unshare and mount are refused)");
    Path output = Files.createDirectory(scratch.resolve("disk"));
    List<String> words = new ArrayList<>(List.of(Distribution.LAUNCHER.toString()));
    words.addAll(List.of(SmallExperiment.local(output.resolve("run"))));
    // The disk exists only for the commands of this script: its first run meets the end of the
    // disk.
    Path script = scratch.resolve("on-a-small-disk");
    Files.writeString(
        script,
        """
        #!/bin/sh
        mount -t tmpfs -o size=700k small "$1" || exit 99
        shift
        "$@"
        echo "first run: $?" >&2
        mount -o remount,size=200m "$DISK" || exit 99
        "$@" || exit
        cp -R "$DISK/run" "$DISK.copy"
        """);
    List<String> arguments = new ArrayList<>(List.of("-Urm", "sh", script.toString(), "" + output));
    arguments.addAll(words);
    LauncherRun run =
        LauncherRun.script(Path.of("unshare"))
            .with("DISK", output)
            .run(arguments.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.errors()).isZero();
    assertThat(run.errors())
        .contains("bitlattice: no room to write: ", "No space left on device", "first run: 2\n");
    SmallExperiment.assertSameResults(scratch.resolve("disk.copy"));
  }

  private boolean canMount() {
    LauncherRun run;
    try {
      run =
          LauncherRun.script(Path.of("unshare"))
              .run("-Urm", "mount", "-t", "tmpfs", "x", scratch.toString());
    } catch (java.io.UncheckedIOException e) {
      return false;
    }
    return run.exitCode() == 0;
  }

  @Test
  void aFolderOfSomebodyElseIsRefused() {
    TestHdfs hdfs = TestHdfs.shared();
    hdfs.createFolder("/private");
    LauncherRun run =
        LauncherRun.launcher()
            .with("HADOOP_USER_NAME", "guest")
            .run(SmallExperiment.local(hdfs.at("/private/run")));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(lastSentence(run))
        .startsWith("bitlattice: cannot create the folder " + hdfs.at("/private/run") + ": ")
        .contains("Permission denied: user=guest, access=WRITE");
    assertThat(run.errors()).doesNotContain(" starts");
  }

  @Test
  void aFileSystemThatTakesNoFilesIsRefused() {
    LauncherRun run = LauncherRun.launcher().run(SmallExperiment.local("/proc/run"));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(lastSentence(run)).startsWith("bitlattice: cannot create the folder file:/proc/run");
    assertThat(run.errors()).doesNotContain(" starts");
  }

  private static String lastSentence(LauncherRun run) {
    List<String> said =
        run.errors().lines().filter(line -> line.startsWith("bitlattice: ")).toList();
    assertThat(said).as(run.errors()).hasSize(1);
    return said.get(0);
  }
}
