package org.bitlattice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The faults of one run and how it ended. Closing it adds them to the {@link FaultTable}, whether
 * the test came to its end or an assertion failed on the way.
 */
final class FaultTrial implements AutoCloseable {
  private final String where;
  private final Map<Kind, Integer> made = new LinkedHashMap<>();
  private Comparison comparison = Comparison.NONE;
  private boolean survived;

  /**
   * A kind of fault in one run.
   *
   * @param when moment of the run
   */
  record Kind(Fault fault, String when) {}

  /**
   * @param where kind of cluster and of storage
   */
  FaultTrial(String where) {
    this.where = where;
  }

  /** Notes a fault that has just been made. */
  void made(Fault fault, String when) {
    made.merge(new Kind(fault, when), 1, Integer::sum);
  }

  /**
   * Holds that the run ended well and that its results are those of the undisturbed run.
   *
   * @param output its folder
   */
  void assertSurvived(LauncherRun run, Object output) {
    assertThat(run.exitCode()).as(run.errors()).isZero();
    assertSameResults(output);
  }

  /** Holds that a run, which ended well, has the results of the undisturbed one. */
  void assertSameResults(Object output) {
    comparison = SmallExperiment.compare(output);
    assertThat(comparison.equal()).as(comparison.messages()).isTrue();
    survived = true;
  }

  /** Notes that all was as it should be where there are no tables to compare. */
  void survived() {
    survived = true;
  }

  @Override
  public void close() {
    made.forEach(
        (kind, times) ->
            FaultTable.add(
                new FaultTable.Line(
                    kind.fault(), kind.when(), where, times, survived ? times : 0, comparison)));
  }
}
