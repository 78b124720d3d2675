package org.bitlattice.jobs.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.bitlattice.jobs.CommandRun;
import org.bitlattice.jobs.table.RowSchema;
import org.bitlattice.jobs.table.Tables;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.LocalModelFiles;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.lm.PyTorchExport;
import org.bitlattice.lm.WordRows;
import org.bitlattice.lm.training.InitialWeights;
import org.bitlattice.quant.ModelFolder;
import org.bitlattice.quant.ModelOutline;
import org.bitlattice.quant.PackedModel;
import org.bitlattice.report.ModelRow;
import org.bitlattice.text.Vocabulary;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Experiments whose baseline was trained elsewhere. */
class ImportedBaselineTest {
  private static TinyExperiment trained;
  private static ModelFolder baseline;

  @TempDir static Path shared;
  @TempDir Path folder;

  @BeforeAll
  static void trainElsewhere() throws IOException {
    trained = TinyExperiment.undisturbed();
    baseline = ModelFolder.read(new LocalModelFiles(trained.path("baseline/model")));
  }

  /** The trained baseline as PyTorch would have it: words in another order, other special words. */
  private static Path imported() throws IOException {
    Path model = shared.resolve("imported");
    if (Files.exists(model)) {
      return model;
    }
    List<String> words = new ArrayList<>(baseline.vocabulary().words());
    Collections.reverse(words);
    Vocabulary reversed = Vocabulary.of(words, "test");
    LmWeights weights =
        WordRows.between(baseline.vocabulary(), reversed).of(baseline.model().weights());
    Path file = shared.resolve("lm.safetensors");
    try (OutputStream out = Files.newOutputStream(file)) {
      PyTorchExport.write(out, weights, reversed);
    }
    words.replaceAll(word -> word.equals("</s>") ? "<eos>" : word);
    Path list = Files.write(shared.resolve("words.txt"), words);
    CommandRun run =
        CommandRun.of(
            "model",
            "import",
            file.toString(),
            "--words",
            list.toString(),
            "--boundary",
            "<eos>",
            "--out",
            model.toString());
    assertThat(run.exitCode()).as(run.err()).isZero();
    return model;
  }

  private static String[] from(Path model, String... more) {
    List<String> options = new ArrayList<>(List.of("--set", "baseline.import=" + model));
    options.addAll(List.of(more));
    return options.toArray(String[]::new);
  }

  private static void assertRefused(TinyExperiment experiment, Path model, String sentence) {
    CommandRun run = experiment.command("run", from(model));
    assertThat(run.err()).isEqualTo("bitlattice: " + sentence + "\n");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(experiment.output()).doesNotExist();
  }

