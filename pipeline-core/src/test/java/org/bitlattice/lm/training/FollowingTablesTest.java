package org.bitlattice.lm.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FollowingTablesTest {
  @ParameterizedTest
  @CsvSource({"1, 1", "2, 13", "4, 64", "8, 207", "16, 4098"})
  void theDistanceNeverRises(int bits, int columns) {
    SplittableRandom random = new SplittableRandom(bits);
    float[] weights = new float[3 * columns];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) (random.nextDouble() + random.nextDouble() - 1);
    }
    FollowingTables following = new FollowingTables();
    float start = bits == 1 ? 0.1f : 0.7f / (1 << (bits - 2));
    float[] entries =
        following.add(
            new RowTables(
                new float[] {start, start, start},
                new int[] {bits, bits, bits},
                new int[] {0, 1, 0}),
            weights);
    double before = Double.POSITIVE_INFINITY;
    for (int i = 0; i < 12; i++) {
      following.alternate(1);
      double distance = 0;
      for (int k = 0; k < weights.length; k++) {
        distance += Math.pow((double) weights[k] - entries[k], 2);
        float scale = following.scale(k / columns % 2);
        assertThat(entries[k] / scale).isCloseTo(Math.round(entries[k] / scale), within(1e-2f));
      }
      assertThat(distance).isLessThanOrEqualTo(before * (1 + 1e-6));
      before = distance;
    }
  }

  @Test
  void rowsOfOneGroupShareAScaleAndRowsWithoutATableStay() {
    FollowingTables following = new FollowingTables();
    float[] weights = {1, 1, 0.1f, 3, -3, 0, 0.7f, 0.2f, 0.3f};
    float[] entries =
        following.add(
            new RowTables(new float[] {2, 2, 0}, new int[] {2, 2, 32}, new int[] {4, 4, 5}),
            weights);
    following.alternate(1);
    assertThat(following.scale(4)).isEqualTo(3);
    assertThat(entries).containsExactly(0, 0, 0, 3, -3, 0, 0.7f, 0.2f, 0.3f);
    following.alternate(1);
    assertThat(entries).containsExactly(0, 0, 0, 3, -3, 0, 0.7f, 0.2f, 0.3f);
    weights[0] = 1.6f;
    following.alternate(1);
    assertThat(entries[0]).isEqualTo(following.scale(4)).isCloseTo(7.6f / 3, within(1e-6f));
  }

  @Test
  void aScaleOfZeroOrOneThatIsTooLargeComesBack() {
    FollowingTables following = new FollowingTables();
    float[] weights = {0.5f, -0.5f, 0.01f, 0, 0, 0};
    float[] entries =
        following.add(
            new RowTables(new float[] {0, 8, 0}, new int[] {2, 2, 2}, new int[] {0, 1, 2}),
            weights);
    following.alternate(12);
    assertThat(entries).containsExactly(0.5f, -0.5f, 0.01f, 0, 0, 0);
    assertThat(following.scale(2)).isZero();
  }

  @Test
  void weightsThatAreNotRowsAreRefused() {
    RowTables two = new RowTables(new float[2], new int[] {2, 2}, new int[2]);
    assertThatThrownBy(() -> new FollowingTables().add(two, new float[3]))
        .hasMessage("3 weights cannot be those of 2 rows");
  }
}
