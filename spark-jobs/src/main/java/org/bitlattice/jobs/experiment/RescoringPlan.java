package org.bitlattice.jobs.experiment;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.bitlattice.jobs.job.Stage;
import org.bitlattice.jobs.job.StageCommand;
import org.bitlattice.jobs.rescoring.HypothesesStage;
import org.bitlattice.jobs.rescoring.ReferenceSystem;
import org.bitlattice.jobs.rescoring.RescoreStage;
import org.bitlattice.lattice.LatticeLocation;
import org.bitlattice.lm.scoring.ScoringMode;
import org.bitlattice.run.StageInputs;
import org.bitlattice.settings.ExperimentSettings;
import org.bitlattice.settings.LatticeSettings.LatticeSet;
import org.bitlattice.settings.RescoringSettings;
import org.bitlattice.settings.SystemSettings;

/**
 * The part of an {@link ExperimentPlan} that takes hypotheses out of lattices and rescores them.
 *
 * @param settings of the experiment
 * @param planned where stages are added
 * @param fileDigest digest of an input file or folder by its path
 * @param latticeFiles files that lattices lie in
 */
record RescoringPlan(
    ExperimentSettings settings,
    PlannedStages planned,
    Function<String, String> fileDigest,
    Function<LatticeLocation, List<String>> latticeFiles) {
  /**
   * Stages for all lattice sets and systems.
   *
   * @param models the stage that makes each system's model
   */
  List<Stage> rescore(Stage prepare, Map<String, Stage> models) {
    Map<String, Stage> hypotheses = new LinkedHashMap<>();
    List<LatticeSet> sets = new ArrayList<>(settings.lattices().sets());
    sets.sort(Comparator.comparing(set -> !set.name().equals(settings.lattices().tuningSet())));
    for (LatticeSet set : sets) {
      hypotheses.put(set.name(), hypotheses(set, prepare));
    }
    List<Stage> rescored = new ArrayList<>();
    for (ReferenceSystem system : ReferenceSystem.of(settings)) {
      rescored.addAll(rescore(system.id(), sets, hypotheses, List.of(), List.of()));
    }
    List<Stage> baselineTuning = new ArrayList<>();
    for (SystemSettings system : settings.systems()) {
      List<Stage> own =
          rescore(
              system.id(),
              sets,
              hypotheses,
              List.of(prepare, models.get(system.id())),
              List.copyOf(baselineTuning));
      if (baselineTuning.isEmpty()) {
        baselineTuning.add(own.get(0));
      }
      rescored.addAll(own);
    }
    return rescored;
  }

  private Stage hypotheses(LatticeSet set, Stage prepare) {
    boolean whole = settings.rescoring().mode() == RescoringSettings.Mode.LATTICE;
    List<String> keys =
        new ArrayList<>(
            List.of(
                "lattices.shards",
                "lattices.max-rejected-fraction",
                "lattices.fillers",
                "lattices.link-words",
                "lattices.first-pass",
                "rescoring.mode"));
    keys.addAll(
        whole ? List.of("rescoring.ngram-order", "rescoring.beam") : List.of("lattices.n-best"));
    StageInputs inputs =
        planned.inputs("hypotheses/" + set.name(), List.of(prepare), keys.toArray(String[]::new));
    TreeMap<String, String> digests = new TreeMap<>(inputs.digests());
    String section = "lattices.sets." + set.name();
    for (String file : latticeFiles.apply(set.location())) {
      String key = file.equals(set.location().path()) ? ".path" : ".path " + file;
      digests.put(section + key, fileDigest.apply(file));
    }
    digests.put(section + ".references", fileDigest.apply(set.references()));
    set.words().ifPresent(words -> digests.put(section + ".words", fileDigest.apply(words)));
    settings.arpa().ifPresent(arpa -> digests.put("ngram.arpa", fileDigest.apply(arpa)));
    settings
        .rescoring()
        .firstPassArpa()
        .ifPresent(arpa -> digests.put("rescoring.first-pass-arpa", fileDigest.apply(arpa)));
    return planned.add(
        new Stage(
            StageCommand.RESCORE,
            new StageInputs(inputs.stage(), inputs.seed(), inputs.settings(), digests),
            Folders.hypotheses(set.name()),
            List.of(prepare),
            new HypothesesStage(set, settings)));
  }

  /** Rescores all sets with one system: the tuning set first, whose weights the others use. */
  private List<Stage> rescore(
      String system,
      List<LatticeSet> sets,
      Map<String, Stage> hypotheses,
      List<Stage> model,
      List<Stage> baselineTuning) {
    List<String> keys = rescoringKeys(system);
    List<Stage> rescored = new ArrayList<>();
    for (LatticeSet set : sets) {
      List<Stage> upstream = new ArrayList<>(model);
      upstream.add(hypotheses.get(set.name()));
      upstream.addAll(baselineTuning);
      if (!rescored.isEmpty()) {
        upstream.add(rescored.get(0));
      }
      rescored.add(
          planned.add(
              new Stage(
                  StageCommand.RESCORE,
                  planned.inputs(
                      "rescore/" + system + "/" + set.name(),
                      upstream,
                      keys.toArray(String[]::new)),
                  Folders.rescored(system, set.name()),
                  List.copyOf(upstream),
                  new RescoreStage(system, set, settings))));
    }
    return rescored;
  }

  /** Settings that rescoring with a system reads; that it is run exact is not told. */
  private List<String> rescoringKeys(String id) {
    List<String> keys =
        new ArrayList<>(
            List.of(
                "rescoring.interpolate",
                "rescoring.residual-scale",
                "rescoring.output",
                "rescoring.language-scale",
                "rescoring.interpolation",
                "rescoring.word-insertion",
                "rescoring.refinements",
                "lattices.tuning-set",
                "lattices.utterances-per-batch",
                "lattices.shards",
                "evaluation.batch-rows",
                "scores.baseline"));
    settings.systems().stream()
        .filter(system -> system.id().equals(id) && system.inference() != ScoringMode.EXACT)
        .forEach(system -> keys.add(ExperimentPlan.inference(system)));
    return keys;
  }
}
