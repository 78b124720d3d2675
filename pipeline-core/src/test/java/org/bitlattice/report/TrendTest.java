package org.bitlattice.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class TrendTest {
  private static List<String> cells(int decimals, double... values) {
    return new Trend(DoubleStream.of(values).mapToObj(OptionalDouble::of).toList(), decimals)
        .cells();
  }

  @Test
  void givesTheChangeSinceTheRunBeforeAndSinceTheFirst() {
    assertThat(cells(2, 20, 21.5, 21, 20))
        .containsExactly(
            "20.00", "21.50 (+1.50, +1.50)", "21.00 (-0.50, +1.00)", "20.00 (-1.00, =)");
    assertThat(cells(0, 1_234_567, 1_234_567, 234_567, 234_567))
        .containsExactly(
            "1,234,567",
            "1,234,567 (=)",
            "234,567 (-1,000,000, -1,000,000)",
            "234,567 (=, -1,000,000)");
  }

  @Test
  void aChangeThatIsTooSmallToShowIsNotNone() {
    assertThat(cells(2, 9.001, 9.002)).containsExactly("9.00", "9.00 (+0.00, +0.00)");
    assertThat(cells(2, 9.002, 9.001)).containsExactly("9.00", "9.00 (-0.00, -0.00)");
  }

  @Test
  void runsWithoutTheNumberArePassedOver() {
    List<OptionalDouble> values =
        List.of(
            OptionalDouble.empty(),
            OptionalDouble.of(8),
            OptionalDouble.of(Double.NaN),
            OptionalDouble.empty(),
            OptionalDouble.of(9));
    assertThat(new Trend(values, 1).cells())
        .containsExactly("-", "8.0", "-", "-", "9.0 (+1.0, +1.0)");
  }

  @Test
  void numbersAreWrittenAlikeInEveryCountry() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertThat(cells(1, 1000, 2500.5)).containsExactly("1,000.0", "2,500.5 (+1,500.5, +1,500.5)");
    } finally {
      Locale.setDefault(before);
    }
  }
}
