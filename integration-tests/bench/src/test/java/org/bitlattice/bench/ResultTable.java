package org.bitlattice.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The measurements of one network as a Markdown table, a line for each way. */
final class ResultTable {
  private static final int PADDED_LIBTORCH = 0;
  private static final int PADDED_ONNX = 1;
  private static final int HISTORY_TREE = 2;

  private final Rounds rounds;
  private final long words;
  private final List<String> lines = new ArrayList<>();

  /**
   * @param words hypothesis words, by which all ways are counted
   */
  ResultTable(Rounds rounds, long words) {
    this.rounds = rounds;
    this.words = words;
    lines.add(
        "| way | network steps | words per second | against (a) | against (b) | against (b), processor time | against (c) | difference in ln P |");
    lines.add("|---|---|---|---|---|---|---|---|");
  }

  /**
   * Adds the line of a way.
   *
   * @param way its index among the measured ways
   * @param steps rows of the network that it evaluates
   * @param difference largest one of its ln P from another way's with the same weights
   */
  void add(int way, String name, long steps, double difference) {
    lines.add(
        String.format(
            Locale.ROOT,
            "| %s | %,d | %,.0f | %s | %s | %s | %s | %.1e |",
            name,
            steps,
            words / rounds.seconds(way),
            spread(rounds.ratios(way, PADDED_LIBTORCH)),
            spread(rounds.ratios(way, PADDED_ONNX)),
            spread(rounds.processorRatios(way, PADDED_ONNX)),
            spread(rounds.ratios(way, HISTORY_TREE)),
            difference));
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
    return List.copyOf(lines);
  }
}
