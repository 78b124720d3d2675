package org.bitlattice.jobs.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bitlattice.jobs.experiment.PlannedExperiment.CONFIGURATION;
import static org.bitlattice.jobs.experiment.PlannedExperiment.TEXT;
import static org.bitlattice.jobs.experiment.PlannedExperiment.names;
import static org.bitlattice.jobs.experiment.PlannedExperiment.plan;
import static org.bitlattice.jobs.experiment.PlannedExperiment.stage;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.bitlattice.jobs.job.Stage;
import org.bitlattice.jobs.job.StageCommand;
import org.bitlattice.run.Digest;
import org.bitlattice.run.StageInputs;
import org.junit.jupiter.api.Test;

class ExperimentPlanTest {
  /** Names of the stages whose digests differ from those of the configuration as it is. */
  private static Set<String> changed(String file, String... overrides) {
    List<Stage> before = plan(CONFIGURATION, "");
    List<Stage> after = plan(CONFIGURATION, file, overrides);
    assertThat(names(after)).isEqualTo(names(before));
    Set<String> changed = new TreeSet<>();
    for (int i = 0; i < before.size(); i++) {
      if (!before.get(i).inputs().digest().equals(after.get(i).inputs().digest())) {
        changed.add(before.get(i).name());
      }
    }
    return changed;
  }

  private static Set<String> all(String... patterns) {
    Set<String> names = new TreeSet<>();
    for (String pattern : patterns) {
      names(plan(CONFIGURATION, "")).stream().filter(n -> n.matches(pattern)).forEach(names::add);
    }
    return names;
  }

  @Test
  void aSystemThatStartsFromAnotherIsMadeAfterItAndChangesWithIt() {
    String[] start = {"systems.a.method=admm", "systems.a.start-from=k"};
    assertThat(names(plan(CONFIGURATION, "", start)))
        .containsSubsequence("quantize/fp32", "quantize/k", "quantize/a", "quantize/r");
    Stage a = stage("quantize/a", plan(CONFIGURATION, "", start));
    Stage other =
        stage(
            "quantize/a",
            plan(CONFIGURATION, "", start[0], start[1], "systems.k.low-bit-training.rounds=99"));
    assertThat(a.upstream()).extracting(Stage::name).contains("quantize/k");
    assertThat(other.inputs().digest()).isNotEqualTo(a.inputs().digest());
  }

  @Test
  void stagesStandInTheOrderInWhichTheyCanRun() {
    assertThat(names(plan(CONFIGURATION, "")))
        .containsExactly(
            "prepare",
            "train",
            "sensitivity/kl/tensor",
            "sensitivity/kl/row",
            "allocate/fp32",
            "allocate/a",
            "allocate/k",
            "allocate/r",
            "quantize/fp32",
            "quantize/a",
            "quantize/k",
            "quantize/r",
            "hypotheses/dev",
            "hypotheses/eval",
            "rescore/first-pass/dev",
            "rescore/first-pass/eval",
            "rescore/ngram/dev",
            "rescore/ngram/eval",
            "rescore/fp32/dev",
            "rescore/fp32/eval",
            "rescore/a/dev",
            "rescore/a/eval",
            "rescore/k/dev",
            "rescore/k/eval",
            "rescore/r/dev",
            "rescore/r/eval",
            "score",
            "report");
    for (String text : List.of(CONFIGURATION, CONFIGURATION + "lattices.tuning-set = eval")) {
      List<Stage> before = new ArrayList<>();
      for (Stage stage : plan(text, "")) {
        assertThat(before).as(stage.name()).containsAll(stage.upstream());
        before.add(stage);
      }
      assertThat(before.stream().map(Stage::folder)).doesNotHaveDuplicates();
    }
  }

  @Test
  void theTuningSetComesFirst() {
    assertThat(names(plan(CONFIGURATION, "", "lattices.tuning-set=eval")))
        .containsSubsequence(
            "hypotheses/eval", "hypotheses/dev", "rescore/a/eval", "rescore/a/dev");
  }

