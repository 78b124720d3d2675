package org.bitlattice.report;

import java.util.List;
import org.bitlattice.run.RunStages;

/**
 * What a stage of a finished run took.
 *
 * @param run name of the run's folder
 * @param resultDigest see {@link RunKey}
 * @param stage name of the stage, with its unit behind a slash
 * @param version version of Bitlattice that made it
 * @param commit commit that this was built from, or {@code unknown}
 * @param seconds wall-clock time; where the stage was continued, since its last start
 */
public record RunStageRow(
    String run, String resultDigest, String stage, String version, String commit, double seconds) {

  /** Rows of all stages, upstream before downstream. */
  public static List<RunStageRow> of(RunKey key, RunStages stages) {
    return stages.records().stream()
        .map(
            stage ->
                new RunStageRow(
                    key.run(),
                    key.resultDigest(),
                    stage.inputs().stage(),
                    stage.version(),
                    stage.commit(),
                    stage.seconds()))
        .toList();
  }

  RunKey key() {
    return new RunKey(run, resultDigest);
  }

  /** Name of the stage without its unit. */
  String kind() {
    return stage.split("/", 2)[0];
  }
}
