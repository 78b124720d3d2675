package org.bitlattice.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The measurements of one network as a Markdown table. */
final class ResultTable {
  private final List<String> lines = new ArrayList<>();

  /**
   * @param baseline index of the way that ratios are taken against
   * @param largestDifferences of each way's ln P from the first way's
   */
  ResultTable(
      List<Way> ways, Rounds rounds, int baseline, long words, double[] largestDifferences) {
    String against = ways.get(baseline).name().substring(0, 3);
    lines.add(
        "| way | words per second | against %s | words per processor second | against %s | largest difference in ln P |"
            .formatted(against, against));
    lines.add("|---|---|---|---|---|---|");
    for (int way = 0; way < ways.size(); way++) {
      lines.add(
          String.format(
              Locale.ROOT,
              "| %s | %,.0f | %s | %,.0f | %s | %.1e |",
              ways.get(way).name(),
              words / rounds.seconds(way),
              spread(rounds.ratios(way, baseline)),
              words / rounds.processorSeconds(way),
              spread(rounds.processorRatios(way, baseline)),
              largestDifferences[way]));
    }
  }

  /** Median, least and greatest of sorted values. */
  static String spread(double[] sorted) {
    return String.format(
        Locale.ROOT,
        "%.2f (%.2f–%.2f)",
        Rounds.median(sorted),
        sorted[0],
        sorted[sorted.length - 1]);
  }

  List<String> lines() {
    return lines;
  }
}
