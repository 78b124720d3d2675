package org.bitlattice.lm.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.lm.ReferenceLstm;
import org.bitlattice.lm.TensorShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GradientOracleTest {
  private static final LstmArchitecture LSTM = new LstmArchitecture(11, 4, 5, 2);

  @ParameterizedTest
  @CsvSource({"1, 1", "3, 7", "5, 2", "40, 9"})
  void lossIsTheMeanOfTheReferenceLossPerToken(int segments, int length) {
    LmWeights weights = TinyModels.random(LSTM, 0.8, 3);
    List<int[]> text = TinyModels.segments(segments, length, 11, 4);
    LossAndGradient found = new GradientOracle(LSTM).at(weights, text);
    assertThat(found.tokens()).isEqualTo((long) segments * length);
    assertThat(found.lossNatsPerToken())
        .isCloseTo(ReferenceLstm.lossPerToken(weights, text), within(1e-5));
  }

  @ParameterizedTest
  @CsvSource({"2, 3", "3, 8", "33, 5"})
  void gradientEqualsFiniteDifferencesOfTheReferenceLoss(int segments, int length) {
    LmWeights weights = TinyModels.random(LSTM, 0.8, 5);
    List<int[]> text = TinyModels.segments(segments, length, 11, 6);
    LossAndGradient found = new GradientOracle(LSTM).at(weights, text);
    for (TensorShape shape : LSTM.tensors()) {
      float[] gradient = found.gradient().get(shape.name());
      int stride = Math.max(1, shape.size() / 17);
      for (int i = 0; i < shape.size(); i += stride) {
        assertThat((double) gradient[i])
            .as("%s[%d]", shape.name(), i)
            .isCloseTo(difference(weights, text, shape.name(), i), within(2e-5));
      }
    }
  }

  @Test
  void oneOracleServesSeveralShapesAndWeights() {
    GradientOracle oracle = new GradientOracle(LSTM);
    LmWeights first = TinyModels.random(LSTM, 0.5, 1);
    List<int[]> small = TinyModels.segments(2, 3, 11, 1);
    LossAndGradient before = oracle.at(first, small);
    oracle.at(TinyModels.random(LSTM, 0.5, 2), TinyModels.segments(9, 6, 11, 2));
    LossAndGradient after = oracle.at(first, small);
    assertThat(after.lossNatsPerToken()).isEqualTo(before.lossNatsPerToken());
    assertThat(after.gradient().get(LstmArchitecture.OUTPUT))
        .containsExactly(before.gradient().get(LstmArchitecture.OUTPUT));
  }

  private static double difference(LmWeights weights, List<int[]> text, String name, int index) {
    float step = 1e-3f;
    float[] up = weights.tensor(name).clone();
    float[] down = up.clone();
    up[index] += step;
    down[index] -= step;
    double width = (double) up[index] - down[index];
    return (ReferenceLstm.lossPerToken(weights.with(Map.of(name, up)), text)
            - ReferenceLstm.lossPerToken(weights.with(Map.of(name, down)), text))
        / width;
  }
}
