package org.bitlattice.lm;

/**
 * IEEE 754 half precision (binary16): a sign, 5 bits of exponent and 10 of fraction. Numbers from
 * 2⁻¹⁴ to 65504 have 11 significant bits; below that, down to 2⁻²⁴, numbers are multiples of 2⁻²⁴.
 */
public final class Float16 {
  /** The largest finite number. */
  public static final float LARGEST = 65504;

  /** The smallest positive number, 2⁻²⁴. */
  public static final float SMALLEST = 0x1p-24f;

  private static final int INFINITY = 0x7c00;
  private static final int NAN = 0x7e00;
  private static final int SIGN = 0x8000;

  /** Bits of the fraction. */
  private static final int FRACTION = 10;

  /** Exponent of the smallest normal number, and of the numbers below it. */
  private static final int SMALLEST_EXPONENT = -14;

  private Float16() {}

  /**
   * The bits of the number nearest to a value; of two equally near ones that with the even
   * fraction. Values from 65520 on become infinity, values up to 2⁻²⁵ become 0, NaN stays NaN.
   */
  public static short bits(double value) {
    if (Double.isNaN(value)) {
      return (short) NAN;
    }
    int sign = Double.doubleToRawLongBits(value) < 0 ? SIGN : 0;
    double magnitude = Math.abs(value);
    int exponent = Math.max(Math.getExponent(magnitude), SMALLEST_EXPONENT);
    if (exponent > 15) {
      return (short) (sign | INFINITY);
    }
    // Dividing by a power of two is exact, so the one rounding is that of rint: half to even. A
    // fraction that is rounded up to 2 carries into the exponent's field by itself.
    int units = (int) Math.rint(Math.scalb(magnitude, FRACTION - exponent));
    return (short) (sign | (((exponent - SMALLEST_EXPONENT) << FRACTION) + units));
  }

  /** The number that bits stand for; every one is a float. */
  public static float value(short bits) {
    int exponent = (bits >> FRACTION) & 0x1f;
    int fraction = bits & 0x3ff;
    float magnitude;
    if (exponent == 0x1f) {
      magnitude = fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
    } else if (exponent == 0) {
      magnitude = fraction * SMALLEST;
    } else {
      magnitude = Math.scalb((float) (fraction + 0x400), exponent - 25);
    }
    return bits < 0 ? -magnitude : magnitude;
  }

  /** The number nearest to a value; see {@link #bits}. */
  public static float nearest(double value) {
    return value(bits(value));
  }
}
