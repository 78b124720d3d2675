package org.bitlattice.jobs.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.bitlattice.allocation.PrecisionAssignment;
import org.bitlattice.allocation.RankCorrelation;
import org.bitlattice.jobs.CommandRun;
import org.bitlattice.jobs.table.RowSchema;
import org.bitlattice.jobs.table.Tables;
import org.bitlattice.lm.LocalModelFiles;
import org.bitlattice.quant.ModelFolder;
import org.bitlattice.quant.Precision;
import org.bitlattice.report.CandidateRow;
import org.bitlattice.report.CorrelationRow;
import org.bitlattice.report.FrontierRow;
import org.bitlattice.report.ModelRow;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Systems whose precisions whole models decide, that obey rules, or whose precisions are given. */
class BestSystemsTest {
  private static TinyExperiment done;
  private static List<CandidateRow> candidates;
  private static List<CorrelationRow> correlations;
  private static List<FrontierRow> frontier;
  private static List<CandidateRow> byKl;

  @BeforeAll
  static void run() throws IOException {
    done =
        TinyExperiment.undisturbed()
            .copyWithout("best", "hypotheses", "rescored", "scores", "report");
    Path given = done.path("mine.json");
    Files.writeString(
        given,
        """
        {
          "scope": "row",
          "scale-format": "fp16",
          "tensors": {
            "encoder.weight": {"bits": 1},
            "rnn.weight_ih_l0": {"bits": 4},
            "rnn.weight_hh_l0": {"bits": 32},
            "decoder.weight": {"bits": 8}
          }
        }
        """);
    for (String command : List.of("sensitivity", "allocate", "quantize")) {
      CommandRun run = command(command);
      assertThat(run.exitCode()).as(run.err()).isZero();
    }
    TinyExperiment.onSpark(
        spark -> {
          String folder = done.output() + "/assignments/";
          candidates =
              Tables.read(
                  spark, folder + "best/candidates/table", RowSchema.of(CandidateRow.class));
          byKl =
              Tables.read(
                  spark, folder + "measured/candidates/table", RowSchema.of(CandidateRow.class));
          correlations =
              Tables.read(
                  spark,
                  folder + "best/candidates/correlation",
                  RowSchema.of(CorrelationRow.class));
          frontier = Tables.read(spark, folder + "ruled/frontier", RowSchema.of(FrontierRow.class));
          return null;
        });
  }

  private static CommandRun command(String command, String... options) {
    String[] systems = {
      "--set",
      "systems.best={method=ptq,precision=best,sources=[kl,uniform],budget.average-bits=2,candidates{count=4,sentences=1000}}",
      "--set",
      "systems.measured={method=ptq,precision=kl,choose-by=measurement,budget.ratio=9,candidates{count=3,sentences=20}}",
      "--set",
      "systems.ruled={method=ptq,precision=kl,budget.average-bits=3,allocation{limits=[{units=\"decoder.*\",at-least=4}],groups=[\"rnn.*\"]}}",
      "--set",
      "systems.mine={method=ptq,precision=given,assignment=\"" + done.path("mine.json") + "\"}"
    };
    String[] all = Arrays.copyOf(systems, systems.length + options.length);
    System.arraycopy(options, 0, all, systems.length, options.length);
    return done.command(command, all);
  }

  private static ModelRow measures(String system) {
    return TinyExperiment.onSpark(
        spark ->
            Tables.read(
                    spark,
                    done.output() + "/systems/" + system + "/measures",
                    RowSchema.of(ModelRow.class))
                .get(0));
  }

