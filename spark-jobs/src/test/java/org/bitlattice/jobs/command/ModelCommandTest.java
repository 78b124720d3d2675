package org.bitlattice.jobs.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.bitlattice.jobs.CommandRun;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.LocalModelFiles;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.lm.PyTorchExport;
import org.bitlattice.lm.TensorShape;
import org.bitlattice.lm.training.InitialWeights;
import org.bitlattice.quant.ModelFolder;
import org.bitlattice.quant.PackedModel;
import org.bitlattice.text.Vocabulary;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models out of folders and into folders, by the commands. */
class ModelCommandTest {
  private static final Vocabulary WORDS =
      Vocabulary.of(List.of("a", "<unk>", "b", "</s>", "c"), "test");
  private static final LmWeights WEIGHTS = InitialWeights.of(new LstmArchitecture(5, 3, 4, 2), 1);

  @TempDir Path folder;

  private Path file;
  private Path words;

  @BeforeEach
  void write() throws IOException {
    file = folder.resolve("lm.safetensors");
    try (OutputStream out = Files.newOutputStream(file)) {
      PyTorchExport.write(out, WEIGHTS, WORDS);
    }
    words = Files.write(folder.resolve("words.txt"), WORDS.words());
  }

  private CommandRun imported(String... options) {
    return CommandRun.of(
        Stream.concat(
                Stream.of(
                    "model",
                    "import",
                    file.toString(),
                    "--words",
                    words.toString(),
                    "--out",
                    folder.resolve("lm").toString()),
                Stream.of(options))
            .toArray(String[]::new));
  }

  private static void assertUserError(CommandRun run, String sentence) {
    assertThat(run.err()).isEqualTo("bitlattice: " + sentence + "\n");
    assertThat(run.exitCode()).isEqualTo(2);
  }

