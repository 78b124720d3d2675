package org.bitlattice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the launcher turns its command line into the one of a JVM or of spark-submit. */
class LauncherArgumentsTest {
  private static final String[] ODD = {
    "run", "a b", "$(touch x)", "it's \"quoted\"", "*", "", "back\\slash", "-x", "two\nlines"
  };

  @TempDir private Path scratch;

  @Test
  void passesArgumentsWithSpacesQuotesAndDollarsUnharmed() {
    LauncherRun run = LauncherRun.launcher().in(scratch).dry(ODD);
    assertThat(run.exitCode()).isZero();
    assertThat(run.output()).endsWith("spark-internal\n" + String.join("\n", ODD) + "\n");
    assertThat(scratch).isEmptyDirectory();
  }

  /** Before a cluster, or a log of commands, sees it; the job looks again. */
  @ParameterizedTest
  @CsvSource({
    "s3a://KEY:hush@bucket/x, s3a://(hidden)@bucket/x",
    "output=hdfs://me:hush@host:8020/x, output=hdfs://(hidden)@host:8020/x",
    "ark:s3a://KEY:hush@bucket/x.ark, ark:s3a://(hidden)@bucket/x.ark",
    "s3a://KEY:hu/sh@bucket/x, s3a://(hidden)@bucket/x",
    "s3a://KEY:12/hush@bucket/x, s3a://(hidden)@bucket/x",
    "ftp://me:hush@[::1]:21/x, ftp://(hidden)@[::1]:21/x",
  })
  void refusesAnAddressWithCredentialsAndDoesNotRepeatThem(String argument, String shown) {
    for (LauncherRun.Builder launcher :
        List.of(
            LauncherRun.launcher(),
            LauncherRun.launcher().with("SPARK_HOME", Distribution.SPARK))) {
      assertThat(launcher.dry("run", "c.conf", "--set", argument, "--", "--deploy-mode", "cluster"))
          .isEqualTo(
              new LauncherRun(
                  2,
                  "",
                  "bitlattice: %s holds credentials, which would be written to logs and records; give the address without them, and the credentials as docs/cluster.md says.\n"
                      .formatted(shown)));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///data/a:b@c",
        "hdfs://host:8020/data/a@b",
        "hdfs://[::1]:8020/a@b",
        "hdfs://me@host:8020/x",
        "abfs://container@account.dfs.core.windows.net/x",
        "s3a://bucket/a:b@c",
      })
  void passesAddressesWithoutAPassword(String argument) {
    assertThat(LauncherRun.launcher().dry("run", argument).lines()).endsWith("run", argument);
  }

  @Test
  void handsWhatFollowsTheDoubleDashToSpark() {
    List<String> lines =
        LauncherRun.launcher()
            .dry("run", "my.conf", "--", "--conf", "spark.x=a b", "--", "--plan")
            .lines();
    assertThat(lines)
        .containsSubsequence("--conf", "spark.x=a b", "--", "--plan", "spark-internal", "run");
    assertThat(lines).endsWith("spark-internal", "run", "my.conf");
  }

  @Test
  void runsOnAllCoresOfThisMachineUnlessToldOtherwise() {
    assertThat(LauncherRun.launcher().dry("run").lines())
        .containsSequence("--master", "local[*]")
        .contains("-Xmx4g");
    assertThat(LauncherRun.launcher().dry("run", "--", "--master", "local[2]").lines())
        .containsSequence("--master", "local[2]")
        .doesNotContain("local[*]");
  }

  @Test
  void takesMasterAndMemoryFromAPropertiesFile() throws IOException {
    Path file = scratch.resolve("my own.properties");
    Files.writeString(file, "# a comment\nspark.master = local[1]\n  spark.driver.memory\t6g \n");
    assertThat(
            LauncherRun.launcher().dry("run", "--", "--properties-file", file.toString()).lines())
        .doesNotContain("--master")
        .contains("-Xmx6g");
  }

