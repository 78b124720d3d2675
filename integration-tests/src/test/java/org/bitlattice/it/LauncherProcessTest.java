package org.bitlattice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher and the job in real processes: exit codes and messages come through Spark. */
class LauncherProcessTest {
  private static final String ODD_COMMAND = "no such $(touch x) \"command\"";

  @TempDir private Path scratch;

  @Test
  void printsTheHelpOfACommand() {
    LauncherRun run = LauncherRun.launcher().run("run", "--help");
    assertThat(run.exitCode()).isZero();
    assertThat(run.output()).contains("Usage: bitlattice run");
    assertThat(run.errors()).isEmpty();
  }

  @Test
  void endsWith1WhenTheCommandLineIsWrong() {
    LauncherRun run = LauncherRun.launcher().in(scratch).run(ODD_COMMAND);
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.errors()).contains(ODD_COMMAND);
    assertThat(scratch).isEmptyDirectory();
  }

  @Test
  void endsWith2WhenTheConfigurationIsMissingAndNamesItAsGiven() {
    LauncherRun run = LauncherRun.launcher().in(scratch).run("run", "no such.conf");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.errors()).contains("no such.conf");
  }

  @Test
  void givesTheSameExitCodeThroughTheSparkSubmitOfSparkHome() {
    LauncherRun run =
        LauncherRun.launcher()
            .with("SPARK_HOME", Distribution.SPARK)
            .in(scratch)
            .run("run", "no such.conf", "--", "--master", "local[1]");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.errors()).contains("no such.conf");
  }
}
