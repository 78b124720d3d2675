package org.bitlattice.sensitivity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.lm.TensorShape;
import org.bitlattice.lm.training.TinyModels;
import org.junit.jupiter.api.Test;

class RademacherDirectionTest {
  private static final LstmArchitecture LSTM = new LstmArchitecture(23, 3, 5, 1);

  private static Map<String, float[]> signs(long seed) {
    return new RademacherDirection(LSTM, seed).signs();
  }

  @Test
  void everyMatrixHasSignsAndNoVectorHas() {
    assertThat(signs(1).keySet())
        .containsExactlyElementsOf(LSTM.quantizable().stream().map(TensorShape::name).toList());
    for (TensorShape shape : LSTM.quantizable()) {
      float[] values = signs(1).get(shape.name());
      assertThat(values).hasSize(shape.size());
      for (float value : values) {
        assertThat(Math.abs(value)).isEqualTo(1);
      }
    }
  }

  @Test
  void theSeedAloneDecides() {
    assertThat(signs(7).get("decoder.weight")).containsExactly(signs(7).get("decoder.weight"));
    assertThat(signs(7).get("decoder.weight")).isNotEqualTo(signs(8).get("decoder.weight"));
  }

  /** Over n seeds the means of signs, and of products of two, are within 5 / √n of 0. */
  @Test
  void signsAreBalancedAndUncorrelated() {
    int seeds = 10_000;
    double[] single = new double[115];
    double[] withFirst = new double[115];
    double[] acrossMatrices = new double[69];
    for (int seed = 0; seed < seeds; seed++) {
      Map<String, float[]> signs = signs(seed);
      float[] output = signs.get("decoder.weight");
      float[] embedding = signs.get("encoder.weight");
      for (int i = 0; i < output.length; i++) {
        single[i] += output[i];
        withFirst[i] += output[0] * output[i];
      }
      for (int i = 0; i < embedding.length; i++) {
        acrossMatrices[i] += output[0] * embedding[i];
      }
    }
    double bound = 5 * Math.sqrt(seeds);
    for (int i = 0; i < single.length; i++) {
      assertThat(Math.abs(single[i])).isLessThan(bound);
      assertThat(i == 0 ? 0 : Math.abs(withFirst[i])).isLessThan(bound);
    }
    for (double sum : acrossMatrices) {
      assertThat(Math.abs(sum)).isLessThan(bound);
    }
  }

  @Test
  void movesEveryMatrixAlongItsSignsAndLeavesVectors() {
    LmWeights weights = TinyModels.random(LSTM, 1, 2);
    LmWeights moved = RademacherDirection.moved(weights, signs(3), 0.25f);
    for (TensorShape shape : LSTM.tensors()) {
      float[] before = weights.tensor(shape.name());
      float[] after = moved.tensor(shape.name());
      for (int i = 0; i < before.length; i++) {
        float move = shape.quantizable() ? 0.25f * signs(3).get(shape.name())[i] : 0;
        assertThat(after[i]).isEqualTo(before[i] + move);
      }
    }
  }
}