  @Test
  void letsTheNearestSettingOfTheDriverMemoryWin() {
    assertThat(LauncherRun.launcher().dry("run", "--", "--driver-memory", "2g").lines())
        .contains("-Xmx2g");
    assertThat(LauncherRun.launcher().dry("run", "--", "--conf", "spark.driver.memory=3g").lines())
        .contains("-Xmx3g");
    assertThat(LauncherRun.launcher().with("BITLATTICE_DRIVER_MEMORY", "5g").dry("run").lines())
        .contains("-Xmx5g");
    assertThat(
            LauncherRun.launcher()
                .with("BITLATTICE_DRIVER_MEMORY", "5g")
                .dry("run", "--", "--driver-memory=2g")
                .lines())
        .contains("-Xmx2g");
  }

  @Test
  void keepsTheCommandLineShort() {
    assertThat(LauncherRun.launcher().dry("run", "experiment.conf").output().length())
        .isLessThan(4000);
    assertThat(
            LauncherRun.launcher()
                .with("SPARK_HOME", Distribution.SPARK)
                .dry("run", "experiment.conf")
                .output()
                .length())
        .isLessThan(4000);
  }

  @Test
  void submitsAllJarsToACluster() {
    LauncherRun.Builder launcher = LauncherRun.launcher();
    assertThat(launcher.dry("run", "--", "--master", "spark://host:7077").lines())
        .endsWith("--jars", Distribution.HOME + "/lib/*.jar", "spark-internal", "run");
    assertThat(launcher.dry("run", "--", "--master", "yarn", "--jars", "my.jar").lines())
        .endsWith("--jars", Distribution.HOME + "/lib/*.jar,my.jar", "spark-internal", "run");
  }

  @Test
  void namesTheJobJarWhereTheClusterStartsTheDriver() {
    List<String> lines =
        LauncherRun.launcher()
            .dry("run", "--", "--master", "yarn", "--deploy-mode", "cluster")
            .lines();
    assertThat(lines.get(lines.size() - 2)).matches(".*/lib/bitlattice-[0-9.]+\\.jar");
  }

  @Test
  void givesADriverThatStartsElsewhereItsOptionsAndThoseOfTheUserLast() {
    String options =
        LauncherRun.launcher()
            .dry(
                "run",
                "--",
                "--master",
                "spark://host:7077",
                "--deploy-mode=cluster",
                "--driver-java-options",
                "-Dx=1 -Dy=2")
            .lines()
            .stream()
            .filter(line -> line.startsWith("spark.driver.extraJavaOptions="))
            .findFirst()
            .orElseThrow();
    assertThat(options)
        .startsWith("spark.driver.extraJavaOptions=--add-opens=java.base/")
        .contains(" -Dorg.bytedeco.javacpp.maxbytes=100% ")
        .endsWith(" -Dx=1 -Dy=2");
  }

  @Test
  void callsTheSparkSubmitOfSparkHome() {
    List<String> lines =
        LauncherRun.launcher()
            .with("SPARK_HOME", Distribution.SPARK)
            .dry("run", "a b", "--", "--master", "local[1]")
            .lines();
    assertThat(lines.get(0)).isEqualTo(Distribution.SPARK + "/bin/spark-submit");
    assertThat(lines)
        .containsSubsequence("--driver-memory", "4g", "--master", "local[1]", "--jars")
        .endsWith("spark-internal", "run", "a b");
  }

  @Test
  void printsHelpWithoutSparkSubmit() {
    for (String[] arguments : new String[][] {{}, {"--help"}, {"run", "--help"}, {"--version"}}) {
      assertThat(LauncherRun.launcher().dry(arguments).lines())
          .endsWith(concat("org.bitlattice.jobs.Main", arguments))
          .doesNotContain("org.apache.spark.deploy.SparkSubmit");
    }
  }

  private static String[] concat(String first, String[] others) {
    return java.util.stream.Stream.concat(
            java.util.stream.Stream.of(first), java.util.Arrays.stream(others))
        .toArray(String[]::new);
  }
}
