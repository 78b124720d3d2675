package org.bitlattice.it;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code bitlattice compare} said of the undisturbed run and another one.
 *
 * @param compared whether there was an answer
 * @param equal whether all tables and files are equal
 * @param lost rows of the undisturbed run that the other has not, or with another value
 * @param added rows of the other run that the undisturbed one has not
 * @param messages all that was said
 */
record Comparison(boolean compared, boolean equal, long lost, long added, String messages) {
  /** Where nothing was compared. */
  static final Comparison NONE = new Comparison(false, false, 0, 0, "");

  private static final Pattern EQUAL = Pattern.compile("^equal: \\d+ tables \\(([\\d,]+) rows\\)");
  private static final Pattern DIFFERENT =
      Pattern.compile(" ([\\d,]+) rows are only in the first, ([\\d,]+) only in the second");

  static Comparison of(LauncherRun compare) {
    String messages = compare.output() + compare.errors();
    Matcher same = EQUAL.matcher(compare.output());
    if (compare.exitCode() == 0 && same.find() && number(same.group(1)) > 0) {
      return new Comparison(true, true, 0, 0, messages);
    }
    Matcher other = DIFFERENT.matcher(compare.errors());
    return other.find()
        ? new Comparison(true, false, number(other.group(1)), number(other.group(2)), messages)
        : new Comparison(false, false, 0, 0, messages);
  }

  private static long number(String digits) {
    return Long.parseLong(digits.replace(",", ""));
  }
}
