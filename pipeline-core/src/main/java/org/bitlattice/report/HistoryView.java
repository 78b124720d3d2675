package org.bitlattice.report;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which part of a history is shown.
 *
 * @param systems only these systems; all when empty
 * @param sets only these lattice sets; all when empty
 * @param weights only this choice of score weights
 * @param last only so many of the newest runs
 */
public record HistoryView(
    List<String> systems, List<String> sets, Optional<String> weights, OptionalInt last) {
  /** Everything. */
  public static final HistoryView ALL =
      new HistoryView(List.of(), List.of(), Optional.empty(), OptionalInt.empty());

  /**
   * Holds that all that is asked for is in a history.
   *
   * @throws IllegalArgumentException naming what is not there, and what is
   */
  public void requireIn(RunHistory history) {
    RunHistory.require("system", systems, history.systems());
    RunHistory.require("set", sets, history.sets());
    RunHistory.require("choice of weights", weights.stream().toList(), history.weights());
  }

  /** Number of the oldest run that is shown, of so many. */
  int from(int runs) {
    return last.isPresent() ? Math.max(0, runs - last.getAsInt()) : 0;
  }

  boolean shows(String system) {
    return systems.isEmpty() || systems.contains(system);
  }

  boolean showsSet(String set) {
    return sets.isEmpty() || sets.contains(set);
  }
}
