package org.bitlattice.lm.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.lm.TensorShape;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProximalStepTest {
  private static final LstmArchitecture LSTM = new LstmArchitecture(5, 2, 3, 2);
  private static final int PARAMETERS = new FlatLayout(LSTM).length();

  @Test
  void movesByTheClosedFormWithAdamsScaling() {
    LmWeights weights = TinyModels.random(LSTM, 1, 1);
    LmWeights targets = TinyModels.random(LSTM, 1, 2);
    float[] state = new float[2 * PARAMETERS];
    for (int i = 0; i < PARAMETERS; i++) {
      state[PARAMETERS + i] = (i % 7) * 0.01f;
    }
    OptimiserSettings settings =
        OptimiserSettings.adam(0.05, 1).withOptimiser(new Optimiser.Adam(0.9, 0.99, 0.001));
    double correction = Math.sqrt(1 - Math.pow(0.99, 4));
    FlatLayout layout = new FlatLayout(LSTM);
    float[] before = layout.flatten(weights);
    float[] target = layout.flatten(targets);
    float[] after = apply(weights, state, settings, new ProximalTerm(matrices(targets), 3));
    for (TensorShape shape : LSTM.quantizable()) {
      for (int i = layout.offset(shape.name()), n = 0; n < shape.size(); i++, n++) {
        double d = correction / (Math.sqrt(state[PARAMETERS + i]) + 0.001);
        double strength = 0.05 * d * 3;
        double expected = (before[i] + strength * target[i]) / (1 + strength);
        assertThat((double) after[i]).as(shape.name()).isCloseTo(expected, within(1e-6));
      }
    }
    int bias = layout.offset(LstmArchitecture.OUTPUT_BIAS);
    assertThat(after[bias]).isEqualTo(before[bias]);
  }

  @Test
  void movesByTheClosedFormForGradientDescent() {
    LmWeights weights = TinyModels.random(LSTM, 1, 1);
    LmWeights targets = TinyModels.random(LSTM, 1, 2);
    OptimiserSettings settings = OptimiserSettings.adam(0.5, 1).withOptimiser(Optimiser.sgd());
    Map<String, float[]> one =
        Map.of(LstmArchitecture.EMBEDDING, targets.tensor(LstmArchitecture.EMBEDDING));
    float[] after = apply(weights, new float[0], settings, new ProximalTerm(one, 3));
    for (int i = 0; i < 10; i++) {
      double w = weights.tensor(LstmArchitecture.EMBEDDING)[i];
      double t = targets.tensor(LstmArchitecture.EMBEDDING)[i];
      assertThat((double) after[i]).isCloseTo((w + 1.5 * t) / 2.5, within(1e-6));
    }
    float[] unpulled = new FlatLayout(LSTM).flatten(weights);
    assertThat(after[after.length - 1]).isEqualTo(unpulled[after.length - 1]);
  }

  private static float[] apply(
      LmWeights weights, float[] updater, OptimiserSettings settings, ProximalTerm term) {
    FlatState state = new FlatState(new FlatLayout(LSTM).flatten(weights), updater, 4);
    ComputationGraph network = LstmNetwork.open(state, LSTM, settings, settings.learningRate());
    new ProximalStep(LSTM, settings.optimiser(), settings.learningRate(), term).apply(network);
    return LstmNetwork.close(network).parameters();
  }

  /**
   * With T = G − λ, scaled dual λ, the W-step of ADMM ends where ∇F(W) + γ(W − G + λ) = 0; with W =
   * G that is ∇F(W) + γλ = 0.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void fixedPointIsThatOfTheAugmentedLagrangian(boolean adam) {
    List<int[]> text = TinyModels.segments(4, 5, 5, 3);
    double gamma = 0.5;
    LmWeights targets = TinyModels.random(LSTM, 0.5, 4);
    ProximalTerm term = new ProximalTerm(matrices(targets), gamma);
    OptimiserSettings settings = OptimiserSettings.adam(0.5, 4);
    settings = adam ? settings : settings.withOptimiser(Optimiser.sgd());
    PlainTrainer trainer = new PlainTrainer(LSTM, settings, text, 1);
    TrainingState state = TrainingState.start(targets);
    double rate = adam ? 0.02 : 0.5;
    for (int round = 0; round < 12; round++) {
      state = trainer.train(state, 200, rate, Optional.of(term)).state();
      rate *= 0.6;
    }
    LossAndGradient at = new GradientOracle(LSTM).at(state.weights(), text);
    for (TensorShape shape : LSTM.quantizable()) {
      float[] weights = state.weights().tensor(shape.name());
      float[] target = targets.tensor(shape.name());
      for (int i = 0; i < weights.length; i++) {
        double sum = at.gradient().get(shape.name())[i] + gamma * (weights[i] - target[i]);
        assertThat(sum).as("%s[%d]", shape.name(), i).isCloseTo(0, within(1e-3));
      }
    }
  }

  @Test
  void refusesTargetsThatDoNotFit() {
    OptimiserSettings settings = OptimiserSettings.adam(0.5, 1);
    ProximalTerm vector = new ProximalTerm(Map.of(LstmArchitecture.OUTPUT_BIAS, new float[5]), 1);
    assertThatThrownBy(() -> new ProximalStep(LSTM, settings.optimiser(), 0.5, vector))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("there is no weight matrix decoder.bias to constrain");
    ProximalTerm small = new ProximalTerm(Map.of(LstmArchitecture.OUTPUT, new float[5]), 1);
    assertThatThrownBy(() -> new ProximalStep(LSTM, settings.optimiser(), 0.5, small))
        .hasMessage("the proximal target of decoder.weight has 5 values; the tensor has 15");
    assertThatThrownBy(() -> new ProximalTerm(Map.of(), Double.NaN))
        .hasMessage("the proximal weight gamma is NaN; it must be finite and at least 0");
  }

  private static Map<String, float[]> matrices(LmWeights weights) {
    Map<String, float[]> matrices = new LinkedHashMap<>();
    for (TensorShape shape : LSTM.quantizable()) {
      matrices.put(shape.name(), weights.tensor(shape.name()));
    }
    return matrices;
  }
}
