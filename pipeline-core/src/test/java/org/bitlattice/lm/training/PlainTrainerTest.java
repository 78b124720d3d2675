package org.bitlattice.lm.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.lm.TensorShape;
import org.junit.jupiter.api.Test;

class PlainTrainerTest {
  private static final LstmArchitecture LSTM = new LstmArchitecture(20, 8, 16, 2);
  private static final List<int[]> TEXT = TinyModels.counting(41, 6, 20, 1);
  private static final TrainingState START = TrainingState.start(InitialWeights.of(LSTM, 3));

  @Test
  void learnsACountingPattern() {
    PlainTrainer trainer = new PlainTrainer(LSTM, OptimiserSettings.adam(0.01, 8), TEXT, 1);
    TrainingState state = trainer.train(START, 400, 0.01, Optional.empty()).state();
    double loss = new GradientOracle(LSTM).at(state.weights(), TEXT).lossNatsPerToken();
    assertThat(loss).isLessThan(0.2);
  }

  @Test
  void sameSeedGivesTheSameBitsWithDropoutInOneRunOrTwo() {
    OptimiserSettings settings = OptimiserSettings.adam(0.01, 8).withDropout(0.3);
    PlainTrainer trainer = new PlainTrainer(LSTM, settings, TEXT, 1);
    TrainingState once = trainer.train(START, 12, 0.01, Optional.empty()).state();
    PlainTrainer other = new PlainTrainer(LSTM, settings, TEXT, 1);
    TrainingState half = other.train(START, 7, 0.01, Optional.empty()).state();
    TrainingState twice = other.train(half, 5, 0.01, Optional.empty()).state();
    for (TensorShape shape : LSTM.tensors()) {
      assertThat(twice.weights().tensor(shape.name()))
          .containsExactly(once.weights().tensor(shape.name()));
    }
    PlainTrainer otherSeed = new PlainTrainer(LSTM, settings, TEXT, 2);
    TrainingState different = otherSeed.train(START, 12, 0.01, Optional.empty()).state();
    assertThat(different.weights().tensor(LstmArchitecture.OUTPUT))
        .isNotEqualTo(once.weights().tensor(LstmArchitecture.OUTPUT));
  }

  @Test
  void clippedGradientDescentStepHasTheLargestNormAllowed() {
    OptimiserSettings settings =
        OptimiserSettings.adam(1, 41).withOptimiser(Optimiser.sgd()).withGradientClip(0.01);
    TrainingState state =
        new PlainTrainer(LSTM, settings, TEXT, 1).train(START, 1, 1, Optional.empty()).state();
    float[] before = START.flat().parameters();
    float[] after = state.flat().parameters();
    double squares = 0;
    for (int i = 0; i < before.length; i++) {
      squares += Math.pow((double) after[i] - before[i], 2);
    }
    assertThat(Math.sqrt(squares)).isCloseTo(0.01, within(1e-5));
  }

  @Test
  void everyEpochVisitsEachSegmentAtMostOnceInANewOrder() {
    SegmentOrder order = new SegmentOrder(TEXT, 8, 5);
    assertThat(order.batchesPerEpoch()).isEqualTo(5);
    for (int epoch = 0; epoch < 3; epoch++) {
      Set<int[]> seen = new HashSet<>();
      for (int batch = 0; batch < 5; batch++) {
        seen.addAll(order.batch(epoch * 5L + batch));
      }
      assertThat(seen).hasSize(40);
    }
    List<int[]> later = order.batch(7);
    order.batch(1);
    assertThat(new SegmentOrder(TEXT, 8, 5).batch(7)).isEqualTo(later);
    assertThat(order.batch(0)).isNotEqualTo(order.batch(5));
  }

  @Test
  void refusesAShardSmallerThanAMinibatch() {
    assertThatThrownBy(() -> new SegmentOrder(TEXT, 42, 5))
        .hasMessage(
            "a shard has 41 segments, less than one minibatch of 42; use fewer workers, smaller"
                + " minibatches or more text");
  }

  @Test
  void initialWeightsDependOnTheSeedAlone() {
    float[] first = InitialWeights.of(LSTM, 3).tensor(LstmArchitecture.OUTPUT);
    assertThat(START.weights().tensor(LstmArchitecture.OUTPUT)).containsExactly(first);
    assertThat(InitialWeights.of(LSTM, 4).tensor(LstmArchitecture.OUTPUT)).isNotEqualTo(first);
    for (float value : first) {
      assertThat(Math.abs(value)).isLessThanOrEqualTo(0.25f);
    }
    float[] bias = START.weights().tensor(LstmArchitecture.inputBias(1));
    assertThat(bias[16]).isEqualTo(1f);
    assertThat(bias[15]).isZero();
    assertThat(bias[32]).isZero();
  }
}
