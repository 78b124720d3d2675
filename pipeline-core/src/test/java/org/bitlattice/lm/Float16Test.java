package org.bitlattice.lm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Float16Test {
  @ParameterizedTest
  @CsvSource({
    "1, 3c00",
    "-2, c000",
    "0.1, 2e66",
    "0.3333333333333333, 3555",
    "65504, 7bff",
    "6.103515625e-5, 400",
    "5.960464477539063e-8, 1",
    "0, 0",
    "-0.0, 8000",
    "Infinity, 7c00",
    "-Infinity, fc00",
    "NaN, 7e00"
  })
  void bitsAreThoseOfTheStandard(double value, String hex) {
    assertThat(Float16.bits(value)).isEqualTo((short) Integer.parseInt(hex, 16));
  }

  /** The value of bits by the standard's definition, on doubles. */
  private static double defined(int bits) {
    int exponent = (bits >> 10) & 31;
    double fraction = (bits & 1023) / 1024.0;
    double magnitude =
        exponent == 0 ? fraction * Math.pow(2, -14) : (1 + fraction) * Math.pow(2, exponent - 15);
    return (bits & 0x8000) == 0 ? magnitude : -magnitude;
  }

  @Test
  void everyNumberHasTheValueOfItsDefinitionAndSurvives() {
    for (int bits = 0; bits < 0x10000; bits++) {
      if ((bits & 0x7c00) != 0x7c00) {
        assertThat((double) Float16.value((short) bits)).isEqualTo(defined(bits));
        assertThat(Float16.bits(defined(bits))).isEqualTo((short) bits);
      }
    }
    assertThat(Float16.value((short) 0x7c00)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(Float16.value((short) 0xfc00)).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(Float16.value((short) 0x7e01)).isNaN();
  }

  @Test
  void whatLiesBetweenTwoNumbersGoesToTheNearerOneAndTiesToTheEvenOne() {
    for (int bits = 0; bits < 0x7bff; bits++) {
      double low = defined(bits);
      double high = defined(bits + 1);
      double middle = (low + high) / 2;
      int even = bits % 2 == 0 ? bits : bits + 1;
      assertThat(Float16.bits(middle)).isEqualTo((short) even);
      assertThat(Float16.bits(-middle)).isEqualTo((short) (even | 0x8000));
      assertThat(Float16.bits(Math.nextDown(middle))).isEqualTo((short) bits);
      assertThat(Float16.bits(Math.nextUp(middle))).isEqualTo((short) (bits + 1));
    }
  }

  @Test
  void endsWhereTheFormatEnds() {
    assertThat(Float16.nearest(Math.nextDown(65520.0))).isEqualTo(Float16.LARGEST);
    assertThat(Float16.nearest(65520)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(Float16.nearest(Double.MAX_VALUE)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(Float16.nearest(Math.nextUp(0x1p-25))).isEqualTo(Float16.SMALLEST);
    assertThat(Float16.nearest(0x1p-25)).isZero();
    assertThat(Float16.nearest(Double.MIN_VALUE)).isZero();
  }
}
