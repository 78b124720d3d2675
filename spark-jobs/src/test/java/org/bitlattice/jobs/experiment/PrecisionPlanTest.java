package org.bitlattice.jobs.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bitlattice.jobs.experiment.PlannedExperiment.CONFIGURATION;
import static org.bitlattice.jobs.experiment.PlannedExperiment.names;
import static org.bitlattice.jobs.experiment.PlannedExperiment.plan;
import static org.bitlattice.jobs.experiment.PlannedExperiment.stage;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bitlattice.jobs.job.Stage;
import org.junit.jupiter.api.Test;

/** The stages that precisions are chosen by. */
class PrecisionPlanTest {
  private static final String HESSIAN =
      """
      systems {
        h { precision = hessian, budget.ratio = 9, scope = row }
        i { precision = hessian, budget.ratio = 12, scope = row, trace = total, method = ptq }
        j { precision = hessian, budget.ratio = 9, scope = tensor }
        l { precision = hessian, budget.ratio = 9, scope = row, word-blocks = [8, 64] }
      }
      """;

  @Test
  void systemsOfTheSameTablesShareTheirSensitivities() {
    String more =
        CONFIGURATION
            + """
            systems {
              m { precision = kl, budget.ratio = 9, scope = model }
              n { precision = kl, budget.ratio = 12, scope = row, method = ptq }
              s { precision = kl, budget.ratio = 9, scope = row, scale-format = fp16 }
              t { precision = kl, budget.ratio = 9, scope = row, scale-format = fp16, word-blocks = [8, 64] }
              u { precision = kl, budget.ratio = 15, scope = row, scale-format = fp16, word-blocks = [8, 64] }
            }
            """;
    assertThat(names(plan(more, "")).stream().filter(name -> name.startsWith("sensitivity/")))
        .containsExactly(
            "sensitivity/kl/model",
            "sensitivity/kl/tensor",
            "sensitivity/kl/row",
            "sensitivity/kl/row-fp16",
            "sensitivity/kl/row-fp16-8-64");
    for (Stage stage : plan(more, "")) {
      if (stage.name().matches("allocate/[tu]")) {
        assertThat(stage.upstream())
            .extracting(Stage::folder)
            .containsExactly("baseline", "sensitivity/kl/row-fp16-8-64");
      }
    }
  }

  @Test
  void aSearchRunsAfterTheModelsThatItMixesAndBeforeTheSystemsThatAreSearchedFor() {
    String[] search = {
      "systems.s={precision=search,budget.ratio=9}",
      "systems.t={precision=search,budget.ratio=12}",
      "systems.two={bits=2}",
      "search={branches=admm-uniform,bits=[2,4],systems={2=two,4=a}}"
    };
    List<Stage> plan = plan(CONFIGURATION, "", search);
    assertThat(names(plan))
        .containsSubsequence(
            "sensitivity/kl/row",
            "allocate/a",
            "allocate/two",
            "quantize/two",
            "quantize/a",
            "sensitivity/search/tensor",
            "allocate/s",
            "allocate/t",
            "quantize/fp32",
            "quantize/s",
            "quantize/t")
        .doesNotHaveDuplicates();
    List<Stage> before = new ArrayList<>();
    for (Stage stage : plan) {
      assertThat(before).as(stage.name()).containsAll(stage.upstream());
      before.add(stage);
    }
    Stage found = stage("sensitivity/search/tensor", plan);
    assertThat(found.inputs().settings())
        .containsKeys("search.betas", "training.minibatch-segments")
        .doesNotContainKey("training.epochs");
    Stage refit = stage("sensitivity/search/tensor", plan(CONFIGURATION, "", search[0]));
    assertThat(refit.upstream()).extracting(Stage::name).containsExactly("prepare", "train");
    assertThat(refit.inputs().settings()).containsKey("training.workers");
  }

  @Test
  void tracesAreMeasuredOnceForEachSetOfWordBlocks() {
    List<Stage> plan = plan(CONFIGURATION + HESSIAN, "");
    assertThat(names(plan).stream().filter(name -> name.startsWith("sensitivity/")))
        .containsExactly(
            "sensitivity/kl/tensor",
            "sensitivity/kl/row",
            "sensitivity/hessian/traces",
            "sensitivity/hessian/traces-8-64",
            "sensitivity/hessian/tensor",
            "sensitivity/hessian/row",
            "sensitivity/hessian/row-8-64");
    assertThat(stage("sensitivity/hessian/row", plan).upstream())
        .extracting(Stage::name)
        .containsExactly("train", "sensitivity/hessian/traces");
    for (String system : List.of("h", "i")) {
      assertThat(stage("allocate/" + system, plan).upstream())
          .extracting(Stage::name)
          .containsExactly("train", "sensitivity/hessian/row");
    }
  }

