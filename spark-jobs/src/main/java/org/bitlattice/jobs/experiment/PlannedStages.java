package org.bitlattice.jobs.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.bitlattice.jobs.job.Stage;
import org.bitlattice.run.StageInputs;
import org.bitlattice.settings.ExperimentSettings;

/** The stages of a plan so far, in the order in which they run. */
final class PlannedStages {
  private final ExperimentSettings settings;
  private final List<Stage> stages = new ArrayList<>();

  PlannedStages(ExperimentSettings settings) {
    this.settings = settings;
  }

  /** All stages. */
  List<Stage> stages() {
    return List.copyOf(stages);
  }

  /** Adds a stage after all others. */
  Stage add(Stage stage) {
    stages.add(stage);
    return stage;
  }

  /**
   * The inputs of a stage that reads no files of its own.
   *
   * @param sections keys of settings, or of whole sections, that it reads
   */
  StageInputs inputs(String name, List<Stage> upstream, String... sections) {
    TreeMap<String, String> digests = new TreeMap<>();
    upstream.forEach(stage -> digests.put(stage.name(), stage.inputs().digest()));
    return new StageInputs(
        name,
        settings.seed(),
        sections.length == 0 ? new TreeMap<>() : settings.resolved().below(sections),
        digests);
  }
}
