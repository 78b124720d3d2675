package org.bitlattice.jobs.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.bitlattice.jobs.CommandRun;
import org.bitlattice.jobs.table.RowSchema;
import org.bitlattice.jobs.table.Tables;
import org.bitlattice.lm.LocalModelFiles;
import org.bitlattice.quant.ModelFolder;
import org.bitlattice.report.LowBitRow;
import org.bitlattice.report.ModelRow;
import org.junit.jupiter.api.Test;

/** Training for tables as the commands run it: every output is opened. */
class LowBitTrainingTest {
  private static final TinyExperiment DONE = TinyExperiment.undisturbed();

  private static List<LowBitRow> rounds(TinyExperiment experiment, String system) {
    return TinyExperiment.onSpark(
        spark ->
            Tables.read(
                spark,
                experiment.path("systems/%s/rounds".formatted(system)).toString(),
                RowSchema.of(LowBitRow.class)));
  }

  private static ModelRow measures(TinyExperiment experiment, String system) {
    return TinyExperiment.onSpark(
            spark ->
                Tables.read(
                    spark,
                    experiment.path("systems/%s/measures".formatted(system)).toString(),
                    RowSchema.of(ModelRow.class)))
        .get(0);
  }

  @Test
  void straightThroughRoundsAreFollowedByFineTuningWithTheBestCodes() throws IOException {
    List<LowBitRow> rounds = rounds(DONE, "st-2");
    assertThat(rounds)
        .extracting(LowBitRow::phase)
        .containsExactly(
            "start", "straight-through", "straight-through", "fine-tuning", "fine-tuning");
    assertThat(rounds)
        .extracting(LowBitRow::learningRate)
        .containsExactly(0.0, 0.001, 0.0005, 0.001, 0.0005);
    assertThat(rounds.get(1).codesChanged()).isPositive();
    assertThat(rounds.get(3).codesChanged()).isZero();
    assertThat(rounds).allMatch(row -> row.gamma().isEmpty());
    double best =
        rounds.stream().mapToDouble(LowBitRow::devPerplexityQuantized).min().orElseThrow();
    assertThat(measures(DONE, "st-2").devPerplexity()).isEqualTo(best);
    assertThat(best).isLessThan(rounds.get(0).devPerplexityQuantized());
    ModelFolder latent = ModelFolder.read(new LocalModelFiles(DONE.path("systems/st-2/latent")));
    assertThat(latent.model().quantized()).isEmpty();
  }

  @Test
  void admmStartsFromTheWeightsBehindAnotherSystemAndLearnsFromTheBaseline() throws IOException {
    TinyExperiment more = DONE.copyWithout("warm-start", "rescored", "scores", "report");
    String[] warm = {
      "--set",
      "systems.a-warm={ method = admm, scope = row, start-from = st-2,"
          + " low-bit-training { rounds = 1, distillation = 0.5 } }"
    };
    assertThat(more.command("allocate", warm).exitCode()).isZero();
    CommandRun run = more.command("quantize", warm);
    assertThat(run.exitCode()).as(run.err()).isZero();
    List<LowBitRow> rounds = rounds(more, "a-warm");
    assertThat(rounds).extracting(LowBitRow::phase).containsExactly("start", "admm");
    CommandRun latent =
        CommandRun.of(
            "perplexity",
            "--model",
            more.path("systems/st-2/latent").toString(),
            "--text",
            TinyExperiment.data().resolve("dev.txt").toString());
    assertThat(latent.out())
        .contains("perplexity %.5f,".formatted(rounds.get(0).devPerplexityFull().getAsDouble()));
    double baseline = measures(more, "fp32").devPerplexity();
    assertThat(latent.out()).doesNotContain("perplexity %.5f,".formatted(baseline));
  }
}
