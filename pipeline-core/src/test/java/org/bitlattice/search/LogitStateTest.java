package org.bitlattice.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.bitlattice.quant.ScaleScope;
import org.junit.jupiter.api.Test;

class LogitStateTest {
  private static final SearchSpace SPACE = SearchModels.space(ScaleScope.TENSOR);

  private static double[][] gradient(double first) {
    double[][] gradient = SPACE.zeros();
    gradient[0][0] = first;
    gradient[1][2] = -2 * first;
    return gradient;
  }

  @Test
  void adamMovesByItsBiasCorrectedMeans() {
    LogitState state = LogitState.start(SPACE);
    double logit = 0;
    double mean = 0;
    double square = 0;
    double[] slopes = {0.3, -0.1, 0.02, 0.5};
    for (int t = 1; t <= slopes.length; t++) {
      double g = slopes[t - 1];
      mean = 0.9 * mean + 0.1 * g;
      square = 0.999 * square + 0.001 * g * g;
      double corrected = mean / (1 - Math.pow(0.9, t));
      logit -= 0.003 * corrected / (Math.sqrt(square / (1 - Math.pow(0.999, t))) + 1e-8);
      state = state.after(gradient(g), 0.003);
    }
    assertThat(state.steps()).isEqualTo(4);
    assertThat(state.logits().values()[0][0]).isCloseTo(logit, within(1e-12));
    assertThat(state.logits().values()[1][2]).isCloseTo(-logit, within(1e-8));
    assertThat(state.logits().values()[1][0]).isZero();
  }

  @Test
  void statesOfShardsAreAveraged() {
    LogitState start = LogitState.start(SPACE);
    LogitState up = start.after(gradient(0.5), 0.1);
    LogitState down = start.after(gradient(-0.2), 0.3);
    LogitState mean = LogitState.mean(List.of(up, down));
    assertThat(mean.logits().values()[0][0]).isCloseTo((-0.1 + 0.3) / 2, within(1e-6));
    assertThat(mean.means()[0][0]).isCloseTo(0.1 * (0.5 - 0.2) / 2, within(1e-12));
    assertThat(mean.squares()[0][0]).isCloseTo(0.001 * (0.25 + 0.04) / 2, within(1e-12));
    assertThat(mean.steps()).isEqualTo(1);
    assertThatThrownBy(() -> LogitState.mean(List.of(up, down.after(gradient(1), 0.1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("states after [1, 2] steps cannot be averaged; all must be equally far");
  }

  @Test
  void probabilitiesEntropyAndExpectedBytesAreThoseOfTheSoftmax() {
    double[][] logits = SPACE.zeros();
    logits[0][1] = Math.log(4);
    PrecisionLogits found = new PrecisionLogits(logits);
    assertThat(found.probabilities(1)[0][1]).isCloseTo(0.5, within(1e-12));
    assertThat(found.probabilities(1)[0][0]).isCloseTo(0.125, within(1e-12));
    assertThat(found.probabilities(2)[0][1]).isCloseTo(2.0 / 6, within(1e-12));
    double first = -0.5 * Math.log(0.5) - 4 * 0.125 * Math.log(0.125);
    int units = logits.length;
    assertThat(found.entropy(1))
        .isCloseTo((first + (units - 1) * Math.log(5)) / units, within(1e-12));
    List<SearchProbability> rows = SPACE.rows(0.5, found, 1);
    assertThat(rows).hasSize(units * 5);
    assertThat(rows.get(1))
        .satisfies(row -> assertThat(row.negativeLog()).isCloseTo(Math.log(2), within(1e-12)))
        .extracting(SearchProbability::tensor, SearchProbability::bits)
        .containsExactly("encoder.weight[0:4]", 2);
    assertThat(rows.stream().filter(SearchProbability::mostProbable)).hasSize(units);
    assertThat(rows.get(1).mostProbable()).isTrue();
  }

  @Test
  void probabilitiesTooSmallForADoubleHaveFiniteLogarithms() {
    double[][] logits = SPACE.zeros();
    logits[0][0] = 2000;
    SearchProbability row = SPACE.rows(0, new PrecisionLogits(logits), 1).get(1);
    assertThat(row.probability()).isZero();
    assertThat(row.negativeLog()).isEqualTo(2000);
    assertThat(new PrecisionLogits(logits).entropy(1)).isFinite();
  }

  @Test
  void gumbelNoiseHasTheMeanAndVarianceOfItsDistribution() {
    double[][] noise = Relaxation.GUMBEL.noise(7, 1000, 50);
    double sum = 0;
    double squares = 0;
    for (double[] unit : noise) {
      for (double g : unit) {
        sum += g;
        squares += g * g;
      }
    }
    double mean = sum / 50_000;
    assertThat(mean).isCloseTo(0.57722, within(0.02));
    assertThat(squares / 50_000 - mean * mean).isCloseTo(Math.PI * Math.PI / 6, within(0.05));
    assertThat(Relaxation.GUMBEL.noise(7, 1000, 50)).isDeepEqualTo(noise);
    assertThat(Relaxation.SOFTMAX.noise(7, 2, 2)).isDeepEqualTo(new double[2][2]);
  }
}