  @Test
  void theExperimentGoesOnFromAnImportedModelAsFromOneThatItTrained() throws IOException {
    TinyExperiment experiment = TinyExperiment.in("imported");
    CommandRun run = experiment.command("run", from(imported()));
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).contains("  imported from %s: ".formatted(imported()));
    assertThat(experiment.path("baseline/training")).doesNotExist();
    for (String stage : List.of("corpus", "sensitivity", "systems", "scores")) {
      experiment.assertSameResults(trained, stage);
    }
    for (String file : ModelOutline.FILES) {
      assertThat(experiment.path("baseline/model").resolve(file))
          .hasSameBinaryContentAs(trained.path("baseline/model").resolve(file));
    }
    CommandRun again = experiment.command("run", from(imported()));
    assertThat(again.err())
        .contains("train                        complete, skipped\n")
        .doesNotContain("starts");
    CommandRun plan = experiment.command("train", "--plan");
    assertThat(plan.out())
        .contains(
            "train                        would be refused: made from other settings or inputs (--overwrite train)\n",
            "    input baseline.import model.safetensors: was ",
            "    training.epochs: was absent, now 1\n");
  }

  @Test
  void theVocabularyIsTheModelsWhereNoListIsGiven() throws IOException {
    TinyExperiment experiment = TinyExperiment.in("imported-words");
    CommandRun run =
        experiment.command("prepare", from(imported(), "--set", "corpus.vocabulary-file="));
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(Files.readAllLines(experiment.path("corpus/vocabulary.txt")))
        .isEqualTo(baseline.vocabulary().words());
  }

  @Test
  void otherWordsThanTheModelsAreRefused() throws IOException {
    Path list = Files.write(folder.resolve("words.txt"), baseline.vocabulary().words());
    Files.writeString(list, Files.readString(list) + "zebra\n");
    TinyExperiment experiment = TinyExperiment.in("other-words");
    CommandRun run =
        experiment.command("run", from(imported(), "--set", "corpus.vocabulary-file=" + list));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .isEqualTo(
            "bitlattice: corpus.vocabulary-file: %1$s has other words than the model of baseline.import: \"zebra\" is only in %1$s; leave it empty to take the model's words\n"
                .formatted(list));
    Files.write(list, List.of(baseline.vocabulary().word(2), baseline.vocabulary().word(3)));
    run = experiment.command("run", from(imported(), "--set", "corpus.vocabulary-file=" + list));
    assertThat(run.err())
        .contains("\" is only in %s/vocabulary.txt; leave it empty".formatted(imported()));
    assertThat(experiment.output()).doesNotExist();
  }

  private Path tied() throws IOException {
    int words = baseline.vocabulary().size();
    LmWeights separate = InitialWeights.of(new LstmArchitecture(words, 16, 16, 1), 3);
    LmWeights halved =
        separate.with(
            java.util.Map.of(LstmArchitecture.OUTPUT, separate.tensor(LstmArchitecture.EMBEDDING)));
    Path file = folder.resolve("tied.safetensors");
    try (OutputStream out = Files.newOutputStream(file)) {
      PyTorchExport.write(out, halved, baseline.vocabulary());
    }
    Path model = folder.resolve("tied");
    CommandRun run =
        CommandRun.of(
            "model",
            "import",
            file.toString(),
            "--words",
            trained.path("baseline/model/vocabulary.txt").toString(),
            "--out",
            model.toString());
    assertThat(run.exitCode()).as(run.err()).isZero();
    return model;
  }

  @Test
  void aTiedModelIsMeasuredAndQuantizedButNotTrained() throws IOException {
    Path model = tied();
    assertRefused(
        TinyExperiment.in("tied-refused"),
        model,
        "baseline.import: %s has a tied output (decoder.weight is encoder.weight), which cannot be trained, but these systems train it: admm-2 (admm), kl-2 (admm), st-2 (straight-through); allowed are the methods full-precision and ptq, or a model imported with --output separate"
            .formatted(model));
    TinyExperiment experiment = TinyExperiment.in("tied");
    CommandRun run =
        experiment.command(
            "run",
            from(
                model,
                "--set",
                "systems.admm-2.method=ptq",
                "--set",
                "systems.kl-2.method=ptq",
                "--set",
                "systems.st-2.method=ptq"));
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(Files.readString(experiment.path("assignments/kl-2/assignment.json")))
        .contains("encoder.weight")
        .doesNotContain("decoder.weight");
    ModelRow full = measures(experiment, "fp32");
    ModelRow ptq = measures(experiment, "ptq-4");
    assertThat(full.modelBytes())
        .isEqualTo(Files.size(experiment.path("systems/fp32/model/model.safetensors")));
    assertThat(ptq.compressionRatio()).isGreaterThan(3);
    assertThat(ptq.devPerplexity()).isNotEqualTo(full.devPerplexity());
    PackedModel packed =
        ModelFolder.read(new LocalModelFiles(experiment.path("systems/ptq-4/model"))).model();
    assertThat(packed.quantized().keySet())
        .containsExactly("encoder.weight", "rnn.weight_ih_l0", "rnn.weight_hh_l0");
  }

  private static ModelRow measures(TinyExperiment experiment, String system) {
    String table = experiment.path("systems/%s/measures".formatted(system)).toString();
    return TinyExperiment.onSpark(
        spark -> Tables.read(spark, table, RowSchema.of(ModelRow.class)).get(0));
  }

  @Test
  void aModelThatIsNoBaselineIsRefused() {
    Path lowBit = trained.path("systems/ptq-2/model");
    assertRefused(
        TinyExperiment.in("no-baseline"),
        lowBit,
        "baseline.import: %s is a low-bit model (encoder.weight, rnn.weight_ih_l0, rnn.weight_hh_l0, decoder.weight); a baseline is in full precision"
            .formatted(lowBit));
    Path none = folder.resolve("none");
    assertRefused(
        TinyExperiment.in("no-baseline"),
        none,
        "baseline.import: file:%s/config.json is missing; a model folder holds config.json, model.safetensors and vocabulary.txt"
            .formatted(none));
  }
}