  @Test
  void withoutLatticesNothingIsRescored() {
    List<Stage> plan = plan(TEXT, "");
    assertThat(plan).extracting(Stage::command).doesNotContain(StageCommand.RESCORE);
    assertThat(names(plan)).endsWith("score", "report");
  }

  @Test
  void theSamePlanHasTheSameDigests() {
    assertThat(changed("")).isEmpty();
    assertThat(changed("", "output=elsewhere")).isEmpty();
  }

  @Test
  void aChangedTextChangesEverything() {
    for (String file : List.of("train.txt", "dev.txt", "eval.txt", "words.txt")) {
      assertThat(changed(file)).as(file).isEqualTo(all(".*"));
    }
    assertThat(changed("", "seed=2")).isEqualTo(all(".*"));
  }

  @Test
  void anotherPlaceOfTheSameTextChangesNothing() {
    assertThat(
            plan(CONFIGURATION.replace("train.txt", "moved.txt"), "moved.txt")
                .get(0)
                .inputs()
                .differencesFrom(plan(CONFIGURATION, "train.txt").get(0).inputs()))
        .isEmpty();
  }

  @Test
  void aChangedInputChangesOnlyWhatReadsIt() {
    assertThat(changed("eval.tar"))
        .isEqualTo(all("hypotheses/eval", "rescore/.*/eval", "score", "report"))
        .isEqualTo(changed("eval.trn"));
    assertThat(changed("dev.trn"))
        .isEqualTo(all("hypotheses/dev", "rescore/.*", "score", "report"));
    assertThat(changed("model.arpa"))
        .isEqualTo(all("hypotheses/.*", "rescore/.*", "score", "report"));
  }

  @Test
  void aChangedSettingChangesOnlyWhatReadsIt() {
    assertThat(changed("", "report.notes=[x]")).containsExactly("report");
    assertThat(changed("", "scores.significance=0.01"))
        .containsExactly("report", "score")
        .isEqualTo(changed("", "scores.speaker=(.)"))
        .isEqualTo(changed("", "scores.bootstrap=0"))
        .isEqualTo(changed("", "scores.lossless-margin=1"));
    assertThat(changed("", "lattices.n-best=7"))
        .isEqualTo(all("hypotheses/.*", "rescore/.*", "score", "report"));
    assertThat(changed("", "training.epochs=1"))
        .isEqualTo(
            all(
                "train",
                "sensitivity.*",
                "allocate.*",
                "quantize.*",
                "rescore/(fp32|a|k|r)/.*",
                "score",
                "report"));
    assertThat(changed("", "sensitivity.sentences=9"))
        .isEqualTo(
            all(
                "sensitivity.*",
                "allocate/(k|r)",
                "quantize/(k|r)",
                "rescore/(k|r)/.*",
                "score",
                "report"))
        .isEqualTo(changed("", "sensitivity.kl.batch=3"))
        .isEqualTo(changed("", "sensitivity.kl.settled-at=[2]"))
        .isEqualTo(changed("", "sensitivity.kl.regret=0"));
  }

  @Test
  void aChangedSystemLeavesTheOthersAlone() {
    assertThat(changed("", "systems.a.bits=2"))
        .isEqualTo(all("allocate/a", "quantize/a", "rescore/a/.*", "score", "report"));
    assertThat(changed("", "systems.k.low-bit-training.rounds=2"))
        .isEqualTo(all("quantize/k", "rescore/k/.*", "score", "report"));
    assertThat(changed("", "systems.a.low-bit-training.rounds=2")).isEmpty();
    assertThat(changed("", "systems.a.word-blocks=[9]"))
        .isEqualTo(changed("", "systems.a.bits=2"))
        .isEqualTo(changed("", "systems.a.scale-format=fp16"))
        .isEqualTo(changed("", "systems.a.scope=row"));
  }