  @Test
  void anImportedModelIsAFolderLikeAnyOther() throws IOException {
    CommandRun run = imported();
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .isEqualTo(
            "%s: {\"kind\": \"lstm\", \"vocabulary-size\": 5, \"embedding-size\": 3, \"hidden-size\": 4, \"layers\": 2}, 344 parameters\n"
                .formatted(folder.resolve("lm")));
    ModelFolder model = ModelFolder.read(new LocalModelFiles(folder.resolve("lm")));
    assertThat(model.vocabulary().words()).containsExactly("</s>", "<unk>", "a", "b", "c");
    CommandRun info = CommandRun.of("model", "info", folder.resolve("lm").toString());
    assertThat(info.out()).contains("encoder.weight", "344 parameters");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("lm", "lm.safetensors", "words.txt");
    }
  }

  @Test
  void whatWasImportedIsExportedWithTheSameWeights() throws IOException {
    Path out = folder.resolve("again.safetensors");
    assertThat(imported().exitCode()).isZero();
    CommandRun run =
        CommandRun.of(
            "model", "export", folder.resolve("lm").toString(), "--safetensors", out.toString());
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .isEqualTo(
            "%s: 5 words, in the order of %s/vocabulary.txt\n"
                .formatted(out, folder.resolve("lm")));
    file = out;
    words = folder.resolve("lm/vocabulary.txt");
    Path twice = folder.resolve("twice");
    assertThat(imported("--out", twice.toString()).exitCode()).isEqualTo(1);
    run =
        CommandRun.of(
            "model",
            "import",
            out.toString(),
            "--words",
            words.toString(),
            "--out",
            twice.toString());
    assertThat(run.exitCode()).as(run.err()).isZero();
    for (String name : List.of("config.json", "model.safetensors", "vocabulary.txt")) {
      assertThat(twice.resolve(name)).hasSameBinaryContentAs(folder.resolve("lm").resolve(name));
    }
  }

  @Test
  void theTiedOutputOfAModelIsTold() throws IOException {
    LstmArchitecture shape = new LstmArchitecture(5, 4, 4, 1, LstmArchitecture.Output.TIED);
    LmWeights separate = InitialWeights.of(shape.with(5, LstmArchitecture.Output.SEPARATE), 1);
    java.util.Map<String, float[]> tensors = new java.util.HashMap<>();
    for (TensorShape tensor : shape.tensors()) {
      tensors.put(tensor.name(), separate.tensor(tensor.name()));
    }
    ModelFolder.write(
        new LocalModelFiles(folder.resolve("tied")),
        PackedModel.fullPrecision(LmWeights.of(shape, tensors)),
        WORDS);
    assertThat(CommandRun.of("model", "info", folder.resolve("tied").toString()).out())
        .endsWith("tied output: encoder.weight is the output matrix too\n");
    CommandRun export =
        CommandRun.of(
            "model", "export", folder.resolve("tied").toString(), "--safetensors", file.toString());
    assertThat(export.exitCode()).as(export.err()).isZero();
    assertThat(imported("--output", "tied").out())
        .startsWith(
            "%s: decoder.weight is encoder.weight: a tied output, stored once\n".formatted(file));
  }

  @Test
  void anOnnxFileIsWrittenWhole() throws IOException {
    assertThat(imported().exitCode()).isZero();
    Path out = folder.resolve("lm.onnx");
    CommandRun run =
        CommandRun.of("model", "export", folder.resolve("lm").toString(), "--onnx", out.toString());
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(Files.size(out)).isGreaterThan(4 * 344);
  }

  @Test
  void wordsCanLeaveTheModel() throws IOException {
    CommandRun run = imported("--start", "b", "--drop", "c", "--drop", "a");
    assertUserError(
        run, "%s: a vocabulary needs at least one word beside </s> and <unk>".formatted(words));
    run = imported("--start", "b", "--drop", "c");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .startsWith(
            "%s: left out of the soft-max, which makes the probabilities of the other words larger: b c\n"
                .formatted(file));
    assertThat(folder.resolve("lm/vocabulary.txt")).hasContent("</s>\n<unk>\na\n");
  }

  @Test
  void exportNeedsExactlyOneFile() {
    String lm = folder.resolve("lm").toString();
    CommandRun none = CommandRun.of("model", "export", lm);
    assertThat(none.exitCode()).isEqualTo(1);
    assertThat(none.err())
        .startsWith(
            "bitlattice: Error: Missing required argument (specify one of these): (--onnx=FILE | --safetensors=FILE)\n");
    CommandRun both = CommandRun.of("model", "export", lm, "--onnx", "a", "--safetensors", "b");
    assertThat(both.exitCode()).isEqualTo(1);
    assertThat(both.err()).contains("are mutually exclusive");
  }

  @Test
  void mistakesOfAnImportLeaveNothingBehind() throws IOException {
    assertUserError(
        imported("--boundary", "<eos>"),
        "%s: the boundary word \"<eos>\" is not in the list; --boundary names one of its words (those in brackets: <unk> </s>)"
            .formatted(words));
    assertUserError(
        imported("--prefix", "model."),
        "%s is not a word LSTM that can be imported: the tensor decoder.bias does not begin with the prefix model.; the names of one are encoder.weight, rnn.weight_ih_l0, rnn.weight_hh_l0, rnn.bias_ih_l0, rnn.bias_hh_l0 (and so on for each layer), decoder.weight and decoder.bias"
            .formatted(file)
            .replace("decoder.bias does", "encoder.weight does"));
    Files.write(file, new byte[] {'P', 'K', 3, 4, 0, 0, 0, 0, 0, 0});
    CommandRun pickle = imported();
    assertThat(pickle.exitCode()).isEqualTo(2);
    assertThat(pickle.err()).startsWith("bitlattice: %s is what torch.save writes".formatted(file));
    Files.delete(file);
    assertUserError(imported(), "there is no file " + file);
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(words);
    }
    Files.createDirectory(folder.resolve("lm"));
    assertUserError(
        imported(),
        "%s exists already; give a folder that does not".formatted(folder.resolve("lm")));
  }
}
