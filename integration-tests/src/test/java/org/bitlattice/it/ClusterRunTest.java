package org.bitlattice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs on a standalone cluster of real processes with two executors: equal tables to those of local
 * mode, whatever happens to executors and workers on the way.
 */
class ClusterRunTest {
  private static StandaloneCluster cluster;

  @TempDir private Path scratch;

  @BeforeAll
  static void start() {
    cluster = StandaloneCluster.start("runs", 2, 1);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private RunningLauncher start(Object data, Object output, Path properties) {
    return LauncherRun.launcher()
        .in(scratch)
        .with("SPARK_LOCAL_IP", "127.0.0.1")
        .start(SmallExperiment.arguments(data, output, "--properties-file", properties.toString()));
  }

  /**
   * Every path is on HDFS, tasks run twice at the same time, and the driver is killed on the way.
   */
  @Test
  @Tag("long")
  void onHdfsWithSpeculationAndAKilledDriverTheTablesAreThoseOfLocalMode() throws IOException {
    TestHdfs hdfs = TestHdfs.shared();
    String data = hdfs.copy(SmallExperiment.data(), "/sample");
    Path events = Files.createDirectory(scratch.resolve("events"));
    Path properties =
        cluster.properties(
            "spark.speculation true",
            "spark.speculation.interval 10ms",
            "spark.speculation.multiplier 1.01",
            "spark.speculation.quantile 0.1",
            "spark.speculation.minTaskRuntime 1ms",
            "spark.speculation.efficiency.enabled false",
            "spark.eventLog.enabled true",
            "spark.eventLog.dir " + events.toUri());

    LauncherRun killed = start(data, hdfs.at("/run"), properties).await("  round 2/").kill();
    assertThat(killed.exitCode()).isNotZero();
    assertThat(hdfs.exists("/run/corpus/stage.json")).isTrue();
    assertThat(hdfs.exists("/run/baseline/stage.json")).isFalse();
    assertThat(hdfs.exists("/run/run.lock")).isTrue();

    LauncherRun run = start(data, hdfs.at("/run"), properties).end();
    assertThat(run.exitCode()).as(run.errors()).isZero();
    assertThat(run.errors())
        .contains("the last run in this folder was killed")
        .contains("prepare                      complete, skipped", "  continues after round ");
    assertThat(hdfs.exists("/run/run.lock")).isFalse();
    SmallExperiment.assertSameResults(hdfs.at("/run"));

    String log = texts(events);
    assertThat(log.contains("\"Speculative\":true")).as("a task ran twice").isTrue();
    assertThat(hdfs.contents("/run")).noneMatch(text -> text.contains(StandaloneCluster.SECRET));
    assertThat((log + killed.errors() + run.errors() + run.output()))
        .as("everything that was said")
        .doesNotContain(StandaloneCluster.SECRET);
  }

  private static String texts(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      StringBuilder all = new StringBuilder();
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.append(Files.readString(file));
      }
      return all.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  @Tag("long")
  void executorsAndAWorkerMayBeKilledInEveryStage() throws IOException {
    // Relative paths begin where the driver runs, not in the executors' folders.
    Files.createSymbolicLink(scratch.resolve("data"), SmallExperiment.data());
    Random random = new Random(20261124);
    RunningLauncher run = start("data", scratch.resolve("output"), cluster.properties());
    for (String message :
        List.of(
            SmallExperiment.TRAINING,
            "  round 2/",
            SmallExperiment.PROBES,
            "  ADMM round 1/",
            SmallExperiment.RESCORING)) {
      run.await(message);
      cluster.killExecutor(random);
    }
    cluster.killWorker(0);
    cluster.startWorker();
    LauncherRun end = run.end();
    assertThat(end.exitCode()).as(end.errors()).isZero();
    SmallExperiment.assertSameResults(scratch.resolve("output"));
  }
}
