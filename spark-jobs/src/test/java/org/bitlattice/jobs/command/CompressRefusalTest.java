package org.bitlattice.jobs.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bitlattice.jobs.command.CompressedSample.opened;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.bitlattice.jobs.CommandRun;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.LocalModelFiles;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.lm.training.InitialWeights;
import org.bitlattice.quant.ModelFolder;
import org.bitlattice.quant.PackedModel;
import org.bitlattice.text.Vocabulary;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What compress refuses, in one sentence and before anything is done. */
class CompressRefusalTest {
  @TempDir Path folder;

  private static CompressedSample sample;
  private static Path model;
  private static Path text;
  private static Path compressed;

  @BeforeAll
  static void compress() throws IOException {
    sample = CompressedSample.get();
    model = sample.model;
    text = sample.text;
    compressed = sample.compressed;
  }

  private static CommandRun run(Path out, String... more) {
    return sample.run(out, more);
  }

  private static CommandRun run(Path model, Path text, Path out, String... more) {
    return CompressedSample.run(model, text, out, more);
  }

  private static void assertRefused(CommandRun run, String sentence) {
    assertThat(run.err()).isEqualTo("bitlattice: " + sentence + "\n");
    assertThat(run.exitCode()).isEqualTo(2);
  }

  @Test
  void anotherModelTextOrSettingInTheSameFolderIsRefused() throws IOException {
    String sentence =
        "bitlattice: %s was made from another model or text, or with other settings than target and method; give another --out\n"
            .formatted(compressed);
    Path longer = folder.resolve("longer.txt");
    Files.writeString(longer, Files.readString(text) + "one more\n");
    CommandRun run = run(model, longer, compressed, "--ratio", "8");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .startsWith(sentence + "  text (file:%s/text):\n".formatted(compressed))
        .contains("    input compress.text: was ");
    Vocabulary words = opened(model).vocabulary();
    Path other =
        CompressedSample.write(
            folder.resolve("other"), new LstmArchitecture(words.size(), 16, 15, 1), words);
    run = run(other, text, compressed, "--ratio", "8");
    assertThat(run.err())
        .startsWith(sentence)
        .contains("    input baseline.import model.safetensors: was ");
    run = run(compressed, "--ratio", "8", "--set", "sensitivity.shards=3", "--plan");
    assertThat(run.err()).startsWith(sentence).contains("sensitivity.shards: was 8, now 3");
    assertThat(run.exitCode()).isEqualTo(2);
  }

  @Test
  void whatCannotBeReachedIsRefusedBeforeAnythingIsDone() {
    Path out = folder.resolve("out");
    CommandRun run = run(out, "--target-size", "1kB");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .matches(
            "bitlattice: --target-size 1kB: a model file of 1000 bytes cannot be reached; the smallest has (\\d+); allowed: --target-size (\\d+(\\.\\d+)?)kB or more\n");
    Matcher nearest = Pattern.compile("the smallest has (\\d+)").matcher(run.err());
    assertThat(nearest.find()).isTrue();
    assertThat(run(out, "--target-size", nearest.group(1), "--plan").exitCode()).isZero();
    assertThat(run(out, "--ratio", "1000").err())
        .startsWith(
            "bitlattice: --ratio 1000: a compression ratio of 1000.0 cannot be reached; the largest is ");
    assertRefused(
        run(out, "--average-bits", "0.5"),
        "--average-bits 0.5: an average of 0.5 bits cannot be reached; the smallest is 1.000");
    assertRefused(
        run(out, "--average-bits", "1.5", "--set", "sensitivity.bits=[2,4]"),
        "--average-bits 1.5: an average of 1.5 bits cannot be reached; the smallest is 2.000");
    assertRefused(
        run(
            out,
            "--average-bits",
            "2",
            "--set",
            "systems.compressed.allocation.limits=[{units=\".*\",at-least=4}]"),
        "--average-bits 2: an average of 2.0 bits cannot be reached; the smallest is 4.000");
    CommandRun pattern =
        run(out, "--ratio", "8", "--set", "systems.compressed.allocation.groups=[\"gru.*\"]");
    assertThat(pattern.exitCode()).isEqualTo(2);
    assertThat(pattern.err()).contains("the allocation rule for \"gru.*\" matches no unit");
    CommandRun sources = run(out, "--ratio", "8", "--set", "systems.compressed.sources=[uniform]");
    assertThat(sources.exitCode()).isEqualTo(2);
    assertThat(sources.err())
        .contains("systems.compressed.sources follows from the options of this command");
    assertRefused(
        run(out, "--ratio", "0.5"), "--ratio 0.5 is no size; allowed: a number from 1 on");
    assertThat(out).doesNotExist();
  }

