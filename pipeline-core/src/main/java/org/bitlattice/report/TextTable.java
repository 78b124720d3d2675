package org.bitlattice.report;

import java.util.ArrayList;
import java.util.List;

/** Lines of text with aligned columns: the first one to the left, all others to the right. */
final class TextTable {
  private static final String BETWEEN = "  ";

  private final List<List<String>> lines = new ArrayList<>();

  TextTable(List<String> header) {
    lines.add(List.copyOf(header));
  }

  /**
   * A table with a line for each run.
   *
   * @param runs names of all runs
   * @param from number of the first run that gets a line
   * @param names headers of the columns behind the run's name
   * @param columns cells of all runs in these columns
   */
  static String ofRuns(
      List<String> runs, int from, List<String> names, List<List<String>> columns) {
    List<String> header = new ArrayList<>(List.of("run"));
    header.addAll(names);
    TextTable table = new TextTable(header);
    for (int i = from; i < runs.size(); i++) {
      List<String> line = new ArrayList<>(List.of(runs.get(i)));
      for (List<String> column : columns) {
        line.add(column.get(i));
      }
      table.add(line);
    }
    return table.text();
  }

  /** A text on one line: folders may have any name, and settings any value. */
  static String plain(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }

  /** Adds a line with as many cells as the header has. */
  void add(List<String> cells) {
    if (cells.size() != lines.get(0).size()) {
      throw new IllegalArgumentException(
          "a line of %d cells does not fit %d columns"
              .formatted(cells.size(), lines.get(0).size()));
    }
    lines.add(List.copyOf(cells));
  }

  String text() {
    int[] widths = new int[lines.get(0).size()];
    for (List<String> line : lines) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], width(line.get(i)));
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> line : lines) {
      StringBuilder one = new StringBuilder(line.get(0));
      for (int i = 0; i < widths.length; i++) {
        String room = " ".repeat(widths[i] - width(line.get(i)));
        one.append(i == 0 ? room : BETWEEN + room + line.get(i));
      }
      text.append(one.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private static int width(String cell) {
    return cell.codePointCount(0, cell.length());
  }
}
