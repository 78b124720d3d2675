package org.bitlattice.lm.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FastMathTest {
  @Test
  void exponentialHasTheStatedRelativeError() {
    for (double x = -87; x <= 0; x += 0.00137) {
      double exact = Math.exp((float) x);
      assertThat(FastMath.exp((float) x) / exact).as("exp(%s)", x).isCloseTo(1, within(2e-7));
    }
    assertThat(FastMath.exp(0f)).isEqualTo(1f);
    assertThat(FastMath.exp(-1000f)).isBetween(0f, 2e-38f);
  }

  @Test
  void tanhAndSigmoidHaveTheStatedAbsoluteErrors() {
    for (double x = -20; x <= 20; x += 0.00037) {
      float value = (float) x;
      assertThat((double) FastMath.tanh(value)).isCloseTo(Math.tanh(value), within(3e-7));
      assertThat((double) FastMath.sigmoid(value))
          .isCloseTo(1 / (1 + Math.exp(-(double) value)), within(2e-7));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 13, 64, 207, 256, 4098})
  void rowOfExponentialsEqualsSingleOnes(int length) {
    SplittableRandom random = new SplittableRandom(length);
    float[] row = new float[length];
    float largest = 3f;
    for (int i = 0; i < length; i++) {
      row[i] = largest - (float) (100 * random.nextDouble() * random.nextDouble());
    }
    float[] expected = new float[length];
    double sum = 0;
    for (int i = 0; i < length; i++) {
      expected[i] = FastMath.exp(row[i] - largest);
      sum += expected[i];
    }
    assertThat(new ExponentialRow(length).apply(row, largest) / sum).isCloseTo(1, within(1e-6));
    assertThat(row).containsExactly(expected);
  }
}
