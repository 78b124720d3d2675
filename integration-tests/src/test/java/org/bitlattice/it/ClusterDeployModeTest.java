package org.bitlattice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The driver runs on a worker: {@code --deploy-mode cluster}. */
class ClusterDeployModeTest {
  private static StandaloneCluster cluster;

  @TempDir private Path scratch;

  @BeforeAll
  static void start() {
    cluster = StandaloneCluster.start("deploy-mode", 1, 3);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private LauncherRun run(Object output, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                SmallExperiment.arguments(
                    SmallExperiment.data(),
                    output,
                    "--properties-file",
                    cluster.properties().toString(),
                    "--deploy-mode",
                    "cluster")));
    arguments.addAll(arguments.indexOf("--"), Arrays.asList(more));
    return SmallExperiment.launcher()
        .in(scratch)
        .with("SPARK_LOCAL_IP", "127.0.0.1")
        .run(arguments.toArray(String[]::new));
  }

  @Test
  @Tag("long")
  void givesTheTablesOfLocalModeInAFolderOfAnyName() {
    Path output = scratch.resolve("it's \"a b\" $(touch x) *");
    LauncherRun run = run(output);
    assertThat(run.exitCode()).as(run.errors() + cluster.driverMessages()).isZero();
    assertThat(run.errors()).containsPattern("State of driver driver-[0-9-]+ is FINISHED");
    Comparison comparison = SmallExperiment.compare(output);
    assertThat(comparison.equal()).as(comparison.messages()).isTrue();
  }

  @Test
  void doesNotReturn0WhenTheDriverFails() {
    LauncherRun run = run(scratch.resolve("never"), "--set", "training.epocs=1");
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.errors())
        .containsPattern(
            "bitlattice: The driver (driver-[0-9-]+) ended as FAILED; what it said is in its folder on the worker \\(work/\\1/stderr\\)\\.\n$");
    assertThat(cluster.driverMessages())
        .contains("training.epocs is not a setting; did you mean training.epochs?");
    assertThat(scratch.resolve("never")).doesNotExist();
  }
}
