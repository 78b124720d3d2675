package org.bitlattice.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.bitlattice.lm.scoring.HistoryTree;
import org.bitlattice.lm.scoring.LmScorer;
import org.bitlattice.lm.scoring.ScorerSettings;
import org.bitlattice.lm.training.GradientOracle;
import org.bitlattice.lm.training.TinyModels;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** DL4J, which trains, and ONNX Runtime, which scores, give the same probabilities. */
class EnginesAgreeTest {
  private static final int BOUNDARY = 0;
  private static final int UNKNOWN = 1;

  @ParameterizedTest
  @CsvSource({"13, 5, 7, 1", "50, 12, 9, 2", "207, 33, 64, 3"})
  void logProbabilitiesOfDl4jAndOnnxRuntimeAgreeToOneTenThousandth(
      int words, int embedding, int hidden, int layers) {
    LmWeights weights =
        TinyModels.random(new LstmArchitecture(words, embedding, hidden, layers), 0.5, 7);
    int[] sequence = TinyModels.segments(1, 11, words, 3).get(0);
    sequence[0] = BOUNDARY;

    double[] dl4j = byDl4j(weights, sequence);
    float[] onnxRuntime = byOnnxRuntime(weights, sequence);

    for (int i = 0; i < onnxRuntime.length; i++) {
      assertThat((double) onnxRuntime[i]).as("word %d", i).isCloseTo(dl4j[i], within(1e-4));
    }
  }

  /** DL4J's loss is a mean over a segment, so a word's is the difference of two segments' sums. */
  private static double[] byDl4j(LmWeights weights, int[] sequence) {
    GradientOracle oracle = new GradientOracle(weights.architecture());
    double[] logProbabilities = new double[sequence.length - 1];
    double before = 0;
    for (int length = 1; length < sequence.length; length++) {
      int[] segment = Arrays.copyOf(sequence, length + 1);
      double sum = oracle.at(weights, List.of(segment)).lossNatsPerToken() * length;
      logProbabilities[length - 1] = before - sum;
      before = sum;
    }
    return logProbabilities;
  }

  private static float[] byOnnxRuntime(LmWeights weights, int[] sequence) {
    HistoryTree.Builder tree = new HistoryTree.Builder();
    int node = HistoryTree.START;
    for (int i = 1; i < sequence.length; i++) {
      node = tree.add(node, sequence[i]);
    }
    try (LmScorer scorer = LmScorer.open(weights, BOUNDARY, UNKNOWN, ScorerSettings.DEFAULT)) {
      return scorer.logProbabilities(tree.build());
    }
  }
}
