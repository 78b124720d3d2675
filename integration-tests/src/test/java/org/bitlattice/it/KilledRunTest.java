package org.bitlattice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run that is killed in training and again in ADMM, each time with {@code kill -9}, continues
 * after its last whole round and ends with the very results of a run that was never disturbed.
 */
class KilledRunTest {
  @TempDir private Path scratch;

  @Test
  void continuesAfterKillsInTrainingAndInAdmmAndEndsWithTheSameResults() throws IOException {
    LauncherRun inTraining = killAt("  round 2/", "disturbed");
    assertThat(inTraining.exitCode()).isNotZero();
    assertThat(scratch.resolve("disturbed/baseline/stage.json")).doesNotExist();
    LauncherRun inAdmm = killAt("  ADMM round 2/", "disturbed");
    assertThat(inAdmm.errors()).contains("prepare                      complete, skipped");
    assertThat(inAdmm.errors()).contains("  continues after round ");
    assertThat(scratch.resolve("disturbed/systems/admm-2/stage.json")).doesNotExist();
    LauncherRun last = run("disturbed");
    assertThat(last.exitCode()).as(last.errors()).isZero();
    assertThat(last.errors()).contains("  continues after round ");

    SmallExperiment.assertSameResults(scratch.resolve("disturbed"));

    LauncherRun again = run("disturbed");
    assertThat(again.exitCode()).isZero();
    assertThat(again.errors()).contains("complete, skipped").doesNotContain("starts");

    tellsADamagedArchiveInOneSentence();
  }

  /** On the finished experiment, with an archive of lattices that was cut off. */
  private void tellsADamagedArchiveInOneSentence() throws IOException {
    byte[] whole = Files.readAllBytes(SmallExperiment.data().resolve("dev.slf.tar.gz"));
    Path cut = scratch.resolve("cut.slf.tar.gz");
    Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
    List<String> arguments = new ArrayList<>(List.of(arguments("disturbed")));
    arguments.addAll(
        arguments.indexOf("--"),
        List.of("--set", "lattices.sets.dev.path=" + cut, "--overwrite", "rescore"));
    LauncherRun run = launcher().run(arguments.toArray(String[]::new));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.errors().lines().toList())
        .noneMatch(line -> line.startsWith("\tat ") || line.contains(" ERROR "));
    assertThat(run.errors().lines().filter(line -> line.startsWith("bitlattice: ")))
        .singleElement()
        .asString()
        .contains(
            " utterances of the set dev cannot be used, ", "cut.slf.tar.gz: damaged or cut off");
  }

  private LauncherRun.Builder launcher() {
    return LauncherRun.launcher().in(scratch);
  }

  private LauncherRun run(String output) {
    return launcher().run(arguments(output));
  }

  private LauncherRun killAt(String message, String output) {
    return launcher().killAt(message, arguments(output));
  }

  private String[] arguments(String output) {
    return SmallExperiment.local(scratch.resolve(output));
  }
}