  @Test
  void settingsOfTheHessianChangeWhatIsMadeOfIt() {
    String text = CONFIGURATION + HESSIAN;
    assertThat(changedNames(text, "sensitivity.hessian.step=1e-3"))
        .contains("sensitivity/hessian/traces", "sensitivity/hessian/tensor", "allocate/h", "score")
        .doesNotContain("sensitivity/kl/row", "allocate/k", "train");
    for (String kl : List.of("sensitivity.sentences=9", "sensitivity.kl.regret=0.1")) {
      assertThat(changedNames(text, kl))
          .contains("sensitivity/kl/row", "allocate/k")
          .doesNotContain("sensitivity/hessian/traces", "allocate/h");
    }
    assertThat(changedNames(text, "sensitivity.bits=[1,2]"))
        .contains("sensitivity/kl/row", "sensitivity/hessian/row", "allocate/h")
        .doesNotContain("sensitivity/hessian/traces");
    assertThat(changedNames(text, "systems.h.trace=total"))
        .contains("allocate/h", "quantize/h")
        .doesNotContain("sensitivity/hessian/row", "allocate/i");
    assertThat(changedNames(text, "systems.k.trace=total")).isEmpty();
  }

  private static final String CHOICES =
      """
      systems {
        b { precision = best, budget.ratio = 9, method = ptq }
        m { precision = kl, budget.ratio = 9, method = ptq, choose-by = measurement }
        g { precision = given, assignment = mine.json, method = ptq }
      }
      """;

  @Test
  void wholeModelsThatDecideAreMeasuredOnTheCorpus() {
    List<Stage> plan = plan(CONFIGURATION + CHOICES, "");
    assertThat(stage("allocate/b", plan).upstream())
        .extracting(Stage::name)
        .containsExactly("train", "sensitivity/kl/tensor", "sensitivity/hessian/tensor", "prepare");
    assertThat(stage("allocate/m", plan).upstream())
        .extracting(Stage::name)
        .containsExactly("train", "sensitivity/kl/tensor", "prepare");
    assertThat(stage("allocate/g", plan).upstream())
        .extracting(Stage::name)
        .containsExactly("train");
  }

  @Test
  void whatAChoiceReadsAndNothingElseChangesIt() {
    assertAllocated("systems.k.allocation.groups=[\"rnn.*\"]", "k");
    assertAllocated("systems.b.allocation.limits=[{units=\".*\",at-least=2}]", "b");
    assertAllocated("systems.b.candidates.count=3", "b");
    assertAllocated("systems.b.candidates.sentences=3", "b");
    assertAllocated("systems.b.sources=[kl,uniform]", "b");
    assertAllocated("systems.m.choose-by=sensitivity", "m");
    assertAllocated("systems.k.choose-by=measurement", "k");
    assertAllocated("systems.m.candidates.count=3", "m");
    assertAllocated("systems.m.sources=[uniform]");
    assertAllocated("systems.b.choose-by=measurement");
    assertAllocated("systems.k.candidates.count=3");
    assertAllocated("systems.g.scope=row");
    assertAllocated("systems.g.assignment=yours.json", "g");
    assertThat(
            changedNames(
                plan(CONFIGURATION + CHOICES, ""), plan(CONFIGURATION + CHOICES, "mine.json")))
        .contains("allocate/g", "quantize/g", "score")
        .doesNotContain("allocate/b", "quantize/m");
  }

  /** Holds that a setting changes the assignments of these systems and of no other. */
  private static void assertAllocated(String override, String... systems) {
    assertThat(
            changedNames(CONFIGURATION + CHOICES, override).stream()
                .filter(name -> name.startsWith("allocate/")))
        .as(override)
        .containsExactlyInAnyOrder(
            Stream.of(systems).map(system -> "allocate/" + system).toArray(String[]::new));
  }

  private static List<String> changedNames(String text, String override) {
    return changedNames(plan(text, ""), plan(text, "", override));
  }

  private static List<String> changedNames(List<Stage> before, List<Stage> after) {
    return after.stream()
        .filter(
            stage -> !stage.inputs().digest().equals(stage(stage.name(), before).inputs().digest()))
        .map(Stage::name)
        .toList();
  }
}
