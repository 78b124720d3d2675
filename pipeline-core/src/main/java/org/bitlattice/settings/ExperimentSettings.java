package org.bitlattice.settings;

import java.util.List;
import java.util.Optional;
import org.bitlattice.text.CorpusSettings;

/**
 * All settings of an experiment.
 *
 * @param output its folder
 * @param seed seed of every random stream
 * @param corpus text and vocabulary
 * @param model sizes of the language model, where it is trained here
 * @param importedBaseline model folder that is the baseline; without it the baseline is trained
 * @param training how the baseline is trained
 * @param evaluation how text is scored
 * @param sensitivity what sensitivities are measured
 * @param search how precisions are searched for
 * @param systems the systems, in the order of their names; the baseline first
 * @param arpa the n-gram model; present when networks are interpolated with it
 * @param lattices the lattices
 * @param rescoring how lattices are rescored
 * @param scores how systems are compared
 * @param notes sentences for the report
 * @param resolved the configuration behind all of it
 */
public record ExperimentSettings(
    String output,
    long seed,
    CorpusSettings corpus,
    ModelSettings model,
    Optional<String> importedBaseline,
    BaselineSettings training,
    EvaluationSettings evaluation,
    SensitivitySettings sensitivity,
    SearchSettings search,
    List<SystemSettings> systems,
    Optional<String> arpa,
    LatticeSettings lattices,
    RescoringSettings rescoring,
    ScoreSettings scores,
    List<String> notes,
    ResolvedSettings resolved) {
  /** The system that every other one is compared with. */
  public SystemSettings baseline() {
    return system(scores.baseline());
  }

  /** The system of a name that is there. */
  public SystemSettings system(String id) {
    return systems.stream().filter(s -> s.id().equals(id)).findFirst().orElseThrow();
  }
}
