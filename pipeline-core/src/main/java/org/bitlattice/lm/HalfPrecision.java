package org.bitlattice.lm;

/** Numbers of 16 bits as single precision, which holds every one of them exactly. */
final class HalfPrecision {
  /** Value of the last place of a subnormal: 2⁻²⁴. */
  private static final float SMALLEST = 0x1p-24f;

  private static final int FRACTION_BITS = 10;
  private static final int EXPONENT = 0x1f;

  /** Difference of the exponents' biases, 127 − 15. */
  private static final int REBIAS = 112;

  private HalfPrecision() {}

  /** IEEE 754 binary16: sign, 5 bits of exponent, 10 of fraction. */
  static float ofBinary16(short bits) {
    int sign = bits & 0x8000;
    int exponent = (bits >> FRACTION_BITS) & EXPONENT;
    int fraction = bits & ((1 << FRACTION_BITS) - 1);
    if (exponent == 0) {
      float magnitude = fraction * SMALLEST;
      return sign == 0 ? magnitude : -magnitude;
    }
    int widened = exponent == EXPONENT ? 0xff : exponent + REBIAS;
    return Float.intBitsToFloat(sign << 16 | widened << 23 | fraction << 13);
  }

  /** bfloat16: the sign, exponent and upper fraction bits of single precision. */
  static float ofBfloat16(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }
}
