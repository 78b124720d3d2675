package org.bitlattice.report;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.bitlattice.run.Digest;
import org.bitlattice.run.RunStages;
import org.bitlattice.run.StageRecord;

/**
 * A finished run in the history.
 *
 * @param run name of its folder
 * @param resultDigest see {@link RunKey}
 * @param startedUtc when it was first started, such as {@code 2026-11-24T02:00:00Z}
 * @param finishedUtc when its report was written, in the same form
 * @param version version of Bitlattice that wrote the report
 * @param commit commit that this was built from, or {@code unknown}
 * @param otherBuilds other builds that made stages, as {@code version (commit)} with commas
 *     between; absent where one build made all
 * @param seed the experiment's seed
 * @param settingsDigest digest of all settings that a stage reads
 * @param inputsDigest digest of the contents of all input files
 * @param seconds wall-clock time of all its stages, whenever they were made; of a stage that was
 *     continued, the time since its last start
 * @param recordJson seed, settings and digests of input files, in the form of a {@code stage.json}
 */
public record RunRow(
    String run,
    String resultDigest,
    String startedUtc,
    String finishedUtc,
    String version,
    String commit,
    Optional<String> otherBuilds,
    long seed,
    String settingsDigest,
    String inputsDigest,
    double seconds,
    String recordJson) {

  /** The row of a run, with times to the second. */
  public static RunRow of(RunKey key, RunStages stages, Instant started, Instant finished) {
    StageRecord summary = stages.summary();
    List<String> others = stages.otherBuilds();
    return new RunRow(
        key.run(),
        key.resultDigest(),
        written(started),
        written(finished),
        summary.version(),
        summary.commit(),
        others.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", others)),
        summary.inputs().seed(),
        summary.inputs().settingsDigest(),
        Digest.of(summary.inputs().digests().toString()),
        summary.seconds(),
        summary.toJson());
  }

  private static String written(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  RunKey key() {
    return new RunKey(run, resultDigest);
  }

  /**
   * What its settings and input files differ in from an earlier run's, a phrase for each key.
   *
   * @throws IllegalArgumentException when a record was damaged
   */
  List<String> differencesFrom(RunRow earlier) {
    return record().inputs().differencesFrom(earlier.record().inputs());
  }

  private StageRecord record() {
    return StageRecord.fromJson(recordJson, "the history's record of the run " + run);
  }
}
