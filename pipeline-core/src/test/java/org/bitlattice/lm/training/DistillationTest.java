package org.bitlattice.lm.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.lm.ReferenceLstm;
import org.bitlattice.lm.TensorShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DistillationTest {
  private static final LstmArchitecture LSTM = new LstmArchitecture(11, 4, 5, 2);
  private static final LmWeights TEACHER =
      TinyModels.random(new LstmArchitecture(11, 3, 7, 1), 1.2, 8);

  @ParameterizedTest
  @CsvSource({"0.3, 2, 3", "1, 3, 8", "0.7, 33, 5"})
  void lossAndGradientAreThoseOfThePlainReference(double weight, int segments, int length) {
    LmWeights weights = TinyModels.random(LSTM, 0.8, 5);
    List<int[]> text = TinyModels.segments(segments, length, 11, 6);
    Distillation distillation = new Distillation(weight, TEACHER);
    LossAndGradient found = new GradientOracle(LSTM, Optional.of(distillation)).at(weights, text);
    assertThat(found.lossNatsPerToken()).isCloseTo(loss(weights, weight, text), within(1e-5));
    for (TensorShape shape : LSTM.tensors()) {
      float[] gradient = found.gradient().get(shape.name());
      int stride = Math.max(1, shape.size() / 17);
      for (int i = 0; i < shape.size(); i += stride) {
        assertThat((double) gradient[i])
            .as("%s[%d]", shape.name(), i)
            .isCloseTo(difference(weights, weight, text, shape.name(), i), within(2e-5));
      }
    }
  }

  private static double difference(
      LmWeights weights, double weight, List<int[]> text, String name, int index) {
    float[] up = weights.tensor(name).clone();
    float[] down = up.clone();
    up[index] += 1e-3f;
    down[index] -= 1e-3f;
    double width = (double) up[index] - down[index];
    return (loss(weights.with(Map.of(name, up)), weight, text)
            - loss(weights.with(Map.of(name, down)), weight, text))
        / width;
  }

  /** (1 − w)·(−ln P(word)) + w·Σ P_teacher·ln(P_teacher/P), mean over tokens. */
  private static double loss(LmWeights weights, double weight, List<int[]> text) {
    double nats = 0;
    long tokens = 0;
    for (int[] segment : text) {
      ReferenceLstm model = new ReferenceLstm(weights);
      ReferenceLstm teacher = new ReferenceLstm(TEACHER);
      for (int i = 0; i + 1 < segment.length; i++) {
        double[] ln = model.logProbabilitiesAfter(segment[i]);
        double[] lnTeacher = teacher.logProbabilitiesAfter(segment[i]);
        double divergence = 0;
        for (int word = 0; word < ln.length; word++) {
          divergence += Math.exp(lnTeacher[word]) * (lnTeacher[word] - ln[word]);
        }
        nats += (1 - weight) * -ln[segment[i + 1]] + weight * divergence;
        tokens++;
      }
    }
    return nats / tokens;
  }

  @Test
  void aModelThatLearnsFromItselfHasNothingToLearn() {
    LmWeights weights = TinyModels.random(LSTM, 0.8, 5);
    List<int[]> text = TinyModels.segments(6, 7, 11, 6);
    Distillation itself = new Distillation(1, weights);
    LossAndGradient found = new GradientOracle(LSTM, Optional.of(itself)).at(weights, text);
    assertThat(found.lossNatsPerToken()).isCloseTo(0, within(1e-6));
    for (float value : found.gradient().get(LstmArchitecture.OUTPUT)) {
      assertThat((double) value).isCloseTo(0, within(1e-6));
    }
  }

  @Test
  void trainingBringsTheModelToTheTeacherDistribution() {
    List<int[]> text = TinyModels.segments(64, 8, 11, 6);
    Distillation distillation = new Distillation(1, TEACHER);
    GradientOracle oracle = new GradientOracle(LSTM, Optional.of(distillation));
    TrainingState start = TrainingState.start(TinyModels.random(LSTM, 0.8, 5));
    OptimiserSettings settings = OptimiserSettings.adam(0.02, 8);
    PlainTrainer trainer = new PlainTrainer(LSTM, settings, text, 1, Optional.of(distillation));
    PlainTrainer.Progress progress = trainer.train(start, 300, 0.02, Optional.empty());
    double before = oracle.at(start.weights(), text).lossNatsPerToken();
    double after = oracle.at(progress.state().weights(), text).lossNatsPerToken();
    assertThat(after).isLessThan(0.2 * before).isPositive();
    assertThat(progress.trainNllNats()).isBetween(after, before);
  }

  @Test
  void whatCannotTeachIsRefused() {
    assertThatThrownBy(() -> new Distillation(0, TEACHER))
        .hasMessage("the weight of distillation is 0.0; it must be above 0 and at most 1");
    LstmArchitecture other = new LstmArchitecture(12, 4, 5, 2);
    assertThatThrownBy(() -> new Teacher(new Distillation(1, TEACHER), other))
        .hasMessage(
            "the teacher knows 11 words and the model 12; they must have the same vocabulary");
  }
}
