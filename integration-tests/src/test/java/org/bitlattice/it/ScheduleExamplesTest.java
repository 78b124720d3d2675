package org.bitlattice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files beside the schedule script: they run, and they say what their readers need. */
class ScheduleExamplesTest {
  private static final Path FOLDER = Distribution.HOME.resolve("bin/schedule");

  @TempDir private Path scratch;

  @Test
  void onlyTheScriptIsExecutable() throws IOException {
    assertThat(ScheduledBatch.list(FOLDER))
        .containsExactly(
            "bitlattice-scheduled",
            "bitlattice.service",
            "bitlattice.timer",
            "cron.example",
            "lib",
            "scheduled-spark-application.yaml");
    try (var files = Files.walk(FOLDER)) {
      assertThat(files.filter(Files::isRegularFile).filter(Files::isExecutable))
          .containsExactly(ScheduledBatch.SCRIPT);
    }
    assertThat(Distribution.CHECKOUT.resolve("submit-scripts/schedule/bitlattice-scheduled"))
        .isExecutable();
  }

  @Test
  void theScriptIsValidBashWithoutEval() throws Exception {
    List<Path> parts = new ArrayList<>(List.of(ScheduledBatch.SCRIPT));
    ScheduledBatch.list(FOLDER.resolve("lib"))
        .forEach(name -> parts.add(FOLDER.resolve("lib").resolve(name)));
    assertThat(parts).hasSize(4);
    for (Path part : parts) {
      Process check = new ProcessBuilder("bash", "-n", part.toString()).inheritIO().start();
      assertThat(check.waitFor()).as(part.toString()).isZero();
      assertThat(part).content().doesNotContainPattern("\\beval\\b");
    }
  }

  @Test
  void theLineForCronRuns() throws Exception {
    List<String> lines =
        Files.readAllLines(FOLDER.resolve("cron.example")).stream()
            .filter(line -> !line.startsWith("#"))
            .toList();
    assertThat(lines).contains("JAVA_HOME=/usr/lib/jvm/java-17");
    String line = lines.get(lines.size() - 1);
    assertThat(line).startsWith("0 2 * * * ").doesNotContain("%");
    runs(line.substring("0 2 * * * ".length()));
  }

  @Test
  void theServiceRunsOnceAndItsTimerCatchesUp() throws Exception {
    List<String> service = Files.readAllLines(FOLDER.resolve("bitlattice.service"));
    assertThat(service)
        .contains("Type=oneshot", "KillMode=mixed", "SuccessExitStatus=75", "TimeoutStopSec=90")
        .contains("Nice=10");
    assertThat(Files.readAllLines(FOLDER.resolve("bitlattice.timer")))
        .contains("OnCalendar=*-*-* 02:00:00", "Persistent=true", "WantedBy=timers.target");
    String start = "ExecStart=";
    runs(
        service.stream()
            .filter(line -> line.startsWith(start))
            .findFirst()
            .orElseThrow()
            .substring(start.length()));
  }

  /** Runs a start and expects it in the launcher, with the properties after the double dash. */
  private void runs(String commandLine) throws Exception {
    ScheduledBatch batch = new ScheduledBatch(scratch);
    assertThat(ScheduledExamples.run(commandLine, batch, scratch)).isZero();
    assertThat(batch.launcherArguments())
        .startsWith("run")
        .containsSubsequence("--set", "--", "--properties-file")
        .hasSize(7);
    assertThat(scratch.resolve("bitlattice/runs/latest/report/stage.json")).exists();
    assertThat(scratch.resolve("bitlattice/state/status")).exists();
  }

  @Test
  void systemdAcceptsTheUnits() throws Exception {
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/systemd-analyze")), "there is no systemd here");
    String service = Files.readString(FOLDER.resolve("bitlattice.service"));
    Path script = Path.of("/opt/bitlattice/bin/schedule/bitlattice-scheduled");
    Files.writeString(
        scratch.resolve("bitlattice.service"), service.replace(script.toString(), "/bin/true"));
    Files.copy(FOLDER.resolve("bitlattice.timer"), scratch.resolve("bitlattice.timer"));
    Path said = scratch.resolve("said");
    Process verify =
        new ProcessBuilder(
                "/usr/bin/systemd-analyze", "verify", "bitlattice.timer", "bitlattice.service")
            .directory(scratch.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    assertThat(verify.waitFor()).as(Files.readString(said)).isZero();
    assertThat(said).content().doesNotContain("bitlattice.");
  }

  @Test
  void theSparkApplicationSaysWhatTheOperatorNeeds() throws IOException {
    Yaml yaml = Yaml.read(FOLDER.resolve("scheduled-spark-application.yaml"));
    assertThat(yaml.value("apiVersion")).isEqualTo("sparkoperator.k8s.io/v1beta2");
    assertThat(yaml.value("kind")).isEqualTo("ScheduledSparkApplication");
    assertThat(yaml.value("metadata.name")).isEqualTo("bitlattice-nightly");
    assertThat(yaml.value("spec.schedule")).isEqualTo("\"0 2 * * *\"");
    assertThat(yaml.value("spec.concurrencyPolicy")).isEqualTo("Forbid");
    assertThat(yaml.value("spec.successfulRunHistoryLimit")).isEqualTo("7");
    assertThat(yaml.value("spec.failedRunHistoryLimit")).isEqualTo("7");
    String template = "spec.template.";
    assertThat(yaml.value(template + "type")).isEqualTo("Java");
    assertThat(yaml.value(template + "mode")).isEqualTo("cluster");
    assertThat(yaml.value(template + "image")).endsWith("-java17");
    assertThat(yaml.value(template + "mainClass")).isEqualTo("org.bitlattice.jobs.Main");
    assertThat(yaml.value(template + "restartPolicy.type")).isEqualTo("OnFailure");
    assertThat(yaml.value(template + "restartPolicy.onFailureRetries")).isEqualTo("2");
    assertThat(yaml.value(template + "sparkConf.spark.executor.extraClassPath"))
        .isEqualTo("/opt/bitlattice/lib/*");
    for (String process : List.of("driver", "executor")) {
      assertThat(yaml.value(template + process + ".memory")).matches("\\d+g");
      assertThat(yaml.value(template + process + ".memoryOverhead")).matches("\\d+g");
    }
    String jar = yaml.value(template + "mainApplicationFile");
    assertThat(jar).startsWith("local:///opt/bitlattice/");
    assertThat(Distribution.HOME.resolve(jar.replace("local:///opt/bitlattice/", ""))).exists();
  }

  @Test
  void theSparkApplicationHoldsNoSecretAndKnowsItsSpark() throws IOException {
    Path file = FOLDER.resolve("scheduled-spark-application.yaml");
    List<String> lines = Files.readAllLines(file);
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).contains("AWS_")) {
        assertThat(lines.get(i + 1).strip()).isEqualTo("valueFrom:");
        assertThat(lines.get(i + 2).strip()).isEqualTo("secretKeyRef:");
      }
    }
    assertThat(lines).filteredOn(line -> line.contains("AWS_")).hasSize(2);
    String version = Yaml.read(file).value("spec.template.sparkVersion").replace("\"", "");
    assertThat(Distribution.SPARK.resolve("jars/spark-core_2.12-" + version + ".jar")).exists();
  }
}
