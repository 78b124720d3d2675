package org.bitlattice.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.lm.ReferenceLstm;
import org.bitlattice.lm.TensorShape;
import org.bitlattice.quant.ModelUnits;
import org.bitlattice.quant.ScaleForm;
import org.bitlattice.quant.ScaleScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A planted problem: every matrix but one has weights ±α, which all tables hold without loss. The
 * output matrix has a few large weights among many small ones that matter, which only 8 and 16 bits
 * hold. The text is drawn from the model itself, so its own weights are the best there are.
 */
class PlantedSearchTest {
  private static final LstmArchitecture LSTM = new LstmArchitecture(12, 6, 8, 1);
  private static final SearchSpace SPACE =
      new SearchSpace(
          ModelUnits.whole(LSTM), SearchModels.PRECISIONS, ScaleForm.of(ScaleScope.TENSOR));
  private static final LmWeights MODEL = model();
  private static final List<int[]> TEXT = drawn(64, 12);

  private static LmWeights model() {
    SplittableRandom random = new SplittableRandom(2);
    Map<String, float[]> matrices = new LinkedHashMap<>();
    for (TensorShape shape : LSTM.quantizable()) {
      float[] values = new float[shape.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextBoolean() ? 0.7f : -0.7f;
      }
      if (shape.name().equals(LstmArchitecture.OUTPUT)) {
        for (int i = 0; i < values.length; i++) {
          boolean large = i == 3 || i == 50;
          values[i] = large ? 60 : (float) (8 * random.nextDouble() - 4);
        }
      }
      matrices.put(shape.name(), values);
    }
    return SearchModels.withoutBiases(LSTM, matrices);
  }

  private static List<int[]> drawn(int segments, int length) {
    SplittableRandom random = new SplittableRandom(5);
    List<int[]> text = new ArrayList<>();
    for (int s = 0; s < segments; s++) {
      ReferenceLstm reader = new ReferenceLstm(MODEL);
      int[] segment = new int[length + 1];
      for (int i = 1; i <= length; i++) {
        double[] logarithms = reader.logProbabilitiesAfter(segment[i - 1]);
        double left = random.nextDouble();
        int word = 0;
        while (word < logarithms.length - 1 && (left -= Math.exp(logarithms[word])) > 0) {
          word++;
        }
        segment[i] = word;
      }
      text.add(segment);
    }
    return text;
  }

  private static double[][] searched(Relaxation relaxation, double beta) {
    LogitSteps steps =
        new LogitSteps(
            SPACE,
            FollowedTables.fitted(SPACE, MODEL),
            SizeTerm.of(SPACE, SizeCost.ROOT_BITS, beta));
    LogitPlan plan = new LogitPlan(relaxation, 1, 0.05, 120, 16, 11);
    return steps
        .run(LogitState.start(SPACE), plan, 0, TEXT)
        .state()
        .logits()
        .probabilities(relaxation.divisor(1));
  }

  @ParameterizedTest
  @EnumSource(Relaxation.class)
  void theTensorThatMattersKeepsEightBitsOrMoreAndTheOthersGetOne(Relaxation relaxation) {
    double[][] probabilities = searched(relaxation, 0.02);
    Map<String, Integer> bits = new LinkedHashMap<>();
    for (SearchProbability row : rows(probabilities)) {
      if (row.mostProbable()) {
        bits.put(row.tensor(), row.bits());
      }
    }
    assertThat(bits.remove(LstmArchitecture.OUTPUT)).isGreaterThanOrEqualTo(8);
    assertThat(bits).hasSize(3);
    assertThat(bits.values()).containsOnly(1);
  }

  private static List<SearchProbability> rows(double[][] probabilities) {
    double[][] logits = new double[probabilities.length][];
    for (int u = 0; u < logits.length; u++) {
      logits[u] = Arrays.stream(probabilities[u]).map(Math::log).toArray();
    }
    return SPACE.rows(0, new PrecisionLogits(logits), 1);
  }

  @ParameterizedTest
  @EnumSource(Relaxation.class)
  void expectedBitsNeverRiseWithBeta(Relaxation relaxation) {
    List<Double> bytes = new ArrayList<>();
    for (double beta : new double[] {0, 0.01, 0.05, 0.2, 1, 5}) {
      bytes.add(SPACE.expectedBytes(searched(relaxation, beta)));
    }
    assertThat(bytes.stream().sorted((a, b) -> Double.compare(b, a)).collect(Collectors.toList()))
        .isEqualTo(bytes);
    assertThat(bytes.get(5)).isLessThan(bytes.get(0));
  }

  @Test
  void theSameSeedGivesTheSameProbabilities() {
    assertThat(searched(Relaxation.GUMBEL, 0.2)).isDeepEqualTo(searched(Relaxation.GUMBEL, 0.2));
  }
}