  @Test
  void aChangedDefaultChangesTheSystemsThatUseIt() {
    assertThat(changed("", "system-defaults.low-bit-training.rounds=2"))
        .isEqualTo(all("quantize/(k|r)", "rescore/(k|r)/.*", "score", "report"));
    assertThat(changed("", "system-defaults.bits=4")).isEmpty();
    assertThat(changed("", "systems.a.bits=4", "system-defaults.method=ptq"))
        .isEqualTo(all("allocate/(k|r)", "quantize/(k|r)", "rescore/(k|r)/.*", "score", "report"));
  }

  @Test
  void aSystemThatIsNotRunExactIsEvaluatedAnewAndItsModelStays() {
    List<Stage> before = plan(CONFIGURATION, "");
    List<Stage> after = plan(CONFIGURATION, "", "system-defaults.inference=int8");
    List<String> added = new ArrayList<>(names(after));
    added.removeAll(names(before));
    assertThat(added).containsExactly("evaluate/a", "evaluate/k", "evaluate/r");
    Set<String> differing = new TreeSet<>();
    for (Stage stage : after) {
      before.stream()
          .filter(other -> other.name().equals(stage.name()))
          .filter(other -> !other.inputs().digest().equals(stage.inputs().digest()))
          .forEach(other -> differing.add(other.name()));
    }
    assertThat(differing).isEqualTo(all("rescore/(a|k|r)/.*", "score", "report"));
    List<Stage> compact = plan(CONFIGURATION, "", "system-defaults.inference=compact");
    for (String name : List.of("evaluate/a", "rescore/a/dev")) {
      assertThat(stage(name, compact).inputs().digest())
          .isNotEqualTo(stage(name, after).inputs().digest());
    }
  }

  @Test
  void anArchiveThatAScriptFileNamesIsAnInput() {
    String script =
        CONFIGURATION.replace("path = dev.tar", "path = \"scp:dev.scp\", words = words.txt");
    Stage before = stage("hypotheses/dev", plan(script, ""));
    for (String changed : List.of("dev.scp", "named.ark", "words.txt", "dev.trn")) {
      Stage after = stage("hypotheses/dev", plan(script, changed));
      assertThat(after.inputs().digest()).as(changed).isNotEqualTo(before.inputs().digest());
    }
  }

  @Test
  void onlyTheSettingsOfTheModeCount() {
    assertThat(changed("", "rescoring.beam=7")).isEmpty();
    assertThat(changed("", "rescoring.ngram-order=3")).isEmpty();
    assertThat(changed("", "lattices.n-best=50")).isEqualTo(changed("", "rescoring.mode=lattice"));
    assertThat(changed("", "lattices.fillers=[]")).contains("hypotheses/dev", "report");
    assertThat(changed("", "rescoring.output.n-best=5")).doesNotContain("hypotheses/dev");
  }

  @Test
  void anImportedBaselineIsAnInputInsteadOfTrainingSettings() {
    String imported = CONFIGURATION + "baseline.import = lm";
    assertThat(names(plan(imported, ""))).isEqualTo(names(plan(CONFIGURATION, "")));
    StageInputs train = train(imported, "");
    assertThat(train.settings()).isEmpty();
    assertThat(train.digests().keySet())
        .containsExactly(
            "baseline.import config.json",
            "baseline.import model.safetensors",
            "baseline.import vocabulary.txt",
            "prepare");
    assertThat(train(imported, "", "training.epochs=1", "model.layers=1").digest())
        .isEqualTo(train.digest());
    assertThat(train(imported, "lm/model.safetensors").digest()).isNotEqualTo(train.digest());
    assertThat(train(CONFIGURATION, "").digest()).isNotEqualTo(train.digest());
  }

  private static StageInputs train(String text, String changed, String... overrides) {
    return plan(text, changed, overrides).get(1).inputs();
  }

  @Test
  void theWordsOfAnImportedBaselineAreTheVocabulary() {
    String imported =
        CONFIGURATION.replace(", vocabulary-file = words.txt", "") + "baseline.import = lm";
    assertThat(plan(imported, "lm/vocabulary.txt").get(0).inputs().digests())
        .containsEntry("corpus.vocabulary-file", Digest.of("changed"));
  }
}
