package org.bitlattice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run that is killed in training and again in ADMM, each time with {@code kill -9}, and whose
 * last checkpoint of training is damaged in between, continues after its last whole round and ends
 * with the very results of a run that was never disturbed.
 */
class KilledRunTest {
  @TempDir private Path scratch;

  @Test
  void continuesAfterKillsAndADamagedCheckpointAndEndsWithTheSameResults() throws IOException {
    Path output = scratch.resolve("disturbed");
    try (FaultTrial trial = new FaultTrial("local mode")) {
      LauncherRun inTraining = killAt("  round 2/", output);
      assertThat(inTraining.exitCode()).isEqualTo(137);
      trial.made(Fault.DRIVER_KILLED, "in training");
      assertThat(output.resolve("baseline/stage.json")).doesNotExist();
      int damaged = damageTheLastCheckpoint(output.resolve("baseline/checkpoints"));
      trial.made(Fault.CHECKPOINT_DAMAGED, "of training");

      LauncherRun inAdmm = killAt("  ADMM round 2/", output);
      assertThat(inAdmm.exitCode()).isEqualTo(137);
      trial.made(Fault.DRIVER_KILLED, "in ADMM");
      assertThat(inAdmm.errors())
          .contains("prepare                      complete, skipped")
          .contains(
              "  checkpoint of round %d refused: ".formatted(damaged),
              "  continues after round %d\n".formatted(damaged - 1),
              "  round %d/".formatted(damaged));
      assertThat(output.resolve("systems/admm-2/stage.json")).doesNotExist();

      LauncherRun last = SmallExperiment.launcher().run(SmallExperiment.local(output));
      assertThat(last.errors()).contains("  continues after round ");
      trial.assertSurvived(last, output);
    }
    assertThat(summary(output)).isEqualTo(summary(SmallExperiment.undisturbed()));

    LauncherRun again = SmallExperiment.launcher().run(SmallExperiment.local(output));
    assertThat(again.exitCode()).isZero();
    assertThat(again.errors()).contains("complete, skipped").doesNotContain("starts");

    tellsADamagedArchiveInOneSentence(output);
  }

  /** Halves the files of the last checkpoint; gives its round. */
  private static int damageTheLastCheckpoint(Path checkpoints) throws IOException {
    Path last;
    try (Stream<Path> rounds = Files.list(checkpoints)) {
      last =
          rounds
              .filter(path -> path.getFileName().toString().startsWith("round-"))
              .max(Path::compareTo)
              .orElseThrow();
    }
    try (Stream<Path> files = Files.list(last)) {
      for (Path file : files.toList()) {
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
      }
    }
    return Integer.parseInt(last.getFileName().toString().substring("round-".length()));
  }

  /** On the finished experiment, with an archive of lattices that was cut off. */
  private void tellsADamagedArchiveInOneSentence(Path output) throws IOException {
    byte[] whole = Files.readAllBytes(SmallExperiment.data().resolve("dev.slf.tar.gz"));
    Path cut = scratch.resolve("cut.slf.tar.gz");
    Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
    LauncherRun run =
        SmallExperiment.launcher()
            .run(
                SmallExperiment.local(
                    output, "--set", "lattices.sets.dev.path=" + cut, "--overwrite", "rescore"));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.errors().lines().toList())
        .noneMatch(line -> line.startsWith("\tat ") || line.contains(" ERROR "));
    assertThat(run.errors().lines().filter(line -> line.startsWith("bitlattice: ")))
        .singleElement()
        .asString()
        .contains(
            " utterances of the set dev cannot be used, ", "cut.slf.tar.gz: damaged or cut off");
  }

  private static LauncherRun killAt(String message, Path output) {
    return SmallExperiment.launcher().killAt(message, SmallExperiment.local(output));
  }

  /** The tables of the summary, without its first line, which names the folder. */
  private static List<String> summary(Path output) throws IOException {
    List<String> lines = Files.readAllLines(output.resolve("report/summary.md"));
    assertThat(lines).anyMatch(line -> line.startsWith("| admm-2 | tuned |"));
    return lines.subList(1, lines.size());
  }
}
