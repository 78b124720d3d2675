package org.bitlattice.lm.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.lm.ReferenceLstm;
import org.bitlattice.lm.TensorShape;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class LstmNetworkTest {
  @Test
  void logProbabilitiesEqualTheReferenceLstm() {
    LstmArchitecture lstm = new LstmArchitecture(301, 24, 33, 3);
    LmWeights weights = TinyModels.random(lstm, 0.4, 9);
    List<int[]> text = TinyModels.segments(3, 12, 301, 8);
    ComputationGraph network =
        LstmNetwork.open(
            TrainingState.start(weights).flat(), lstm, OptimiserSettings.adam(1, 1), 1);
    INDArray probabilities = network.outputSingle(Minibatch.of(text).getFeatures(0));
    for (int segment = 0; segment < text.size(); segment++) {
      ReferenceLstm reference = new ReferenceLstm(weights);
      for (int position = 0; position < 12; position++) {
        double[] expected = reference.logProbabilitiesAfter(text.get(segment)[position]);
        for (int word = 0; word < expected.length; word++) {
          assertThat(Math.log(probabilities.getDouble(segment, word, position)))
              .isCloseTo(expected[word], within(1e-4));
        }
      }
    }
  }

  @Test
  void weightsComeBackWithTheTwoBiasesOfALayerAdded() {
    LstmArchitecture lstm = new LstmArchitecture(7, 3, 5, 2);
    LmWeights weights = TinyModels.random(lstm, 1, 2);
    TrainingState state = new TrainingState(weights, new float[0], 17);
    ComputationGraph network =
        LstmNetwork.open(state.flat(), lstm, OptimiserSettings.adam(1, 1), 1);
    TrainingState back = TrainingState.of(lstm, LstmNetwork.close(network));
    assertThat(back.iterations()).isEqualTo(17);
    for (TensorShape shape : lstm.quantizable()) {
      assertThat(back.weights().tensor(shape.name())).containsExactly(weights.tensor(shape.name()));
    }
    for (int layer = 0; layer < 2; layer++) {
      float[] first = weights.tensor(LstmArchitecture.inputBias(layer));
      float[] second = weights.tensor(LstmArchitecture.recurrentBias(layer));
      float[] sum = back.weights().tensor(LstmArchitecture.inputBias(layer));
      for (int i = 0; i < sum.length; i++) {
        assertThat(sum[i]).isEqualTo(first[i] + second[i]);
      }
      assertThat(back.weights().tensor(LstmArchitecture.recurrentBias(layer))).containsOnly(0f);
    }
  }

  @Test
  void updaterStateIsOneBlockSoThatItsHalvesAreTheTwoMoments() {
    LstmArchitecture lstm = new LstmArchitecture(7, 3, 5, 2);
    ComputationGraph network =
        LstmNetwork.open(
            TrainingState.start(TinyModels.random(lstm, 1, 2)).flat(),
            lstm,
            OptimiserSettings.adam(0.1, 1),
            0.1);
    assertThat(network.getUpdater().getUpdaterBlocks()).hasSize(1);
    assertThat(network.getUpdater().getStateViewArray().length())
        .isEqualTo(2 * network.numParams());
  }
}
