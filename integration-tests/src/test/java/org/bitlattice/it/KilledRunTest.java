package org.bitlattice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run that is killed in training and again in ADMM, each time with {@code kill -9}, continues
 * after its last whole round and ends with the very results of a run that was never disturbed.
 */
class KilledRunTest {
  private static final String EXPERIMENT =
      """
      corpus {
        train = ${data}"/train.txt", dev = ${data}"/dev.txt", eval = ${data}"/eval.txt"
        vocabulary-file = ${data}"/words.txt"
        segment-length = 16
      }
      model { embedding-size = 16, hidden-size = 24, layers = 1 }
      training {
        minibatch-segments = 16, averaging-frequency = 4, averagings-per-round = 6, epochs = 1
      }
      sensitivity.sentences = 40
      system-defaults.low-bit-training { rounds = 6, averagings-per-round = 2 }
      systems {
        fp32 { method = full-precision }
        ptq-2 { method = ptq, bits = 2 }
        admm-2 { method = admm, bits = 2 }
        kl-2 { method = ptq, precision = kl, budget.average-bits = 2 }
      }
      ngram.arpa = ${data}"/bigram.arpa"
      lattices {
        n-best = 30
        sets {
          dev { path = ${data}"/dev.slf.tar.gz", references = ${data}"/dev.ref.trn" }
          eval { path = ${data}"/eval.slf.tar.gz", references = ${data}"/eval.ref.trn" }
        }
      }
      """;

  @TempDir private Path scratch;

  @Test
  void continuesAfterKillsInTrainingAndInAdmmAndEndsWithTheSameResults() throws IOException {
    assertThat(launcher().run("sample", "data").exitCode()).isZero();
    Files.writeString(scratch.resolve("small.conf"), EXPERIMENT);

    LauncherRun undisturbed = run("undisturbed");
    assertThat(undisturbed.exitCode()).as(undisturbed.errors()).isZero();

    LauncherRun inTraining = killAt("  round 2/", "disturbed");
    assertThat(inTraining.exitCode()).isNotZero();
    assertThat(scratch.resolve("disturbed/baseline/stage.json")).doesNotExist();
    LauncherRun inAdmm = killAt("  ADMM round 3/", "disturbed");
    assertThat(inAdmm.errors()).contains("prepare                      complete, skipped");
    assertThat(inAdmm.errors()).contains("  continues after round ");
    assertThat(scratch.resolve("disturbed/systems/admm-2/stage.json")).doesNotExist();
    LauncherRun last = run("disturbed");
    assertThat(last.exitCode()).as(last.errors()).isZero();
    assertThat(last.errors()).contains("  continues after round ");

    for (String system : List.of("fp32", "ptq-2", "admm-2", "kl-2")) {
      String model = "systems/" + system + "/model/model.safetensors";
      assertThat(scratch.resolve("disturbed").resolve(model))
          .hasSameBinaryContentAs(scratch.resolve("undisturbed").resolve(model));
    }
    assertThat(summary("disturbed")).isEqualTo(summary("undisturbed"));

    LauncherRun again = run("disturbed");
    assertThat(again.exitCode()).isZero();
    assertThat(again.errors()).contains("complete, skipped").doesNotContain("starts");

    tellsADamagedArchiveInOneSentence();
  }

  /** On the finished experiment, with an archive of lattices that was cut off. */
  private void tellsADamagedArchiveInOneSentence() throws IOException {
    byte[] whole = Files.readAllBytes(scratch.resolve("data/dev.slf.tar.gz"));
    Files.write(scratch.resolve("cut.slf.tar.gz"), Arrays.copyOf(whole, whole.length / 2));
    LauncherRun run =
        launcher()
            .run(
                "run",
                "small.conf",
                "--set",
                "data=data",
                "--set",
                "output=disturbed",
                "--set",
                "lattices.sets.dev.path=cut.slf.tar.gz",
                "--overwrite",
                "rescore");
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

  private static String[] arguments(String output) {
    return new String[] {
      "run",
      "small.conf",
      "--set",
      "data=data",
      "--set",
      "output=" + output,
      "--",
      "--master",
      "local[2]"
    };
  }

  /** The tables of the summary, without its first line, which names the folder. */
  private List<String> summary(String output) throws IOException {
    List<String> lines = Files.readAllLines(scratch.resolve(output).resolve("report/summary.md"));
    assertThat(lines).anyMatch(line -> line.startsWith("| admm-2 | tuned |"));
    return lines.subList(1, lines.size());
  }
}
