package org.bitlattice.jobs.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bitlattice.jobs.CommandRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exit codes and sentences of the commands; none of these needs Spark. */
class BitlatticeCommandTest {
  @TempDir Path folder;

  private Path config(String text) throws IOException {
    return Files.writeString(folder.resolve("test.conf"), text);
  }

  private static void assertBadCommandLine(CommandRun run, String sentence, String help) {
    assertThat(run.err()).isEqualTo("bitlattice: %s\nTry '%s --help'.\n".formatted(sentence, help));
    assertThat(run.exitCode()).isEqualTo(1);
  }

  private static void assertUserError(CommandRun run, String sentence) {
    assertThat(run.err()).isEqualTo("bitlattice: " + sentence + "\n");
    assertThat(run.exitCode()).isEqualTo(2);
  }

  @Test
  void aCommandLineThatIsNotOneIsRefused() {
    assertBadCommandLine(CommandRun.of(), "a command is missing", "bitlattice");
    assertBadCommandLine(
        CommandRun.of("run", "x.conf", "--frob"), "Unknown option: '--frob'", "bitlattice run");
    assertBadCommandLine(
        CommandRun.of("train"), "Missing required parameter: 'CONF'", "bitlattice train");
    assertBadCommandLine(
        CommandRun.of("model"), "a command is missing: info, export, import", "bitlattice model");
    CommandRun stage = CommandRun.of("run", "x.conf", "--overwrite", "everything");
    assertThat(stage.exitCode()).isEqualTo(1);
    assertThat(stage.err())
        .startsWith("bitlattice: Invalid value for option '--overwrite'")
        .contains("'everything'");
    assertThat(CommandRun.of("frobnicate").exitCode()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run",
        "prepare",
        "train",
        "sensitivity",
        "allocate",
        "quantize",
        "rescore",
        "score",
        "report",
        "compress",
        "sample",
        "wer",
        "lattice",
        "model",
        "history"
      })
  void everyCommandHasHelp(String command) {
    CommandRun help = CommandRun.of(command, "--help");
    assertThat(help.exitCode()).isZero();
    assertThat(help.out()).startsWith("Usage: bitlattice " + command);
    assertThat(CommandRun.of("--help").out()).contains("\n  " + command + " ");
  }

  @Test
  void versionNamesTheBuild() {
    CommandRun version = CommandRun.of("--version");
    assertThat(version.exitCode()).isZero();
    assertThat(version.out()).matches("bitlattice \\d+\\.\\d+\\.\\d+\\S* \\(commit \\w+\\)\n");
  }

  @Test
  void aMissingConfigurationIsNamed() {
    Path file = folder.resolve("none.conf");
    assertUserError(
        CommandRun.of("run", file.toString()), "there is no configuration file " + file);
  }

  @Test
  void wrongSettingsAreListedTogether() throws IOException {
    Path file =
        config(
            """
            corpus { train = a, dev = b, eval = c }
            training.epoch = 3
            """);
    CommandRun run = CommandRun.of("run", file.toString(), "--set", "model.layers=0");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err().lines().toList())
        .hasSize(4)
        .startsWith(
            "bitlattice: %s: 3 settings are wrong".formatted(file),
            "  model.layers is 0; allowed: a whole number from 1 to 100 (--set model.layers: 1)")
        .endsWith(
            "  training.epoch is not a setting; did you mean training.epochs? (%s: 2)"
                .formatted(file));
  }

  @Test
  void aMissingInputIsNamedBeforeAnythingIsWritten() throws IOException {
    Path output = folder.resolve("out");
    Path file =
        config(
            """
            output = "%s"
            corpus { train = "%2$s/no.txt", dev = "%2$s/no.txt", eval = "%2$s/no.txt" }
            systems.fp32.method = full-precision
            """
                .formatted(output, folder));
    assertUserError(
        CommandRun.of("run", file.toString()),
        "there is no file or folder %s/no.txt".formatted(folder));
    assertThat(output).doesNotExist();
  }

  @Test
  void aStageWhoseInputIsNotMadeSaysWhatToRun() throws IOException {
    Path text = Files.writeString(folder.resolve("text"), "a b\n");
    Path output = folder.resolve("out");
    Path file =
        config(
            """
            output = "%s"
            corpus { train = "%2$s", dev = "%2$s", eval = "%2$s" }
            systems.fp32.method = full-precision
            """
                .formatted(output, text));
    CommandRun run = CommandRun.of("train", file.toString());
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .contains(
            "bitlattice: train needs prepare, which is not complete for these settings in file:%s; run `bitlattice prepare` or `bitlattice run` first\n"
                .formatted(output.resolve("corpus")));
  }

  @Test
  void debugAddsTheStackTrace() {
    CommandRun run = CommandRun.of("run", folder.resolve("none.conf").toString(), "--debug");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("bitlattice: there is no configuration file ", "\tat org.");
  }

  @Test
  void informationOnAMissingModelIsAUserError() {
    CommandRun run = CommandRun.of("model", "info", folder.resolve("none").toString());
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .startsWith("bitlattice: ")
        .contains(folder.resolve("none").toString())
        .doesNotContain("internal error");
    assertThat(run.err().lines()).hasSize(1);
  }

  @Test
  void aSampleIsNotWrittenOverOtherFiles() throws IOException {
    Files.writeString(folder.resolve("mine"), "precious");
    assertUserError(
        CommandRun.of("sample", folder.toString()),
        "the folder %s is not empty; give one that is empty or absent".formatted(folder));
    try (var files = Files.list(folder)) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void theSizeOfASampleCanBeChosen() throws IOException {
    Path sample = folder.resolve("sample");
    CommandRun run =
        CommandRun.of(
            "sample",
            sample.toString(),
            "--train-sentences",
            "150",
            "--held-out-sentences=20",
            "--utterances=7");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(Files.readAllLines(sample.resolve("train.txt"))).hasSize(150);
    assertThat(Files.readAllLines(sample.resolve("eval.txt"))).hasSize(20);
    assertThat(Files.readAllLines(sample.resolve("dev.ref.trn"))).hasSize(7);
    assertUserError(
        CommandRun.of("sample", folder.resolve("other").toString(), "--train-sentences", "99"),
        "Cannot make a sample of 99 training and 400 held-out sentences; at least 100 and 1 are needed");
  }

  @Test
  void aMissingTranscriptIsAUserError() {
    Path none = folder.resolve("none.trn");
    assertUserError(
        CommandRun.of("wer", "--ref", none.toString(), "--hyp", none.toString()),
        "there is no file " + none);
  }

  @Test
  void errorsOfTwoSmallTranscripts() throws IOException {
    Path ref = Files.writeString(folder.resolve("ref.trn"), "a b c (u1)\nd e (u2)\n");
    Path hyp = Files.writeString(folder.resolve("hyp.trn"), "a x c (u1)\ne f (u2)\n");
    CommandRun run = CommandRun.of("wer", "--ref", ref.toString(), "--hyp", hyp.toString());
    assertThat(run.exitCode()).isZero();
    assertThat(run.out().lines().map(line -> List.of(line.trim().split(" +"))))
        .last()
        .isEqualTo(List.of(hyp.toString(), "2", "5", "3", "1", "1", "1", "3", "60.00", "2"));
  }
}
