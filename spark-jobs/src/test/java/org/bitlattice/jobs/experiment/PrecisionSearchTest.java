package org.bitlattice.jobs.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.bitlattice.allocation.PrecisionAssignment;
import org.bitlattice.jobs.CommandRun;
import org.bitlattice.jobs.table.RowSchema;
import org.bitlattice.jobs.table.Tables;
import org.bitlattice.lm.LocalModelFiles;
import org.bitlattice.quant.ModelFolder;
import org.bitlattice.report.SearchRow;
import org.bitlattice.search.SearchProbability;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Precision searches as the commands run them: every output is opened. */
class PrecisionSearchTest {
  private static final String FORM = "sensitivity/search/row-fp16-5";
  private static final String[] REFIT = {
    "--set",
    "systems.found={method=ptq,precision=search,budget.ratio=6,scope=row,scale-format=fp16,word-blocks=[5]}",
    "--set",
    "search={rounds=3,betas=[0,0.1,3],weight-averagings=2,weight-learning-rate=0.01,logit-steps=6,logit-learning-rate=0.1,temperature=2,temperature-decay=0.5,sentences=30}"
  };
  private static final String[] FROZEN = {
    "--set",
    "systems.frozen={method=admm,precision=search,budget.average-bits=3}",
    "--set",
    "search={bits=[2,4],branches=admm-uniform,systems={2=admm-2,4=whole-4},rounds=2,betas=[0.1],logit-steps=3,relaxation=softmax,sentences=30}",
    "--set",
    "systems.whole-4={method=ptq,bits=4}"
  };

  private static TinyExperiment done;
  private static List<SearchRow> rounds;
  private static List<SearchProbability> probabilities;

  @BeforeAll
  static void run() {
    done = fresh("search");
    for (String command : List.of("sensitivity", "allocate", "quantize")) {
      CommandRun run = done.command(command, REFIT);
      assertThat(run.exitCode()).as(run.err()).isZero();
    }
    rounds = read(done, FORM + "/rounds", SearchRow.class);
    probabilities = read(done, FORM + "/probabilities", SearchProbability.class);
  }

  private static TinyExperiment fresh(String name) {
    return TinyExperiment.undisturbed()
        .copyWithout(name, "hypotheses", "rescored", "scores", "report");
  }

  private static <T extends Record> List<T> read(
      TinyExperiment experiment, String table, Class<T> type) {
    return TinyExperiment.onSpark(
        spark -> Tables.read(spark, experiment.path(table).toString(), RowSchema.of(type)));
  }

  @Test
  void everyRoundOfEverySearchIsRecorded() {
    assertThat(rounds).extracting(SearchRow::round).containsExactly(1, 1, 1, 2, 2, 2, 3, 3, 3);
    assertThat(rounds)
        .extracting(SearchRow::beta)
        .containsExactly(0.0, 0.1, 3.0, 0.0, 0.1, 3.0, 0.0, 0.1, 3.0);
    assertThat(rounds).extracting(SearchRow::temperature).contains(2.0, 1.0, 0.5);
    // A round: 2 averagings of 2 workers × 2 minibatches, and 6 minibatches of 2 shards, each of 4
    // segments of 12 tokens.
    assertThat(rounds.get(0).tokens()).isEqualTo(4 * 12 * (2 * 2 * 2 + 6 * 2));
    assertThat(rounds.get(8).tokens()).isEqualTo(3 * rounds.get(0).tokens());
    for (SearchRow row : rounds) {
      assertThat(row.trainNats().getAsDouble()).isBetween(1.0, 8.0);
      assertThat(row.taskNats()).isBetween(1.0, 8.0);
      assertThat(row.entropyNats()).isBetween(0.0, Math.log(5));
      assertThat(row.sizeTerm()).isEqualTo(row.beta() == 0 ? 0 : row.sizeTerm()).isNotNegative();
    }
    assertThat(rounds.get(6).entropyNats()).isLessThan(Math.log(5));
    assertThat(done.path(FORM + "/checkpoints")).doesNotExist();
  }

  @Test
  void expectedBytesFallWithBeta() {
    assertThat(rounds.subList(6, 9).stream().map(SearchRow::expectedBytes).toList())
        .isSortedAccordingTo((a, b) -> Double.compare(b, a));
    assertThat(rounds.get(8).expectedBytes()).isLessThan(rounds.get(6).expectedBytes());
  }