  @Test
  void wrongModelsAreRefusedBeforeAnythingIsDone() throws IOException {
    Path out = folder.resolve("out");
    Path none = folder.resolve("none");
    assertRefused(
        run(none, text, out, "--ratio", "8"),
        "file:%s/config.json is missing; a model folder holds config.json, model.safetensors and vocabulary.txt"
            .formatted(none));
    Path cut = folder.resolve("cut");
    FileUtils.copyDirectory(model.toFile(), cut.toFile());
    byte[] bytes = Files.readAllBytes(cut.resolve("model.safetensors"));
    Files.write(cut.resolve("model.safetensors"), Arrays.copyOf(bytes, 2000));
    CommandRun damaged = run(cut, text, out, "--ratio", "8");
    assertThat(damaged.exitCode()).isEqualTo(2);
    assertThat(damaged.err()).contains("%s/model.safetensors".formatted(cut));
    Path small = compressed.resolve("model");
    assertRefused(
        run(small, text, out, "--ratio", "8"),
        "%s is a low-bit model already (encoder.weight, rnn.weight_ih_l0, rnn.weight_hh_l0, decoder.weight); compress needs a model in full precision"
            .formatted(small));
    assertThat(out).doesNotExist();
  }

  @Test
  void aTiedModelIsNotTrained() throws IOException {
    Vocabulary words = opened(model).vocabulary();
    Path tied = Files.createDirectories(folder.resolve("tied"));
    LstmArchitecture shape =
        new LstmArchitecture(words.size(), 8, 8, 1, LstmArchitecture.Output.TIED);
    Map<String, float[]> tensors = new HashMap<>();
    LmWeights separate =
        InitialWeights.of(shape.with(words.size(), LstmArchitecture.Output.SEPARATE), 1);
    shape.tensors().forEach(t -> tensors.put(t.name(), separate.tensor(t.name())));
    ModelFolder.write(
        new LocalModelFiles(tied), PackedModel.fullPrecision(LmWeights.of(shape, tensors)), words);
    Path out = folder.resolve("out");
    assertRefused(
        run(tied, text, out, "--ratio", "4", "--method", "admm"),
        "%s has a tied output (decoder.weight is encoder.weight), which --method admm cannot train; allowed: --method ptq, or a model imported with --output separate"
            .formatted(tied));
    CommandRun ptq = run(tied, text, out, "--ratio", "4");
    assertThat(ptq.exitCode()).as(ptq.err()).isZero();
    assertThat(opened(out.resolve("model")).model().quantized())
        .doesNotContainKey("decoder.weight");
  }

  @Test
  void wrongTextsAreRefusedBeforeAnythingIsDone() throws IOException {
    Path out = folder.resolve("out");
    Path few = Files.write(folder.resolve("few.txt"), Files.readAllLines(text).subList(0, 99));
    Files.writeString(few, Files.readString(few) + "\n \n");
    assertRefused(
        run(model, few, out, "--ratio", "8"),
        "%s has 99 sentences (lines with a word); compress needs at least 100".formatted(few));
    assertRefused(
        run(
            out,
            "--ratio",
            "8",
            "--held-out",
            Files.writeString(folder.resolve("a"), "a\n").toString()),
        "%s has 1 sentences (lines with a word); compress needs at least 10"
            .formatted(folder.resolve("a")));
    assertRefused(
        run(model, folder.resolve("none"), out, "--ratio", "8"),
        "there is no text file " + folder.resolve("none"));
    assertRefused(
        run(model, folder, out, "--ratio", "8"), folder + " is a folder; give a text file");
    assertThat(out).doesNotExist();
  }

  @Test
  void aFolderOfOthersIsNotFilled() throws IOException {
    Path out = Files.createDirectories(folder.resolve("mine"));
    Files.writeString(out.resolve("thesis.tex"), "precious");
    assertRefused(
        run(out, "--ratio", "8"),
        "--out %s is not empty and was not made by bitlattice compress; give a folder that is absent or empty"
            .formatted(out));
    assertRefused(
        run(out.resolve("thesis.tex"), "--ratio", "8"),
        "--out %s/thesis.tex is a file; give a folder".formatted(out));
    try (Stream<Path> left = Files.list(out)) {
      assertThat(left).hasSize(1);
    }
  }

  @Test
  void aCommandLineHasExactlyOneTarget() {
    CommandRun none = run(folder.resolve("out"));
    assertThat(none.exitCode()).isEqualTo(1);
    assertThat(none.err()).contains("--target-size", "--ratio", "--average-bits");
    CommandRun two = run(folder.resolve("out"), "--ratio", "8", "--average-bits", "2");
    assertThat(two.exitCode()).isEqualTo(1);
    assertThat(two.err()).contains("mutually exclusive");
    CommandRun size = run(folder.resolve("out"), "--target-size", "12M");
    assertThat(size.exitCode()).isEqualTo(1);
    assertThat(size.err()).contains("'12M' is not a size; allowed: a number from 1 byte");
    CommandRun method = run(folder.resolve("out"), "--ratio", "8", "--method", "full-precision");
    assertThat(method.exitCode()).isEqualTo(1);
    assertThat(method.err())
        .contains("'full-precision' is not a method; allowed: ptq, straight-through, admm");
  }
}
