package org.bitlattice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assertj.core.data.Index;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One start of the schedule script after another: folders, resumption, exit codes, signals. */
class ScheduleScriptTest {
  @TempDir private Path scratch;
  private ScheduledBatch batch;

  @BeforeEach
  void makeBatch() {
    batch = new ScheduledBatch(scratch);
  }

  @Test
  void runsIntoADatedFolderInSilence() throws IOException {
    LauncherRun start = batch.start();
    assertThat(start).isEqualTo(new LauncherRun(0, "", ""));
    Path run = batch.run();
    assertThat(run.getFileName().toString()).matches("2\\d{3}-\\d\\d-\\d\\dT\\d{6}Z");
    assertThat(batch.launcherArguments())
        .containsExactly("run", "nightly.conf", "--set", "output=file://" + run.toRealPath());
    assertThat(Files.readSymbolicLink(batch.root.resolve("latest"))).isEqualTo(run.getFileName());
    assertThat(Files.readAllLines(batch.log(run)))
        .hasSize(5)
        .contains("the launcher speaks", Index.atIndex(1))
        .contains("the history speaks", Index.atIndex(3));
    assertThat(batch.statusFile())
        .matches(
            "\\{\"state\":\"done\",\"exit_code\":0,\"meaning\":\"done\",\"run\":\"%1$s\",\"starts\":1,\"started\":\"[-0-9T:]+Z\",\"ended\":\"[-0-9T:]+Z\",\"seconds\":\\d+,\"output\":\"%2$s\",\"log\":\"%3$s\",\"latest_output\":\"%2$s\",\"history\":\"done\"}\n"
                .formatted(run.getFileName(), run.toRealPath(), batch.log(run).toRealPath()));
  }

  @Test
  void beginsAnotherFolderWhenTheLastRunIsDone() throws IOException {
    batch.start();
    batch.start();
    assertThat(batch.runs()).hasSize(2);
    assertThat(Files.readSymbolicLink(batch.root.resolve("latest")))
        .isEqualTo(batch.runs().get(1).getFileName());
  }

  @Test
  void passesHostileArgumentsUnharmed() throws IOException {
    String odd = "a b $(touch x) `touch y` \"q\" it's * \\ & ; ${HOME}";
    ScheduledBatch hostile = new ScheduledBatch(Files.createDirectory(scratch.resolve(odd)));
    String[] options = {
      "--set",
      "data=" + odd,
      "",
      "*",
      "two\nlines",
      "-x",
      "--",
      "--conf",
      "spark.x=" + odd,
      "--",
      "z"
    };
    assertThat(hostile.startWith(options).errors()).isEmpty();
    List<String> expected = new ArrayList<>(List.of("run", "nightly.conf"));
    expected.addAll(List.of(options).subList(0, 6));
    expected.addAll(List.of("--set", "output=file://" + hostile.run().toRealPath()));
    expected.addAll(List.of(options).subList(6, options.length));
    assertThat(hostile.launcherArguments()).containsExactlyElementsOf(expected);
    assertThat(ScheduledBatch.list(scratch)).containsExactlyInAnyOrder("launcher", odd);
    assertThat(ScheduledBatch.list(scratch.resolve(odd)))
        .containsExactly("launcher", "runs", "state");
    assertThat(hostile.statusFile()).contains("\"output\":\"", "\\\"q\\\" it's * \\\\ & ; ${HOME}");
    assertThat(hostile.status().exitCode()).isZero();
  }

  @Test
  void continuesAnUnfinishedRunAndGivesItUpAfterTheAttempts() {
    batch.behave("3");
    for (int start = 1; start <= 2; start++) {
      assertThat(batch.start("--attempts", "2").exitCode()).isEqualTo(3);
    }
    Path first = batch.run();
    LauncherRun third = batch.behave("done").start("--attempts", "2");
    assertThat(third.exitCode()).isZero();
    assertThat(third.errors())
        .isEqualTo(
            "bitlattice-scheduled: Run %s is given up after 2 of 2 starts: it ended without success every time.\n"
                .formatted(first.getFileName()));
    assertThat(batch.runs()).hasSize(2);
    assertThat(batch.record(first)).content().contains("state=given-up\n", "starts=2\n");
    assertThat(first.resolve("scheduled-run")).hasSameTextualContentAs(batch.record(first));
  }

  @Test
  void endsWithSuccessInTheFolderOfTheFailure() throws IOException {
    batch.behave("2").start();
    assertThat(batch.root.resolve("latest")).doesNotExist();
    batch.behave("done");
    assertThat(batch.start().exitCode()).isZero();
    assertThat(batch.root.resolve("latest").toRealPath()).isEqualTo(batch.run().toRealPath());
    assertThat(batch.statusFile()).contains("\"state\":\"done\"", "\"starts\":2");
  }

