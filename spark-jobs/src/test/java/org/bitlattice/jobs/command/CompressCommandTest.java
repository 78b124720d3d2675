package org.bitlattice.jobs.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;
import static org.bitlattice.jobs.command.CompressedSample.opened;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.io.FileUtils;
import org.bitlattice.jobs.CommandRun;
import org.bitlattice.quant.ModelFolder;
import org.bitlattice.quant.ModelOutline;
import org.bitlattice.quant.PackedModel;
import org.bitlattice.quant.Precision;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a model and some text to a smaller model. */
class CompressCommandTest {
  private static final Pattern RESULT =
      Pattern.compile(
          "(\\S+): ([\\d,]+) bytes .*dev perplexity ([\\d.]+) .*eval perplexity ([\\d.]+) .*");

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

  private Path copy() throws IOException {
    Path copy = folder.resolve("copy");
    FileUtils.copyDirectory(compressed.toFile(), copy.toFile());
    return copy;
  }

  @Test
  void theModelIsWithinTheTargetAndHasThePerplexityThatIsTold() throws IOException {
    List<String> lines = sample.first.out().lines().toList();
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
    assertThat(again.out().replace(copy.toString(), compressed.toString()))
        .isEqualTo(sample.first.out());
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
            CompressedSample.line(model, text, out, "--ratio", "8"));
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
    Path corpus = sample.folder.resolve("sample");
    CommandRun run =
        CommandRun.of(
            "run",
            copy.resolve("experiment.conf").toString(),
            "--set",
            "ngram.arpa=" + corpus.resolve("bigram.arpa"),
            "--set",
            "lattices.sets.dev.path=" + corpus.resolve("dev.slf.tar.gz"),
            "--set",
            "lattices.sets.dev.references=" + corpus.resolve("dev.ref.trn"),
            "--set",
            "scores.bootstrap=0",
            "--overwrite",
            "score");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).contains("quantize/compressed          complete, skipped\n");
    assertThat(Files.readString(copy.resolve("report/summary.md")))
        .contains("| compressed | tuned |");
    CommandRun again = run(copy, "--ratio", "8");
    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(again.err()).doesNotContain("starts");
    assertThat(Files.readString(copy.resolve("report/summary.md")))
        .contains("| compressed | tuned |");
  }
}
