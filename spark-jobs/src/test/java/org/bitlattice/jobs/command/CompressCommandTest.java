package org.bitlattice.jobs.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.io.FileUtils;
import org.bitlattice.jobs.CommandRun;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.LocalModelFiles;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.lm.training.InitialWeights;
import org.bitlattice.quant.ModelFolder;
import org.bitlattice.quant.ModelOutline;
import org.bitlattice.quant.PackedModel;
import org.bitlattice.quant.Precision;
import org.bitlattice.sample.SampleCorpus;
import org.bitlattice.sample.SampleSettings;
import org.bitlattice.text.Vocabulary;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a model and some text to a smaller model. */
class CompressCommandTest {
  private static final Pattern RESULT =
      Pattern.compile(
          "(\\S+): ([\\d,]+) bytes .*dev perplexity ([\\d.]+) .*eval perplexity ([\\d.]+) .*");

  @TempDir static Path shared;
  @TempDir Path folder;

  private static Path model;
  private static Path text;
  private static Path compressed;
  private static CommandRun first;

  @BeforeAll
  static void compress() throws IOException {
    Path sample = shared.resolve("sample");
    SampleCorpus.write(sample, 1, new SampleSettings(300, 30, 12));
    text = sample.resolve("train.txt");
    List<String> words = new ArrayList<>(List.of("</s>", "<unk>"));
    words.addAll(Files.readAllLines(sample.resolve("words.txt")));
    Collections.reverse(words);
    Vocabulary vocabulary = Vocabulary.of(words, "test");
    model = write("lm", new LstmArchitecture(vocabulary.size(), 16, 16, 1), vocabulary);
    compressed = shared.resolve("small");
    first = run(compressed, "--ratio", "8");
    assertThat(first.exitCode()).as(first.err()).isZero();
  }

  private static Path write(String name, LmArchitecture architecture, Vocabulary vocabulary)
      throws IOException {
    Path path = Files.createDirectories(shared.resolve(name));
    ModelFolder.write(
        new LocalModelFiles(path),
        PackedModel.fullPrecision(InitialWeights.of((LstmArchitecture) architecture, 1)),
        vocabulary);
    return path;
  }

  private static CommandRun run(Path out, String... more) {
    return run(model, text, out, more);
  }