  @Test
  void everyUnitHasAProbabilityForEachPrecisionAndOneMostProbable() {
    Map<String, List<SearchProbability>> units = new TreeMap<>();
    for (SearchProbability row : probabilities) {
      units.computeIfAbsent(row.beta() + " " + row.tensor(), unit -> new ArrayList<>()).add(row);
    }
    // Two blocks each of embedding and output, two matrices of the one layer; three searches.
    assertThat(units).hasSize(3 * 6);
    for (List<SearchProbability> unit : units.values()) {
      assertThat(unit).extracting(SearchProbability::bits).containsExactly(1, 2, 4, 8, 16);
      assertThat(unit.stream().mapToDouble(SearchProbability::probability).sum())
          .isBetween(1 - 1e-9, 1 + 1e-9);
      assertThat(unit.stream().filter(SearchProbability::mostProbable)).hasSize(1);
    }
  }

  @Test
  void theAssignmentIsWithinTheBudgetAndTheModelHasItsPrecisions() throws IOException {
    ModelFolder model = ModelFolder.read(new LocalModelFiles(done.path("systems/found/model")));
    Path file = done.path("assignments/found/assignment.json");
    PrecisionAssignment assignment =
        PrecisionAssignment.fromJson(
            Files.readAllBytes(file), file.toString(), model.model().architecture());
    assertThat(assignment.units().names()).hasSize(6).contains("encoder.weight[0:5]");
    assertThat(model.model().size().bytes()).isEqualTo(assignment.bytes());
    assertThat(model.model().size().compressionRatio()).isGreaterThanOrEqualTo(6);
  }

  @Test
  void oneCoreFindsWhatTwoCoresFind() {
    TinyExperiment one = fresh("search-one-core");
    CommandRun run = one.command(1, "", "sensitivity", REFIT);
    assertThat(run.exitCode()).as(run.err()).isZero();
    one.assertSameResults(done, FORM);
  }

  @Test
  void aKilledSearchContinuesAfterTheLastWholeRound() throws IOException {
    TinyExperiment killed = fresh("search-killed");
    assertThat(killed.command(2, "search round 2/3", "sensitivity", REFIT).exitCode()).isEqualTo(3);
    assertThat(killed.path(FORM + "/stage.json")).doesNotExist();
    assertThat(killed.path(FORM + "/checkpoints/round-0002/search-2/logits")).exists();
    TinyExperiment damaged = killed.copyWithout("search-damaged", "nothing");
    CommandRun again = killed.command("sensitivity", REFIT);
    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(again.err())
        .contains("  continues after round 2\n", "  search round 3/3  beta 0.0: ")
        .doesNotContain("search round 1/3", "search round 2/3");
    killed.assertSameResults(done, FORM);

    Path logits = damaged.path(FORM + "/checkpoints/round-0002/search-1/logits");
    byte[] bytes = Files.readAllBytes(logits);
    Files.write(logits, Arrays.copyOf(bytes, bytes.length / 2));
    CommandRun further = damaged.command("sensitivity", REFIT);
    assertThat(further.exitCode()).as(further.err()).isZero();
    assertThat(further.err())
        .contains("  checkpoint of round 2 refused: ", "  continues after round 1\n");
    damaged.assertSameResults(done, FORM);
  }

  @Test
  void frozenBranchesAreTheModelsOfOtherSystems() {
    TinyExperiment frozen = fresh("search-frozen");
    CommandRun early = frozen.command("sensitivity", FROZEN);
    assertThat(early.exitCode()).isEqualTo(2);
    assertThat(early.err()).contains("sensitivity/search/tensor needs quantize/whole-4");
    for (String command : List.of("allocate", "quantize")) {
      // Makes the branches, and stops at the system that is searched for.
      CommandRun run = frozen.command(command, FROZEN);
      assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
    }
    for (String command : List.of("sensitivity", "allocate", "quantize")) {
      CommandRun run = frozen.command(command, FROZEN);
      assertThat(run.exitCode()).as(run.err()).isZero();
    }
    List<SearchRow> rows = read(frozen, "sensitivity/search/tensor/rounds", SearchRow.class);
    assertThat(rows).extracting(SearchRow::round).containsExactly(1, 2);
    assertThat(rows).allMatch(row -> row.trainNats().isEmpty());
    assertThat(
            read(frozen, "sensitivity/search/tensor/probabilities", SearchProbability.class)
                .stream()
                .map(SearchProbability::bits)
                .collect(Collectors.toSet()))
        .containsExactlyInAnyOrder(2, 4);
    assertThat(frozen.path("systems/frozen/model/config.json")).exists();
  }

  @Test
  void tooLittleHeldOutTextIsRefusedWithTheSettingsThatHelp() {
    CommandRun run =
        fresh("search-short").command("sensitivity", with(REFIT, "--set", "search.sentences=2"));
    assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
    assertThat(run.err())
        .containsPattern(
            "a held-out shard of the search has [0-3] segments of 12 words, less than one minibatch of 4 \\(training.minibatch-segments\\); raise search.sentences or lower search.shards");
  }

  private static String[] with(String[] options, String... more) {
    List<String> all = new ArrayList<>(List.of(options));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }
}