  @Test
  void beginsAnotherFolderWhenToldOrWhenTheOldOneCannotBeContinued() throws IOException {
    batch.behave("2").start();
    assertThat(batch.start("--fresh").errors()).contains("1 of 3 starts: --fresh is given.\n");
    assertThat(batch.runs()).hasSize(2);
    Path gone = batch.runs().get(1);
    Files.delete(gone.resolve("experiment.conf"));
    Files.delete(gone.resolve("scheduled-run"));
    Files.delete(gone);
    assertThat(batch.start().errors())
        .contains(
            "1 of 3 starts: its folder %s is gone.\n"
                .formatted(batch.root.toRealPath().resolve(gone.getFileName())));
    assertThat(batch.runs()).hasSize(2).doesNotContain(gone);
  }

  @Test
  void continuesAfterKillOfTheScriptAndTheRun() {
    batch.behave("hang");
    Process script = batch.startAndLeave();
    script.destroyForcibly();
    batch.killLauncher();
    Path run = batch.run();
    assertThat(batch.statusFile()).contains("\"state\":\"running\"", "\"exit_code\":null");

    assertThat(batch.behave("done").start().exitCode()).isZero();
    assertThat(batch.run()).isEqualTo(run);
    assertThat(batch.record(run)).content().contains("state=done\n", "starts=2\n");
    assertThat(batch.log(run)).content().contains("start 1 of 3", "start 2 of 3");
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 'wrong command line, or a failure in cluster deploy mode'",
    "2, 2, 'wrong setting, file, data or environment'",
    "3, 3, internal error",
    "7, 7, exit code 7 of spark-submit",
    "75, 3, internal error",
    "124, 3, internal error",
    "137, 137, 'killed, by hand or for want of memory'",
    "134, 134, ended by signal 6",
    "255, 255, failure in cluster deploy mode"
  })
  void endsWithTheExitCodeOfTheLauncher(String launcher, int expected, String meaning) {
    LauncherRun start = batch.behave(launcher).start();
    assertThat(start.exitCode()).isEqualTo(expected);
    assertThat(start.errors())
        .startsWith(
            "bitlattice-scheduled: Run %s failed with exit code %d (%s), start 1 of 3; the end of "
                .formatted(batch.run().getFileName(), expected, meaning))
        .contains("\nthe launcher speaks\n");
    assertThat(batch.statusFile())
        .startsWith(
            "{\"state\":\"failed\",\"exit_code\":%d,\"meaning\":\"%s\","
                .formatted(expected, meaning));
  }

  @Test
  void doesNotBelieveASuccessWithoutAReport() {
    LauncherRun start = batch.behave("0").start();
    assertThat(start.exitCode()).isEqualTo(3);
    assertThat(start.errors())
        .contains("the launcher ended with 0, and yet there is no ", "/report/stage.json\n");
  }

  @ParameterizedTest
  @CsvSource({"TERM, 143", "INT, 130"})
  void passesSignalsOnToTheRun(String signal, int expected) throws Exception {
    batch.behave("hang");
    Process script = batch.startAndLeave();
    ProcessHandle launcher = batch.launcher();
    new ProcessBuilder("kill", "-" + signal, Long.toString(script.pid())).start().waitFor();
    assertThat(script.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(script.exitValue()).isEqualTo(expected);
    assertThat(launcher.isAlive()).isFalse();
    assertThat(batch.statusFile())
        .startsWith("{\"state\":\"stopped\",\"exit_code\":%d,".formatted(expected));
  }

  @Test
  void stopsAfterTheTimeLimitAndKillsWhatDoesNotEnd() {
    LauncherRun obedient = batch.behave("hang").start("--time-limit", "1");
    assertThat(obedient.exitCode()).isEqualTo(124);
    assertThat(obedient.errors()).contains("(time limit)", " the time limit of 1 s is over\n");
    LauncherRun deaf = batch.behave("deaf").start("--time-limit", "1", "--grace", "1");
    assertThat(deaf.exitCode()).isEqualTo(124);
    assertThat(deaf.errors()).contains(" the run did not end within 1 s and is killed\n");
    assertThat(batch.record(batch.run())).content().contains("state=stopped\n", "starts=2\n");
  }

  @Test
  void handsRemoteRootsToTheLauncherAndDeletesNothingThere() {
    assertThat(batch.start("--root", "hdfs://host:8020/runs/").exitCode()).isZero();
    assertThat(batch.launcherArguments().get(3))
        .matches("output=hdfs://host:8020/runs/2\\d{3}-\\d\\d-\\d\\dT\\d{6}Z");
    assertThat(batch.statusFile()).contains("\"state\":\"done\"");
    assertThat(batch.root).doesNotExist();
    LauncherRun refused = batch.start("--keep", "2", "--root", "s3a://bucket/runs");
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.errors())
        .isEqualTo(
            "bitlattice-scheduled: --keep deletes local folders only, and the root is s3a://bucket/runs; leave it out and delete old runs by the storage's own rules.\n");
  }
}
