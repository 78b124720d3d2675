package org.bitlattice.lattice;

/** Numbers as decoders write them: decimal digits with sign, point and exponent. */
final class DecimalNumber {
  private DecimalNumber() {}

  /** The number that a text spells, NaN when it spells none or one that is not finite. */
  static double parsed(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && "+-.eE".indexOf(c) < 0) {
        return Double.NaN;
      }
    }
    try {
      double number = Double.parseDouble(text);
      return Double.isFinite(number) ? number : Double.NaN;
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }
}
