package org.bitlattice.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that PyTorch trains: imported, measured, exported again, and quantized. */
class TorchModelTest {
  private static Path python;

  @TempDir private Path scratch;

  private Path file;
  private Path words;
  private Path model;

  @BeforeAll
  static void findTorch() {
    python = ForeignPrograms.requireTorch();
  }

  private static Path data(String name) {
    return SmallExperiment.data().resolve(name);
  }

  private void make(String... options) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "--list", data("words.txt").toString(), "--train", data("train.txt").toString()));
    all.addAll(Arrays.asList(options));
    ForeignPrograms.makeWithTorch(python, scratch, all.toArray(String[]::new));
    file = scratch.resolve("lm.safetensors");
    words = scratch.resolve("words.txt");
    model = scratch.resolve("lm");
    ForeignPrograms.bitlattice(
        "model",
        "import",
        file.toString(),
        "--words",
        words.toString(),
        "--boundary",
        "<eos>",
        "--out",
        model.toString());
  }

  private Path experiment(String... settings) {
    Path output = scratch.resolve("experiment");
    List<String> arguments = new ArrayList<>(List.of(SmallExperiment.arguments(data(""), output)));
    List<String> own = new ArrayList<>(List.of("--set", "baseline.import=" + model));
    for (String setting : settings) {
      own.addAll(List.of("--set", setting));
    }
    own.addAll(List.of("--", "--master", "local[2]"));
    arguments.remove(arguments.size() - 1);
    arguments.addAll(own);
    ForeignPrograms.bitlattice(arguments.toArray(String[]::new));
    return output;
  }

  /** PyTorch, our own command and a stranger's ONNX Runtime agree on the dev text. */
  private double assertSamePerplexities(String... torchOptions) {
    Path text = data("dev.txt");
    double torch = ForeignPrograms.byTorch(python, file, words, text, torchOptions);
    assertThat(ForeignPrograms.byBitlattice(model, text)).isCloseTo(torch, within(1e-4));
    Path onnx = scratch.resolve("lm.onnx");
    ForeignPrograms.bitlattice("model", "export", model.toString(), "--onnx", onnx.toString());
    assertThat(ForeignPrograms.byJava(onnx, model.resolve("vocabulary.txt"), text))
        .isCloseTo(torch, within(1e-4));
    return torch;
  }

  private void assertThatTorchLoads(Path folder, double perplexity, String... torchOptions) {
    Path back = scratch.resolve("back.safetensors");
    ForeignPrograms.bitlattice(
        "model", "export", folder.toString(), "--safetensors", back.toString());
    List<String> options = new ArrayList<>(List.of("--boundary", "</s>"));
    options.addAll(Arrays.asList(torchOptions));
    assertThat(
            ForeignPrograms.byTorch(
                python,
                back,
                folder.resolve("vocabulary.txt"),
                data("dev.txt"),
                options.toArray(String[]::new)))
        .isCloseTo(perplexity, within(1e-4));
  }

  @Test
  void aModelWithAnOutputOfItsOwnGoesThroughTheExperiment() throws IOException {
    make("--embedding", "12", "--hidden", "20", "--layers", "2");
    double torch = assertSamePerplexities();
    assertThatTorchLoads(model, torch);
    Path output = experiment();
    assertThat(output.resolve("baseline/training")).doesNotExist();
    Path full = output.resolve("systems/fp32/model");
    assertThat(ForeignPrograms.byBitlattice(full, data("dev.txt"))).isCloseTo(torch, within(1e-4));
    assertThatTorchLoads(full, torch);
    Path lowBit = output.resolve("systems/admm-2/model");
    assertThatTorchLoads(lowBit, ForeignPrograms.byBitlattice(lowBit, data("dev.txt")));
    assertThat(Files.readString(output.resolve("report/summary.md")))
        .contains("| fp32 | tuned | 32.00 |", "| admm-2 | tuned | 2.00 |", "| kl-2 | tuned |");
  }

  @Test
  void aTiedModelIsMeasuredAndQuantized() throws IOException {
    make("--embedding", "16", "--hidden", "16", "--layers", "1", "--tied");
    double torch = assertSamePerplexities("--tied");
    assertThatTorchLoads(model, torch, "--tied");
    Path output = experiment("systems.admm-2.method=ptq");
    Path full = output.resolve("systems/fp32/model");
    assertThat(ForeignPrograms.byBitlattice(full, data("dev.txt"))).isCloseTo(torch, within(1e-4));
    assertThat(Files.readString(output.resolve("systems/kl-2/model/config.json")))
        .contains("\"output\": \"tied\"")
        .doesNotContain("decoder.weight");
  }
}
