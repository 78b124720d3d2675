package org.bitlattice.jobs.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.bitlattice.allocation.PrecisionAssignment;
import org.bitlattice.jobs.CommandRun;
import org.bitlattice.jobs.table.RowSchema;
import org.bitlattice.jobs.table.Tables;
import org.bitlattice.lm.LocalModelFiles;
import org.bitlattice.quant.ModelFolder;
import org.bitlattice.quant.PackedModel;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.QuantizedTensor;
import org.bitlattice.quant.ScaleForm;
import org.bitlattice.quant.ScaleFormat;
import org.bitlattice.quant.ScaleScope;
import org.bitlattice.report.LowBitRow;
import org.bitlattice.report.ModelRow;
import org.bitlattice.sensitivity.Sensitivity;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Systems over blocks of words, from sensitivities to models: one by KL with a scale for each row
 * in half precision, one trained with one scale for the whole model.
 */
class BlockSystemsTest {
  private static final String FORM = "row-fp16-5-20";
  private static final int[] BOUNDS = {0, 5, 20};

  private static TinyExperiment done;
  private static List<Sensitivity> sensitivities;
  private static ModelRow byKl;
  private static List<LowBitRow> rounds;

  @BeforeAll
  static void run() {
    done =
        TinyExperiment.undisturbed()
            .copyWithout("blocks", "hypotheses", "rescored", "scores", "report");
    for (String command : List.of("sensitivity", "allocate", "quantize")) {
      CommandRun run =
          done.command(
              command,
              "--set",
              "systems.blocks={method=ptq,precision=kl,budget.ratio=6,scope=row,scale-format=fp16,word-blocks=[5,20]}",
              "--set",
              "systems.shared={method=admm,bits=2,scope=model,word-blocks=[5]}");
      assertThat(run.exitCode()).as(run.err()).isZero();
    }
    TinyExperiment.onSpark(
        spark -> {
          String folder = done.output().toString();
          sensitivities =
              Tables.read(
                  spark,
                  folder + "/sensitivity/kl/" + FORM + "/table",
                  RowSchema.of(Sensitivity.class));
          byKl =
              Tables.read(spark, folder + "/systems/blocks/measures", RowSchema.of(ModelRow.class))
                  .get(0);
          rounds =
              Tables.read(spark, folder + "/systems/shared/rounds", RowSchema.of(LowBitRow.class));
          return null;
        });
  }

  private static PackedModel model(String system) throws IOException {
    Path folder = done.path("systems/" + system + "/model");
    return ModelFolder.read(new LocalModelFiles(folder)).model();
  }

  @Test
  void everyUnitIsProbedAtEveryPrecision() throws IOException {
    int words = model("blocks").architecture().vocabularySize();
    List<String> units = new ArrayList<>();
    for (String tensor : List.of("encoder.weight", "decoder.weight")) {
      for (int i = 0; i < BOUNDS.length; i++) {
        int to = i + 1 < BOUNDS.length ? BOUNDS[i + 1] : words;
        units.add("%s[%d:%d]".formatted(tensor, BOUNDS[i], to));
      }
    }
    units.add("rnn.weight_ih_l0");
    units.add("rnn.weight_hh_l0");
    assertThat(sensitivities).hasSize(4 * units.size());
    Map<String, Double> atEight = new TreeMap<>();
    for (Sensitivity row : sensitivities) {
      assertThat(row.value()).isGreaterThan(-1e-6);
      if (row.bits() == 8) {
        atEight.put(row.tensor(), row.value());
      }
    }
    assertThat(atEight.keySet()).containsExactlyInAnyOrderElementsOf(units);
    assertThat(atEight.values()).allMatch(value -> value < 0.01);
  }

  @Test
  void theModelHasThePrecisionsOfTheAssignmentWithinTheBudget() throws IOException {
    PrecisionAssignment assignment = done.assignment("blocks");
    assertThat(assignment.units().names()).hasSize(8).contains("decoder.weight[5:20]");
    assertThat(assignment.scales()).isEqualTo(new ScaleForm(ScaleScope.ROW, ScaleFormat.FP16));
    PackedModel model = model("blocks");
    model
        .quantized()
        .forEach(
            (name, tensor) ->
                assertThat(tensor.storage()).isEqualTo(assignment.storage().get(name)));
    long bytes = Files.size(done.path("systems/blocks/model/model.safetensors"));
    assertThat(assignment.bytes()).isEqualTo(bytes);
    assertThat(byKl.modelBytes()).isEqualTo(bytes);
    assertThat(byKl.compressionRatio()).isGreaterThanOrEqualTo(6);
    assertThat(byKl.averageBits()).isEqualTo(assignment.averageBits());
    assertThat(byKl.devPerplexity()).isBetween(1.0, 1000.0);
  }

  @Test
  void aModelsSharedScaleIsTrainedAndStoredWithEveryUnit() throws IOException {
    assertThat(rounds).extracting(LowBitRow::round).containsExactly(0, 1, 2);
    Map<String, QuantizedTensor> quantized = model("shared").quantized();
    assertThat(quantized).hasSize(4);
    float scale = quantized.get("rnn.weight_hh_l0").scale(0);
    assertThat(scale).isPositive();
    quantized.forEach(
        (name, tensor) -> {
          assertThat(tensor.scope()).isEqualTo(ScaleScope.MODEL);
          assertThat(tensor.precision()).isEqualTo(Precision.TWO);
          assertThat(tensor.scales())
              .hasSize(name.endsWith("coder.weight") ? 2 : 1)
              .containsOnly(scale);
        });
  }

  @Test
  void modelInformationAddsUpToTheFile() throws IOException {
    Path folder = done.path("systems/blocks/model");
    CommandRun info = CommandRun.of("model", "info", folder.toString());
    assertThat(info.exitCode()).as(info.err()).isZero();
    List<String> lines = info.out().lines().toList();
    assertThat(lines.get(0).trim().split(" {2,}"))
        .containsExactly(
            "tensor",
            "shape",
            "bits",
            "scope",
            "scales",
            "code bytes",
            "scale bytes",
            "other bytes",
            "share");
    long sum = 0;
    double share = 0;
    for (String line : lines.subList(1, lines.size() - 1)) {
      String[] fields = line.trim().replace(",", "").split(" +");
      int last = fields.length - 1;
      for (int column = last - 4; column < last - 1; column++) {
        sum += Long.parseLong(fields[column]);
      }
      share += Double.parseDouble(fields[last - 1]);
    }
    long bytes = Files.size(folder.resolve("model.safetensors"));
    assertThat(sum).isEqualTo(bytes);
    assertThat(share).isBetween(99.9, 100.1);
    assertThat(lines.get(lines.size() - 1))
        .contains(
            String.format(Locale.ROOT, " %,d bytes, ratio %.2f", bytes, byKl.compressionRatio()));
    assertThat(lines.get(2))
        .matches(
            "encoder\\.weight\\[5:20] +\\[15, 12] +\\d+ +row +fp16 +[\\d,]+ +30 +0 +\\d+\\.\\d\\d %");
    assertThat(lines.get(lines.size() - 2)).startsWith("header ");
  }
}