  private static CandidateRow one(List<CandidateRow> rows, Predicate<CandidateRow> wanted) {
    List<CandidateRow> found = rows.stream().filter(wanted).toList();
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  @Test
  void theLowestPerplexityOfAllSourcesWins() throws IOException {
    assertThat(candidates)
        .extracting(CandidateRow::source)
        .containsExactly("kl", "kl", "kl", "kl", "uniform");
    CandidateRow best = one(candidates, CandidateRow::best);
    assertThat(candidates)
        .allMatch(row -> row.devPerplexity() >= best.devPerplexity())
        .allMatch(row -> row.averageBits() <= 2)
        .allMatch(row -> row.klNats() > 0);
    assertThat(done.assignment("best").bitsInOrder()).isEqualTo(best.bits());
    assertThat(done.assignment("best").bytes()).isEqualTo(best.modelBytes());
  }

  @Test
  void whatIsMeasuredIsThatOfTheModelsThatAreMade() {
    ModelRow best = measures("best");
    assertThat(one(candidates, CandidateRow::best).devPerplexity())
        .isCloseTo(best.devPerplexity(), within(1e-6 * best.devPerplexity()));
    CandidateRow uniform = one(candidates, row -> row.source().equals("uniform"));
    ModelRow twoBits = measures("ptq-2");
    assertThat(uniform.bits()).isEqualTo("2 2 2 2");
    assertThat(uniform.predicted()).isEmpty();
    assertThat(uniform.devPerplexity())
        .isCloseTo(twoBits.devPerplexity(), within(1e-6 * twoBits.devPerplexity()));
    assertThat(uniform.tokens()).isEqualTo(twoBits.devTokens());
    assertThat(best.devPerplexity()).isLessThanOrEqualTo(twoBits.devPerplexity() * (1 + 1e-9));
    CommandRun versus =
        CommandRun.of(
            "perplexity",
            "--model",
            done.path("baseline/model").toString(),
            "--versus",
            done.path("systems/ptq-2/model").toString(),
            "--text",
            TinyExperiment.data().resolve("dev.txt").toString());
    assertThat(versus.exitCode()).as(versus.err()).isZero();
    String divergence = versus.out().lines().reduce((a, b) -> b).orElseThrow();
    assertThat(Double.parseDouble(divergence.replaceFirst(".*: (\\S+) nats per token", "$1")))
        .isCloseTo(uniform.klNats(), within(2e-6));
  }

  @Test
  void predictionsAreComparedWithTheTruth() {
    assertThat(correlations).hasSize(1);
    assertThat(correlations.get(0).source()).isEqualTo("kl");
    assertThat(correlations.get(0).candidates()).isEqualTo(4);
    List<CandidateRow> own = candidates.subList(0, 4);
    assertThat(correlations.get(0).rankCorrelation())
        .isEqualTo(
            RankCorrelation.of(
                own.stream().mapToDouble(row -> row.predicted().getAsDouble()).toArray(),
                own.stream().mapToDouble(CandidateRow::klNats).toArray()));
    assertThat(byKl).hasSize(3).allMatch(row -> row.source().equals("kl"));
    assertThat(byKl.get(0).predicted().getAsDouble())
        .isLessThanOrEqualTo(byKl.get(1).predicted().getAsDouble());
    assertThat(byKl.get(0).tokens()).isLessThan(candidates.get(0).tokens());
  }

  @Test
  void rulesAreObeyedOnTheWholeFrontier() throws IOException {
    PrecisionAssignment ruled = done.assignment("ruled");
    assertThat(ruled.precision("decoder.weight").bits()).isGreaterThanOrEqualTo(4);
    assertThat(ruled.precision("rnn.weight_ih_l0")).isEqualTo(ruled.precision("rnn.weight_hh_l0"));
    assertThat(frontier).extracting(FrontierRow::axis).contains("bytes", "average-bits");
    for (FrontierRow row : frontier) {
      String[] bits = row.bits().split(" ");
      assertThat(bits[1]).isEqualTo(bits[2]);
      assertThat(Integer.parseInt(bits[3])).isGreaterThanOrEqualTo(4);
      assertThat(row.excess()).isZero();
    }
    assertThat(frontier).anyMatch(row -> row.bits().equals(ruled.bitsInOrder()));
  }

  @Test
  void anAssignmentThatIsGivenIsTakenAsItIs() throws IOException {
    PrecisionAssignment mine = done.assignment("mine");
    assertThat(mine.bitsInOrder()).isEqualTo("1 4 32 8");
    assertThat(mine.toJson()).isEqualTo(Files.readString(done.path("mine.json")));
    ModelFolder model = ModelFolder.read(new LocalModelFiles(done.path("systems/mine/model")));
    assertThat(model.model().quantized()).doesNotContainKey("rnn.weight_hh_l0").hasSize(3);
    assertThat(model.model().quantized().get("decoder.weight").precision())
        .isEqualTo(Precision.EIGHT);
    assertThat(measures("mine").modelBytes()).isEqualTo(mine.bytes());
  }

  @Test
  void anotherBudgetIsSolvedWithoutMeasuringSensitivitiesAgain() {
    CommandRun plan =
        command("sensitivity", "--plan", "--set", "systems.ruled.budget.average-bits=4");
    assertThat(plan.out().lines().skip(1))
        .isNotEmpty()
        .allMatch(l -> l.contains("would be skipped"));
    CommandRun allocate =
        command("allocate", "--plan", "--set", "systems.ruled.budget.average-bits=4.5");
    assertThat(allocate.out()).contains("systems.ruled.budget.average-bits");
  }

  @Test
  void mistakesAreNamed() {
    CommandRun pattern =
        command(
            "allocate",
            "--set",
            "systems.wrong={method=ptq,precision=kl,budget.ratio=5,allocation.groups=[\"lstm.*\"]}");
    assertThat(pattern.exitCode()).isEqualTo(2);
    assertThat(pattern.err())
        .contains("the allocation rule for \"lstm.*\" matches no unit of this lstm; its units are");
    CommandRun missing = command("allocate", "--set", "systems.mine.assignment=nowhere.json");
    assertThat(missing.exitCode()).isEqualTo(2);
    assertThat(missing.err()).contains("there is no file or folder nowhere.json");
  }
}
