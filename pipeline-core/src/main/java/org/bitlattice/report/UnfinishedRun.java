package org.bitlattice.report;

import java.util.List;

/**
 * A run without a complete result.
 *
 * @param run name of its folder
 * @param completeStages number of its complete stages
 * @param begun folders of stages that were begun and not finished
 * @param absent where the report is written: stages that it was made from and that are gone
 */
public record UnfinishedRun(
    String run, int completeStages, List<String> begun, List<String> absent) {

  /** How far it is. */
  String sentence() {
    if (!absent.isEmpty()) {
      return "its report was made from %s, which %s gone or made anew"
          .formatted(String.join(", ", absent), absent.size() == 1 ? "is" : "are");
    }
    String stages =
        completeStages == 1 ? "1 stage complete" : "%d stages complete".formatted(completeStages);
    return begun.isEmpty() ? stages : stages + ", begun: " + String.join(", ", begun);
  }
}
