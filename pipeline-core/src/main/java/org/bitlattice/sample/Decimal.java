package org.bitlattice.sample;

/** Numbers as text that depends neither on the locale nor on a formatter's version. */
final class Decimal {
  private Decimal() {}

  /**
   * A number with a fixed count of decimals, rounded half to even.
   *
   * @param value finite, below 10^18 / 10^decimals in size
   */
  static String of(double value, int decimals) {
    long unit = 1;
    for (int i = 0; i < decimals; i++) {
      unit *= 10;
    }
    long scaled = (long) StrictMath.rint(Math.abs(value) * unit);
    StringBuilder text = new StringBuilder(Long.toString(scaled + unit));
    int point = text.length() - decimals;
    String whole = Long.toString(scaled / unit);
    text.replace(0, point, whole + '.');
    return (value < 0 && scaled > 0 ? "-" : "") + text;
  }
}
