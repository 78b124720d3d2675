package org.bitlattice.lm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HalfPrecisionTest {
  @Test
  void everyHalfIsTheNumberThatItsFieldsSpell() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      int exponent = bits >> 10 & 31;
      double fraction = (bits & 1023) / 1024.0;
      double magnitude;
      if (exponent == 31) {
        magnitude = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
      } else if (exponent == 0) {
        magnitude = fraction * Math.pow(2, -14);
      } else {
        magnitude = (1 + fraction) * Math.pow(2, exponent - 15);
      }
      double expected = bits < 1 << 15 ? magnitude : -magnitude;
      assertThat((double) HalfPrecision.ofBinary16((short) bits))
          .as("%x", bits)
          .isEqualTo(Double.valueOf(expected));
    }
  }

  @Test
  void everyBfloatIsTheNumberThatItsFieldsSpell() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      int exponent = bits >> 7 & 255;
      double fraction = (bits & 127) / 128.0;
      double magnitude;
      if (exponent == 255) {
        magnitude = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
      } else if (exponent == 0) {
        magnitude = fraction * Math.pow(2, -126);
      } else {
        magnitude = (1 + fraction) * Math.pow(2, exponent - 127);
      }
      double expected = bits < 1 << 15 ? magnitude : -magnitude;
      assertThat((double) HalfPrecision.ofBfloat16((short) bits))
          .as("%x", bits)
          .isEqualTo(Double.valueOf(expected));
    }
  }
}
