package org.bitlattice.jobs.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.bitlattice.jobs.CommandRun;
import org.bitlattice.lm.LocalModelFiles;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.lm.training.InitialWeights;
import org.bitlattice.quant.ModelFolder;
import org.bitlattice.quant.PackedModel;
import org.bitlattice.sample.SampleCorpus;
import org.bitlattice.sample.SampleSettings;
import org.bitlattice.text.Vocabulary;

/** A small model and some text, compressed once for all tests. */
final class CompressedSample {
  private static CompressedSample done;

  final Path folder;
  final Path model;
  final Path text;

  /** Folder of the result. */
  final Path compressed;

  /** The call that made it. */
  final CommandRun first;

  private CompressedSample() throws IOException {
    folder = Path.of("target", "compressed-sample").toAbsolutePath();
    FileUtils.deleteDirectory(folder.toFile());
    SampleCorpus.write(folder.resolve("sample"), 1, new SampleSettings(300, 30, 12));
    text = folder.resolve("sample/train.txt");
    List<String> words = new ArrayList<>(List.of("</s>", "<unk>"));
    words.addAll(Files.readAllLines(folder.resolve("sample/words.txt")));
    Collections.reverse(words);
    Vocabulary vocabulary = Vocabulary.of(words, "test");
    model =
        write(folder.resolve("lm"), new LstmArchitecture(vocabulary.size(), 16, 16, 1), vocabulary);
    compressed = folder.resolve("small");
    first = run(compressed, "--ratio", "8");
    assertThat(first.exitCode()).as(first.err()).isZero();
  }

  /** The sample; not to be changed. */
  static synchronized CompressedSample get() throws IOException {
    if (done == null) {
      done = new CompressedSample();
    }
    return done;
  }

  /** Writes a model with random weights. */
  static Path write(Path folder, LstmArchitecture architecture, Vocabulary vocabulary)
      throws IOException {
    ModelFolder.write(
        new LocalModelFiles(Files.createDirectories(folder)),
        PackedModel.fullPrecision(InitialWeights.of(architecture, 1)),
        vocabulary);
    return folder;
  }

  static ModelFolder opened(Path folder) throws IOException {
    return ModelFolder.read(new LocalModelFiles(folder));
  }

  /** Compresses the sample's model on its text. */
  CommandRun run(Path out, String... more) {
    return run(model, text, out, more);
  }

  static CommandRun run(Path model, Path text, Path out, String... more) {
    return CommandRun.of(line(model, text, out, more));
  }

  /** The command line of such a call. */
  static String[] line(Path model, Path text, Path out, String... more) {
    return Stream.concat(
            Stream.of(
                "compress",
                model.toString(),
                "--text",
                text.toString(),
                "--out",
                out.toString(),
                "--set",
                "sensitivity.sentences=10"),
            Stream.of(more))
        .toArray(String[]::new);
  }
}
