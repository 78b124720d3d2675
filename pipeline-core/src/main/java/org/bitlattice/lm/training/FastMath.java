package org.bitlattice.lm.training;

/**
 * Single-precision functions for long rows. {@code Math}'s work in double precision one value at a
 * time and take several times longer.
 */
final class FastMath {
  /** Exponents below this are treated as this: e⁻⁸⁷·³ is near the smallest normal float. */
  static final float LOWEST_EXPONENT = -87.3f;

  /** 1/ln 2. */
  static final float LOG2_E = 1.44269504f;

  /** 1.5·2²³: adding it rounds a float to an integer, held in its low bits. */
  static final float ROUNDER = 12582912f;

  private static final float TANH_RANGE = 9f;

  private FastMath() {}

  /**
   * eˣ for x ≤ 0 to a relative error below 2·10⁻⁷ (not below e⁻⁸⁷): reduction to |r| ≤ ln 2 / 2 and
   * the polynomial of Cephes' {@code expf}.
   */
  static float exp(float x) {
    float clamped = Math.max(x, LOWEST_EXPONENT);
    float shifted = clamped * LOG2_E + ROUNDER;
    float power = Float.intBitsToFloat((Float.floatToRawIntBits(shifted) << 23) + 0x3F800000);
    return expFraction(clamped, shifted - ROUNDER) * power;
  }

  /** e^(x − n·ln 2) for |x − n·ln 2| ≤ ln 2 / 2. */
  static float expFraction(float x, float n) {
    float r = x - n * 0.693359375f - n * -2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    return p * r * r + r + 1f;
  }

  /**
   * tanh to an absolute error below 3·10⁻⁷: the rational approximation of degree 13 over 6 that
   * Eigen uses, free of branches so that the compiler turns loops over it into vector code.
   */
  static float tanh(float x) {
    float c = Math.max(-TANH_RANGE, Math.min(TANH_RANGE, x));
    float s = c * c;
    float p = s * -2.76076847742355e-16f + 2.00018790482477e-13f;
    p = s * p - 8.60467152213735e-11f;
    p = s * p + 5.12229709037114e-08f;
    p = s * p + 1.48572235717979e-05f;
    p = s * p + 6.37261928875436e-04f;
    p = s * p + 4.89352455891786e-03f;
    float q = s * 1.19825839466702e-06f + 1.18534705686654e-04f;
    q = s * q + 2.26843463243900e-03f;
    q = s * q + 4.89352518554385e-03f;
    return c * p / q;
  }

  /** 1/(1 + e⁻ˣ) to an absolute error below 2·10⁻⁷. */
  static float sigmoid(float x) {
    return 0.5f * tanh(0.5f * x) + 0.5f;
  }
}
