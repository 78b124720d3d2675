package org.bitlattice.jobs.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bitlattice.jobs.CommandRun;
import org.bitlattice.jobs.table.RowSchema;
import org.bitlattice.jobs.table.Tables;
import org.bitlattice.report.InferenceRow;
import org.bitlattice.report.ModelRow;
import org.bitlattice.report.NodeScoresRow;
import org.bitlattice.report.WerRow;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Systems that are run in another mode than exact, from the table to the command line. */
class InferenceModeTest {
  private static final Map<String, String> MODES = Map.of("ptq-4", "int8", "ptq-2", "compact");

  private static TinyExperiment exact;
  private static TinyExperiment modes;
  private static CommandRun run;

  @BeforeAll
  static void runSomeSystemsInOtherModes() {
    exact = TinyExperiment.undisturbed();
    modes = exact.copyWithout("modes", "rescored/ptq-4", "rescored/ptq-2", "scores", "report");
    run =
        modes.command(
            "run",
            "--set",
            "systems.ptq-4.inference=int8",
            "--set",
            "systems.ptq-2.inference=compact");
    assertThat(run.exitCode()).as(run.err()).isZero();
  }

  @Test
  void perplexitiesOfTheModeStandBesideTheExactOnes() {
    MODES.forEach(
        (system, mode) -> {
          ModelRow own = rows(exact, "systems/" + system + "/measures", ModelRow.class).get(0);
          List<InferenceRow> rows =
              rows(modes, "evaluated/" + system + "/perplexity", InferenceRow.class);
          assertThat(rows).extracting(InferenceRow::set).containsExactly("dev", "eval");
          for (InferenceRow row : rows) {
            boolean dev = row.set().equals("dev");
            assertThat(row.inference()).isEqualTo(mode);
            assertThat(row.tokens()).isEqualTo(dev ? own.devTokens() : own.evalTokens());
            assertThat(row.exactPerplexity())
                .isEqualTo(dev ? own.devPerplexity() : own.evalPerplexity());
            assertThat(row.perplexity()).isNotEqualTo(row.exactPerplexity());
            assertThat(row.differencePercent())
                .isEqualTo(100 * (row.perplexity() / row.exactPerplexity() - 1))
                .isBetween(-0.5, 0.5);
          }
        });
  }

  @Test
  void theTableOfWordErrorsNamesEveryMode() {
    for (WerRow row : rows(modes, "scores/wer", WerRow.class)) {
      boolean network = !List.of("first-pass", "ngram").contains(row.system());
      assertThat(row.inference().isPresent()).isEqualTo(network);
      if (network) {
        assertThat(row.inference()).contains(MODES.getOrDefault(row.system(), "exact"));
      }
      if (MODES.containsKey(row.system())) {
        List<InferenceRow> own =
            rows(modes, "evaluated/" + row.system() + "/perplexity", InferenceRow.class);
        assertThat(row.devPerplexity()).hasValue(own.get(0).perplexity());
        assertThat(row.evalPerplexity()).hasValue(own.get(1).perplexity());
      }
    }
  }

  @Test
  void thePageNamesTheModesThatAreNotExact() throws IOException {
    String page = Files.readString(modes.path("report/summary.md"));
    assertThat(page).contains("| ptq-4 (int8) | tuned |", "| ptq-2 (compact) | tuned |");
    assertThat(page).contains("| fp32 | tuned |", "| admm-2 | tuned |");
  }

  @Test
  void scoresOfTheNetworkAreThoseOfTheMode() {
    MODES.forEach(
        (system, mode) -> {
          String table = "rescored/" + system + "/dev/network";
          List<NodeScoresRow> before = rows(exact, table, NodeScoresRow.class);
          List<NodeScoresRow> after = rows(modes, table, NodeScoresRow.class);
          assertThat(after).hasSameSizeAs(before);
          double largest = 0;
          for (int i = 0; i < before.size(); i++) {
            float[] left = before.get(i).ln();
            float[] right = after.get(i).ln();
            for (int node = 0; node < left.length; node++) {
              largest = Math.max(largest, Math.abs((double) left[node] - right[node]));
            }
          }
          assertThat(largest).isBetween(1e-6, 0.2);
        });
  }

  @Test
  void oneExecutorOrTwoGiveTheSameBitsInEveryMode() {
    TinyExperiment again =
        exact.copyWithout("modes-again", "rescored/ptq-4", "rescored/ptq-2", "scores", "report");
    CommandRun other =
        again.command(
            1,
            "",
            "run",
            "--set",
            "systems.ptq-4.inference=int8",
            "--set",
            "systems.ptq-2.inference=compact");
    assertThat(other.exitCode()).as(other.err()).isZero();
    again.assertSameResults(modes, "");
  }

  @Test
  void thePerplexityCommandRunsAModelInAMode() {
    String model = exact.path("systems/ptq-4/model").toString();
    String text = TinyExperiment.data().resolve("dev.txt").toString();
    CommandRun command =
        CommandRun.on(
            2,
            "",
            "perplexity",
            "--model",
            model,
            "--text",
            text,
            "--mode",
            "int8",
            "--versus",
            model);
    assertThat(command.exitCode()).as(command.err()).isZero();
    InferenceRow row = rows(modes, "evaluated/ptq-4/perplexity", InferenceRow.class).get(0);
    double printed =
        Double.parseDouble(
            command.out().replaceAll("(?s).*model \\(int8\\): perplexity ([0-9.]+),.*", "$1"));
    assertThat(printed).isCloseTo(row.perplexity(), within(0.001));
    assertThat(command.out())
        .contains(String.format(Locale.ROOT, "model: perplexity %.5f,", row.exactPerplexity()))
        .containsPattern("KL divergence from .*model \\(int8\\) to .*model: 0\\.0\\d* nats");
  }

  @Test
  void aModelWithoutCodesIsRefused() {
    String model = exact.path("systems/fp32/model").toString();
    String text = TinyExperiment.data().resolve("dev.txt").toString();
    CommandRun refused =
        CommandRun.on(2, "", "perplexity", "--model", model, "--text", text, "--mode", "int8");
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err())
        .contains(
            "a model without tensors of 1, 2, 4 or 8 bits cannot be run in mode int8; its mode is exact");
    CommandRun alone =
        CommandRun.on(
            2, "", "perplexity", "--model", model, "--text", text, "--versus-mode", "compact");
    assertThat(alone.exitCode()).isEqualTo(2);
    assertThat(alone.err())
        .contains("--versus-mode compact has no second model; --versus names it");
  }

  private static <R extends Record> List<R> rows(
      TinyExperiment experiment, String table, Class<R> type) {
    return TinyExperiment.onSpark(
        spark -> Tables.read(spark, experiment.path(table).toString(), RowSchema.of(type)));
  }
}
