package org.bitlattice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs on a standalone cluster of real processes with two executors: equal tables to those of local
 * mode, whatever happens to executors and workers on the way.
 */
class ClusterRunTest {
  private static final String WHERE = "standalone, 2 executors";

  /** Keys of storage, none of which is asked for; the cluster's own secret is another one. */
  private static final Map<String, String> STORAGE_SECRETS =
      Map.of(
          "spark.hadoop.fs.s3a.secret.key",
          "hush-1-7f3a",
          "spark.hadoop.fs.s3a.access.key",
          "hush-2-7f3a",
          "spark.hadoop.fs.azure.account.key.me.blob.core.windows.net",
          "hush-3-7f3a",
          "spark.hadoop.fs.gs.auth.service.account.private.key",
          "hush-4-7f3a");

  private static StandaloneCluster cluster;

  @TempDir private Path scratch;
  private Path events;

  @BeforeAll
  static void start() {
    cluster = StandaloneCluster.start("runs", 2, 1);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @BeforeEach
  void makeFolders() throws IOException {
    // Relative paths begin where the driver runs, not in the executors' folders.
    Files.createSymbolicLink(scratch.resolve("data"), SmallExperiment.data());
    events = Files.createDirectory(scratch.resolve("events"));
  }

  private RunningLauncher start(LauncherRun.Builder launcher, Object output, String... more) {
    return start(launcher, "data", output, more);
  }

  private RunningLauncher start(
      LauncherRun.Builder launcher, String data, Object output, String... more) {
    StringBuilder properties = new StringBuilder(String.join("\n", more));
    properties.append("\nspark.eventLog.enabled true\nspark.eventLog.dir ").append(events.toUri());
    STORAGE_SECRETS.forEach(
        (key, secret) -> properties.append('\n').append(key).append(' ').append(secret));
    return launcher
        .in(scratch)
        .with("SPARK_LOCAL_IP", "127.0.0.1")
        .start(
            SmallExperiment.arguments(
                data,
                output,
                "--properties-file",
                cluster.properties(properties.toString()).toString()));
  }

  @Test
  void executorsMayBeKilledInTrainingAndInRescoring() {
    Path output = scratch.resolve("output");
    Random random = new Random(20261125);
    try (FaultTrial trial = new FaultTrial(WHERE)) {
      RunningLauncher run = start(SmallExperiment.launcher(), output);
      kill(run, "  round 2/", "in training", random, trial);
      kill(run, SmallExperiment.RESCORING, "in rescoring", random, trial);
      LauncherRun end = run.end();
      trial.assertSurvived(end, output);
      assertNoSecretIn(contents(output), end);
    }
  }

  /** Awaits a message of the run and kills an executor. */
  private static void kill(
      RunningLauncher run, String message, String when, Random random, FaultTrial trial) {
    run.await(message);
    cluster.killExecutor(random, run);
    trial.made(Fault.EXECUTOR_KILLED, when);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  @Tag("long")
  void executorsAndAWorkerMayBeKilledInEveryStage(long seed) {
    Path output = scratch.resolve("output");
    Random random = new Random(seed);
    try (FaultTrial trial = new FaultTrial(WHERE)) {
      RunningLauncher run = start(LauncherRun.launcher(), output);
      kill(run, SmallExperiment.TRAINING, "in training", random, trial);
      kill(run, "  round 2/", "in training", random, trial);
      kill(run, SmallExperiment.PROBES, "in the KL probes", random, trial);
      kill(run, "  ADMM round 1/", "in ADMM", random, trial);
      kill(run, SmallExperiment.RESCORING, "in rescoring", random, trial);
      cluster.killWorker(random);
      trial.made(Fault.WORKER_KILLED, "in rescoring");
      cluster.startWorker();
      trial.assertSurvived(run.end(), output);
    }
  }

  /**
   * Every path is on HDFS, tasks run twice at the same time, and the driver is killed on the way.
   */
  @Test
  @Tag("long")
  void onHdfsWithSpeculationAndAKilledDriverTheTablesAreThoseOfLocalMode() {
    TestHdfs hdfs = TestHdfs.shared();
    String data = hdfs.copy(SmallExperiment.data(), "/sample");
    String[] eager = {
      "spark.speculation true",
      "spark.speculation.interval 10ms",
      "spark.speculation.multiplier 1.01",
      "spark.speculation.quantile 0.1",
      "spark.speculation.minTaskRuntime 1ms",
      "spark.speculation.efficiency.enabled false"
    };
    try (FaultTrial trial = new FaultTrial(WHERE + ", HDFS")) {
      LauncherRun killed =
          start(LauncherRun.launcher(), data, hdfs.at("/run"), eager).await("  round 2/").kill();
      assertThat(killed.exitCode()).isEqualTo(137);
      trial.made(Fault.DRIVER_KILLED, "in training");
      assertThat(hdfs.exists("/run/corpus/stage.json")).isTrue();
      assertThat(hdfs.exists("/run/baseline/stage.json")).isFalse();
      assertThat(hdfs.exists("/run/run.lock")).isTrue();

      LauncherRun run = start(LauncherRun.launcher(), data, hdfs.at("/run"), eager).end();
      assertThat(run.exitCode()).as(run.errors()).isZero();
      assertThat(run.errors())
          .contains("the last run in this folder was killed")
          .contains("prepare                      complete, skipped", "  continues after round ");
      assertThat(hdfs.exists("/run/run.lock")).isFalse();
      String twice = String.join("\n", contents(events));
      assertThat(twice).as("a task ran twice").contains("\"Speculative\":true");
      trial.made(Fault.TASKS_TWICE, "in the whole run");
      trial.assertSameResults(hdfs.at("/run"));
      assertNoSecretIn(hdfs.contents("/run"), killed, run);
    }
  }

  /** Holds that no file of the experiment, message or event log has a secret. */
  private void assertNoSecretIn(List<String> files, LauncherRun... runs) {
    List<String> all = Stream.concat(files.stream(), contents(events).stream()).toList();
    assertThat(contents(events)).isNotEmpty();
    for (String secret :
        Stream.concat(STORAGE_SECRETS.values().stream(), Stream.of(StandaloneCluster.SECRET))
            .toList()) {
      assertThat(all).noneMatch(text -> text.contains(secret));
      for (LauncherRun run : runs) {
        assertThat(run.errors() + run.output()).doesNotContain(secret);
      }
    }
  }

  private static List<String> contents(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).map(ClusterRunTest::content).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String content(Path file) {
    try {
      return Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
