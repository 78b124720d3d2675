package org.bitlattice.rescoring;

/**
 * Evenly spaced values of one weight: {@code from}, {@code from + step}, … up to {@code to}.
 *
 * @param from the first value
 * @param to upper limit; it is itself a value when it is a whole number of steps away
 * @param step positive distance
 */
public record SearchRange(double from, double to, double step) {
  private static final int MOST_VALUES = 10_000;
  private static final double ROUNDING = 1e9;

  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException when a number is not finite, the step is not positive, the
   *     limits are in the wrong order, or there are more than 10,000 values
   */
  public SearchRange {
    boolean finite = Double.isFinite(from) && Double.isFinite(to) && Double.isFinite(step);
    if (!finite || step <= 0 || to < from || (to - from) / step >= MOST_VALUES) {
      throw new IllegalArgumentException(
          ("the range from %s to %s in steps of %s cannot be searched; limits are ascending, the"
                  + " step is positive, and there are at most %d values")
              .formatted(from, to, step, MOST_VALUES));
    }
  }

  /** The range that holds one value. */
  public static SearchRange only(double value) {
    return new SearchRange(value, value, 1);
  }

  /** Number of steps from the first value to the last: 0 for a single value. */
  int steps() {
    return (int) Math.floor((to - from) / step + 1e-9);
  }

  /**
   * The value a number of parts of a step after the first, never beyond {@code to}. All but the
   * first are rounded at the ninth decimal, so that three steps of 0.1 are 0.3.
   */
  double value(int parts, int partsOfStep) {
    if (parts == 0) {
      return from;
    }
    double exact = from + step * parts / partsOfStep;
    return Math.min(Math.rint(exact * ROUNDING) / ROUNDING, to);
  }
}
