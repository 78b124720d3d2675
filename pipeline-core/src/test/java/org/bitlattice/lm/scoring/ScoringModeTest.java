package org.bitlattice.lm.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.lm.scoring.PlainStep.Layer;
import org.bitlattice.lm.scoring.PlainStep.Product;
import org.bitlattice.quant.PackedModel;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.QuantizedTensor;
import org.bitlattice.quant.ScaleScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ScoringModeTest {
  private static final LstmArchitecture SHAPE = new LstmArchitecture(207, 33, 64, 2);
  private static final int ROWS = 9;

  /** Rounding of single precision in sums of up to a few hundred terms of magnitude 1. */
  private static final double ROUNDING = 2e-5;

  static Stream<Arguments> models() {
    List<Arguments> all = new ArrayList<>();
    List<LstmArchitecture> shapes =
        List.of(
            new LstmArchitecture(3, 1, 1, 1),
            new LstmArchitecture(13, 13, 13, 2),
            new LstmArchitecture(64, 64, 64, 1),
            SHAPE,
            new LstmArchitecture(401, 130, 207, 2));
    for (LstmArchitecture shape : shapes) {
      for (int bits : new int[] {1, 2, 4, 8, 16, LowBitModels.MIXED, LowBitModels.BLOCKS}) {
        for (ScaleScope scope : ScaleScope.values()) {
          all.add(Arguments.of(shape, bits, scope));
        }
      }
    }
    return all.stream();
  }

  /**
   * Integer sums are exact; what is left is rounding of single precision. Each layer of the plain
   * step starts from the graph's own outputs.
   */
  @ParameterizedTest
  @MethodSource("models")
  void int8IsTheStatedIntegerArithmetic(LstmArchitecture shape, int bits, ScaleScope scope) {
    PackedModel model = LowBitModels.random(shape, bits, scope, 1);
    if (hasCodes(model)) {
      assertStep(model, ScoringMode.INT8, 0);
    }
  }

  /**
   * Every activation is rounded to half of 1/127 of the largest in its block, so each logit is off
   * by at most Σ|w| · max|x| / 254; states accordingly.
   */
  @ParameterizedTest
  @MethodSource("models")
  void compactIsWithinTheRoundingOfActivations(LstmArchitecture shape, int bits, ScaleScope scope) {
    PackedModel model = LowBitModels.random(shape, bits, scope, 2);
    if (hasCodes(model)) {
      assertStep(model, ScoringMode.COMPACT, 1.01);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void exactComputesWithDequantizedWeights(LstmArchitecture shape, int bits, ScaleScope scope) {
    assertStep(LowBitModels.random(shape, bits, scope, 3), ScoringMode.EXACT, 0);
  }

  private static boolean hasCodes(PackedModel model) {
    return model.quantized().values().stream().anyMatch(ScoringModeTest::hasCodes);
  }

  /** Whether some stretch of 64 rows has codes of up to 8 bits. */
  private static boolean hasCodes(QuantizedTensor tensor) {
    int[] largest = new int[(tensor.rows() + 63) / 64];
    for (int i = 0; i < tensor.codes().length; i++) {
      int stretch = i / tensor.columns() / 64;
      largest[stretch] = Math.max(largest[stretch], Math.abs(tensor.codes()[i]));
    }
    return Arrays.stream(largest).anyMatch(code -> code <= 127);
  }

  private static void assertStep(PackedModel model, ScoringMode mode, double bounds) {
    LstmArchitecture shape = (LstmArchitecture) model.architecture();
    StepRun run = StepRun.of(new ScoredModel(model, mode), ROWS, 4);
    PlainStep plain = new PlainStep(model, mode);
    int size = shape.hiddenSize();
    for (int row = 0; row < ROWS; row++) {
      float[] before = run.states()[row];
      float[] after = run.nextStates()[row];
      for (int layer = 0; layer < shape.layers(); layer++) {
        float[] hidden = part(before, 2 * layer, size);
        float[] cell = part(before, 2 * layer + 1, size);
        Layer expected =
            layer == 0
                ? plain.first(run.words()[row], hidden, cell)
                : plain.upper(layer, part(after, 2 * layer - 2, size), hidden, cell);
        assertClose(
            part(after, 2 * layer, size), expected.hidden(), expected.hiddenBound(), bounds);
        assertClose(
            part(after, 2 * layer + 1, size), expected.cell(), expected.cellBound(), bounds);
      }
      Product expected = plain.output(part(after, 2 * shape.layers() - 2, size));
      assertClose(run.logProbabilities()[row], expected.values(), expected.bounds(), bounds);
    }
  }

  private static float[] part(float[] state, int part, int size) {
    return Arrays.copyOfRange(state, part * size, (part + 1) * size);
  }

  private static void assertClose(
      float[] values, double[] expected, double[] bounds, double share) {
    for (int i = 0; i < values.length; i++) {
      assertThat((double) values[i]).isCloseTo(expected[i], within(ROUNDING + share * bounds[i]));
    }
  }

  /**
   * Processors without VNNI saturate signed sums of large codes; unsigned ones are the same sums.
   */
  @Test
  void unsignedCodesGiveTheSameBitsAsSignedOnes() {
    PackedModel model = LowBitModels.random(SHAPE, 8, ScaleScope.ROW, 5);
    ScoredModel scored = new ScoredModel(model, ScoringMode.INT8);
    StepRun signed = run(scored, IntegerSums.EXACT);
    StepRun unsigned = run(scored, IntegerSums.SATURATING);
    assertThat(unsigned.nextStates()).isDeepEqualTo(signed.nextStates());
    assertThat(unsigned.logProbabilities()).isDeepEqualTo(signed.logProbabilities());
  }

  private static StepRun run(ScoredModel model, IntegerSums sums) {
    return StepRun.of(StepGraph.of(model, sums, StepGraph.Outputs.SELECTED), SHAPE, ROWS, 6);
  }

  /** Of each sentence the same bits: alone, among others, in batches of any size, in any order. */
  @ParameterizedTest
  @EnumSource(ScoringMode.class)
  void aScoreDoesNotDependOnWhatSharesTheBatch(ScoringMode mode) {
    for (int bits : new int[] {1, 2, 4, 8, LowBitModels.MIXED, LowBitModels.BLOCKS}) {
      ScoredModel model =
          new ScoredModel(LowBitModels.random(SHAPE, bits, ScaleScope.ROW, 7), mode);
      List<int[]> sentences = LmScorerTest.sentences(60, 7, SHAPE.vocabularySize(), 8);
      List<float[]> together = scores(model, sentences, 256);
      for (int rows : new int[] {1, 2, 3, 13, 64}) {
        assertThat(scores(model, sentences, rows)).usingRecursiveComparison().isEqualTo(together);
      }
      for (int s = 0; s < sentences.size(); s++) {
        assertThat(scores(model, List.of(sentences.get(s)), 256).get(0)).isEqualTo(together.get(s));
      }
      List<int[]> some = sentences.subList(23, 46);
      assertThat(scores(model, some, 17))
          .usingRecursiveComparison()
          .isEqualTo(together.subList(23, 46));
    }
  }

  private static List<float[]> scores(ScoredModel model, List<int[]> sentences, int batchRows) {
    HistoryTree.Builder builder = new HistoryTree.Builder();
    List<int[]> paths = sentences.stream().map(s -> LmScorerTest.path(builder, s)).toList();
    try (LmScorer scorer = LmScorer.open(model, 0, 1, new ScorerSettings(batchRows))) {
      float[] values = scorer.logProbabilities(builder.build());
      List<float[]> result = new ArrayList<>();
      for (int[] path : paths) {
        float[] own = new float[path.length];
        for (int i = 0; i < path.length; i++) {
          own[i] = values[path[i]];
        }
        result.add(own);
      }
      return result;
    }
  }

  @Test
  void modesOfALowBitModelAreCloseToExact() {
    PackedModel model = LowBitModels.random(SHAPE, 2, ScaleScope.ROW, 9);
    List<int[]> text = LmScorerTest.sentences(200, 9, SHAPE.vocabularySize(), 10);
    ScoredModel exact = new ScoredModel(model, ScoringMode.EXACT);
    for (ScoringMode mode : ScoringMode.values()) {
      KlSum sum =
          KlDivergence.of(exact, new ScoredModel(model, mode), text, 0, ScorerSettings.DEFAULT);
      assertThat(sum.perToken()).isBetween(-1e-7, mode == ScoringMode.EXACT ? 0 : 2e-3);
    }
  }

  @Test
  void aModelWithoutLowBitTensorsRunsInModeExactOnly() {
    LmWeights weights = PlainLstm.randomWeights(SHAPE, 0.5, 11);
    PackedModel sixteen = LowBitModels.random(SHAPE, 16, ScaleScope.ROW, 12);
    for (PackedModel model : List.of(PackedModel.fullPrecision(weights), sixteen)) {
      for (ScoringMode mode : List.of(ScoringMode.INT8, ScoringMode.COMPACT)) {
        ScoredModel scored = new ScoredModel(model, mode);
        assertThatThrownBy(() -> LmScorer.open(scored, 0, 1, ScorerSettings.DEFAULT))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage(
                "a model without tensors of 1, 2, 4 or 8 bits cannot be run in mode %s; its mode is"
                    + " exact",
                mode.label());
      }
    }
  }

  @Test
  void sumsOfTheMostColumnsAreExactAndMoreAreRefused() {
    LstmArchitecture most = new LstmArchitecture(3, IntegerProduct.MOST_COLUMNS, 1, 1);
    for (IntegerSums sums : IntegerSums.values()) {
      ScoredModel model = new ScoredModel(extreme(most), ScoringMode.INT8);
      StepGraph graph = StepGraph.of(model, sums, StepGraph.Outputs.SELECTED);
      StepRun run = StepRun.of(graph, most, ROWS, 13);
      PlainStep plain = new PlainStep(model.model(), ScoringMode.INT8);
      for (int row = 0; row < ROWS; row++) {
        float[] before = run.states()[row];
        Layer expected = plain.first(run.words()[row], part(before, 0, 1), part(before, 1, 1));
        assertThat((double) run.nextStates()[row][1])
            .isCloseTo(expected.cell()[0], within(ROUNDING));
      }
    }
    LstmArchitecture more = new LstmArchitecture(3, IntegerProduct.MOST_COLUMNS + 1, 1, 1);
    ScoredModel refused = new ScoredModel(extreme(more), ScoringMode.INT8);
    assertThatThrownBy(() -> LmScorer.open(refused, 0, 1, ScorerSettings.DEFAULT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the tensor rnn.weight_ih_l0 has 33026 columns; mode int8 adds up at most 33025: use mode"
                + " exact");
  }

  /** All codes of embedding and first matrix are ±127; scales keep the sums near 1. */
  private static PackedModel extreme(LstmArchitecture shape) {
    int columns = shape.embeddingSize();
    short[] words = new short[3 * columns];
    Arrays.fill(words, (short) 127);
    Arrays.fill(words, columns, 2 * columns, (short) -127);
    short[] gates = new short[4 * columns];
    Arrays.fill(gates, (short) 127);
    float scale = 1f / 127 / (float) Math.sqrt(columns);
    return PackedModel.of(
        PlainLstm.randomWeights(shape, 0.5, 14),
        Map.of(
            LstmArchitecture.EMBEDDING,
            eightBits(3, columns, scale, words),
            LstmArchitecture.inputWeight(0),
            eightBits(4, columns, scale, gates)));
  }

  private static QuantizedTensor eightBits(int rows, int columns, float scale, short[] codes) {
    return new QuantizedTensor(
        rows, columns, Precision.EIGHT, ScaleScope.TENSOR, new float[] {scale}, codes);
  }

  @Test
  void tensorsOfZerosAndTinyScalesAreScored() {
    for (float scale : new float[] {0, Float.MIN_VALUE, 1e-30f}) {
      for (ScoringMode mode : ScoringMode.values()) {
        StepRun run = StepRun.of(new ScoredModel(withOutputScale(scale), mode), ROWS, 15);
        for (float[] ln : run.logProbabilities()) {
          for (float value : ln) {
            assertThat((double) value).isCloseTo(-Math.log(207), within(1e-5));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"INT8", "COMPACT"})
  void refusesAModelThatGivesNoProbabilities(ScoringMode mode) {
    ScoredModel model = new ScoredModel(withOutputScale(3e38f), mode);
    HistoryTree.Builder builder = new HistoryTree.Builder();
    builder.add(HistoryTree.START, 5);
    try (LmScorer scorer = LmScorer.open(model, 0, 1, ScorerSettings.DEFAULT)) {
      assertThatThrownBy(() -> scorer.logProbabilities(builder.build()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "the model gives the word 5 of node 0 the log probability NaN; its weights or scales"
                  + " are too large");
    }
  }

  /** An output matrix of 8-bit codes with one scale, and output biases of 0. */
  private static PackedModel withOutputScale(float scale) {
    PackedModel random = LowBitModels.random(SHAPE, 4, ScaleScope.ROW, 16);
    LmWeights weights = random.weights().with(Map.of(LstmArchitecture.OUTPUT_BIAS, new float[207]));
    Map<String, QuantizedTensor> quantized = new java.util.LinkedHashMap<>(random.quantized());
    short[] codes = new short[207 * 64];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (short) (scale == 0 ? 0 : i % 255 - 127);
    }
    quantized.put(LstmArchitecture.OUTPUT, eightBits(207, 64, scale, codes));
    return PackedModel.of(weights, quantized);
  }
}