  private static CommandRun run(Path model, Path text, Path out, String... more) {
    return CommandRun.of(
        Stream.concat(
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
            .toArray(String[]::new));
  }

  private static void assertRefused(CommandRun run, String sentence) {
    assertThat(run.err()).isEqualTo("bitlattice: " + sentence + "\n");
    assertThat(run.exitCode()).isEqualTo(2);
  }

  private static ModelFolder opened(Path folder) throws IOException {
    return ModelFolder.read(new LocalModelFiles(folder));
  }

  private Path copy() throws IOException {
    Path copy = folder.resolve("copy");
    FileUtils.copyDirectory(compressed.toFile(), copy.toFile());
    return copy;
  }

  @Test
  void theModelIsWithinTheTargetAndHasThePerplexityThatIsTold() throws IOException {
    List<String> lines = first.out().lines().toList();
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0)).startsWith(model + ": ");
    assertThat(lines.get(2)).isEqualTo("summary: %s/summary.md".formatted(compressed));
    Matcher told = RESULT.matcher(lines.get(1));
    assertThat(told.matches()).as(lines.get(1)).isTrue();
    assertThat(told.group(1)).isEqualTo(compressed + "/model");
    ModelFolder small = opened(compressed.resolve("model"));
    long bytes = Files.size(compressed.resolve("model/model.safetensors"));
    long full = Files.size(model.resolve("model.safetensors"));
    assertThat(8 * bytes).isLessThanOrEqualTo(full);
    assertThat(told.group(2)).isEqualTo("%,d".formatted(bytes));
    assertThat(small.model().size().units().stream().map(unit -> unit.precision()).distinct())
        .contains(Precision.FULL)
        .hasSizeGreaterThan(2);
    assertThat(small.vocabulary().words())
        .containsExactlyInAnyOrderElementsOf(opened(model).vocabulary().words());
    assertPerplexity("dev", told.group(3));
    assertPerplexity("eval", told.group(4));
    String summary = Files.readString(compressed.resolve("summary.md"));
    assertThat(summary)
        .contains(
            "`%s`, with `--ratio 8` and method `ptq`, became `%s/model`."
                .formatted(model, compressed),
            "| bytes | %,d | %,d |".formatted(full, bytes),
            "Of %s every 20th sentence is dev, every 20th eval, and the rest train."
                .formatted(text),
            "| train | 270 |",
            "| dev | 15 |",
            "| encoder.weight[0:64] | 64 × 16 |",
            "| quantize/compressed |");
    try (Stream<Path> names = Files.list(compressed)) {
      assertThat(names.map(path -> path.getFileName().toString()).filter(n -> !n.startsWith(".")))
          .containsExactlyInAnyOrder(
              "assignments",
              "baseline",
              "compressed",
              "corpus",
              "experiment.conf",
              "model",
              "sensitivity",
              "summary.md",
              "systems",
              "text");
    }
  }

  private static void assertPerplexity(String set, String told) {
    CommandRun run =
        CommandRun.of(
            "perplexity",
            "--model",
            compressed.resolve("model").toString(),
            "--text",
            compressed.resolve("text/%s.txt".formatted(set)).toString());
    assertThat(run.exitCode()).as(run.err()).isZero();
    Matcher measured = Pattern.compile("perplexity ([\\d.]+),").matcher(run.out());
    assertThat(measured.find()).isTrue();
    assertThat(Double.parseDouble(measured.group(1)))
        .isCloseTo(Double.parseDouble(told), offset(0.0051));
  }

  @Test
  void theTextIsDealtOutByTheNumbersOfItsSentences() throws IOException {
    List<String> all = Files.readAllLines(text);
    List<String> train = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      if (i % 20 != 9 && i % 20 != 19) {
        train.add(all.get(i));
      }
    }
    assertThat(Files.readAllLines(compressed.resolve("text/train.txt"))).isEqualTo(train);
    assertThat(Files.readAllLines(compressed.resolve("text/dev.txt")))
        .hasSize(15)
        .startsWith(all.get(9), all.get(29));
    assertThat(Files.readAllLines(compressed.resolve("text/eval.txt")))
        .hasSize(15)
        .startsWith(all.get(19), all.get(39));
  }

  @Test
  void aSecondCallSkipsAllAndMendsWhatWasTakenAway() throws IOException {
    Path copy = copy();
    assertThat(run(copy, "--ratio", "8").exitCode()).isZero();
    FileUtils.deleteDirectory(copy.resolve("model").toFile());
    Files.delete(copy.resolve("summary.md"));
    CommandRun again = run(copy, "--ratio", "8");
    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(again.err()).contains("quantize/compressed").doesNotContain("starts");
    assertThat(again.out().replace(copy.toString(), compressed.toString())).isEqualTo(first.out());
    for (String file : ModelOutline.FILES) {
      assertThat(copy.resolve("model").resolve(file))
          .hasSameBinaryContentAs(compressed.resolve("model").resolve(file));
    }
    assertThat(copy.resolve("summary.md")).exists();
  }

  @Test
  void anotherTargetIsSolvedWithoutMeasuringAgain() throws IOException {
    Path copy = copy();
    CommandRun plan = run(copy, "--average-bits", "4", "--plan");
    assertThat(plan.exitCode()).as(plan.err()).isZero();
    assertThat(plan.out())
        .contains(
            "text                         complete, would be skipped\n",
            "sensitivity/kl/row-fp16-64-256-1024 complete, would be skipped\n",
            "allocate/compressed          would be computed again\n");
    CommandRun other = run(copy, "--average-bits", "4");
    assertThat(other.exitCode()).as(other.err()).isZero();
    assertThat(other.err())
        .contains(
            "sensitivity/kl/row-fp16-64-256-1024 complete, skipped\n",
            "quantize/fp32                complete, skipped\n",
            "allocate/compressed          starts\n",
            "quantize/compressed          starts\n");
    PackedModel model = opened(copy.resolve("model")).model();
    assertThat(model.size().averageBits()).isBetween(3.0, 4.0);
    assertThat(Files.readString(copy.resolve("summary.md"))).contains("with `--average-bits 4`");
    assertThat(copy.resolve("model/model.safetensors"))
        .hasSameBinaryContentAs(copy.resolve("systems/compressed/model/model.safetensors"));
  }

  @Test
  void whatWasInterruptedGoesOn() {
    Path out = folder.resolve("killed");
    CommandRun killed =
        CommandRun.on(
            2,
            "sensitivity/kl/row-fp16-64-256-1024 done",
            "compress",
            model.toString(),
            "--text",
            text.toString(),
            "--out",
            out.toString(),
            "--set",
            "sensitivity.sentences=10",
            "--ratio",
            "8");
    assertThat(killed.exitCode()).isEqualTo(3);
    assertThat(out.resolve("model")).doesNotExist();
    assertThat(out.resolve("summary.md")).doesNotExist();
    CommandRun again = run(out, "--ratio", "8");
    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(again.err())
        .contains("sensitivity/kl/row-fp16-64-256-1024 complete, skipped\n")
        .contains("allocate/compressed          starts\n");
    assertThat(out.resolve("model/model.safetensors"))
        .hasSameBinaryContentAs(compressed.resolve("model/model.safetensors"));
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
    Path other = write("other", new LstmArchitecture(words.size(), 16, 15, 1), words);
    run = run(other, text, compressed, "--ratio", "8");
    assertThat(run.err())
        .startsWith(sentence)
        .contains("    input baseline.import model.safetensors: was ");
    run = run(compressed, "--ratio", "8", "--set", "sensitivity.shards=3", "--plan");
    assertThat(run.err()).startsWith(sentence).contains("sensitivity.shards: was 8, now 3");
    assertThat(run.exitCode()).isEqualTo(2);
  }

  @Test
  void heldOutTextAndIdsAreTakenAsTheyAre() throws IOException {
    List<String> lines = Files.readAllLines(text);
    Path own = folder.resolve("own.txt.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(own))) {
      for (int i = 0; i < 12; i++) {
        out.write("u%d %s\n\n".formatted(i, lines.get(i)).getBytes("UTF-8"));
      }
    }
    Path train = folder.resolve("train.txt");
    Files.write(train, lines.stream().map(line -> "u " + line).toList());
    Path out = folder.resolve("out");
    CommandRun run =
        run(
            model,
            train,
            out,
            "--held-out",
            own.toString(),
            "--with-ids",
            "--target-size",
            "20 kB",
            "--method",
            "straight-through",
            "--set",
            "systems.compressed.low-bit-training.rounds=1",
            "--set",
            "systems.compressed.low-bit-training.averagings-per-round=1",
            "--set",
            "training.averaging-frequency=1");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(Files.readAllLines(out.resolve("text/train.txt"))).isEqualTo(lines);
    assertThat(Files.readAllLines(out.resolve("text/dev.txt")))
        .containsExactly(
            lines.get(0), lines.get(2), lines.get(4), lines.get(6), lines.get(8), lines.get(10));
    assertThat(Files.readAllLines(out.resolve("text/eval.txt"))).hasSize(6).contains(lines.get(11));
    assertThat(Files.size(out.resolve("model/model.safetensors"))).isLessThanOrEqualTo(20_000);
    assertThat(Files.readString(out.resolve("summary.md")))
        .contains(
            "%s is train; the sentences of %s are dev and eval by turns.".formatted(train, own),
            "with `--target-size 20 kB` and method `straight-through`");
  }

  @Test
  void latticesCanBeAddedToTheExperiment() throws IOException {
    Path copy = copy();
    assertThat(run(copy, "--ratio", "8").exitCode()).isZero();
    Path sample = shared.resolve("sample");
    CommandRun run =
        CommandRun.of(
            "run",
            copy.resolve("experiment.conf").toString(),
            "--set",
            "ngram.arpa=" + sample.resolve("bigram.arpa"),
            "--set",
            "lattices.sets.dev.path=" + sample.resolve("dev.slf.tar.gz"),
            "--set",
            "lattices.sets.dev.references=" + sample.resolve("dev.ref.trn"),
            "--set",
            "scores.bootstrap=0",
            "--overwrite",
            "score");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).contains("quantize/compressed          complete, skipped\n");
    assertThat(Files.readString(copy.resolve("report/summary.md")))
        .contains("| compressed | tuned |");
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
    Files.write(cut.resolve("model.safetensors"), java.util.Arrays.copyOf(bytes, 2000));
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
    java.util.Map<String, float[]> tensors = new java.util.HashMap<>();
    var separate = InitialWeights.of(shape.with(words.size(), LstmArchitecture.Output.SEPARATE), 1);
    shape.tensors().forEach(t -> tensors.put(t.name(), separate.tensor(t.name())));
    ModelFolder.write(
        new LocalModelFiles(tied),
        PackedModel.fullPrecision(org.bitlattice.lm.LmWeights.of(shape, tensors)),
        words);
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
