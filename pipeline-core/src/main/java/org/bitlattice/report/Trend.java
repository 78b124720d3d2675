package org.bitlattice.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * How one number moved from run to run.
 *
 * @param values of each run, in the order of time; not a number and empty mean unknown
 * @param decimals digits behind the point
 */
record Trend(List<OptionalDouble> values, int decimals) {
  /** Stands for what is unknown. */
  static final String UNKNOWN = "-";

  /**
   * A cell for each run: the number, and in parentheses what it is more than in the last earlier
   * run and in the first run that have it; {@code =} for nothing.
   */
  List<String> cells() {
    List<String> cells = new ArrayList<>();
    OptionalDouble first = OptionalDouble.empty();
    OptionalDouble before = OptionalDouble.empty();
    for (OptionalDouble value : values) {
      if (value.isEmpty() || Double.isNaN(value.getAsDouble())) {
        cells.add(UNKNOWN);
        continue;
      }
      cells.add(cell(value.getAsDouble(), before, first));
      first = first.isPresent() ? first : value;
      before = value;
    }
    return cells;
  }

  private String cell(double value, OptionalDouble before, OptionalDouble first) {
    String number = format("%,." + decimals + "f", value);
    if (before.isEmpty() || first.isEmpty()) {
      return number;
    }
    String step = change(value, before.getAsDouble());
    String all = change(value, first.getAsDouble());
    return step.equals("=") && all.equals("=")
        ? "%s (=)".formatted(number)
        : "%s (%s, %s)".formatted(number, step, all);
  }

  private String change(double value, double earlier) {
    return value == earlier ? "=" : format("%+,." + decimals + "f", value - earlier);
  }

  private static String format(String form, double value) {
    return String.format(Locale.ROOT, form, value);
  }
}
