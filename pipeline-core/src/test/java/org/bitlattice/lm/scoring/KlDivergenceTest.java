package org.bitlattice.lm.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.lm.TensorShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class KlDivergenceTest {
  private static final int BOUNDARY = 0;
  private static final LstmArchitecture SHAPE = new LstmArchitecture(13, 5, 7, 2);
  private static final LmWeights MODEL = PlainLstm.randomWeights(SHAPE, 0.8, 1);
  private static final List<int[]> TEXT = LmScorerTest.sentences(50, 7, 13, 2);

  @ParameterizedTest
  @CsvSource({"13, 5, 7, 1", "207, 13, 64, 2", "4098, 9, 16, 1"})
  void agreesWithThePlainComputation(int vocabulary, int embedding, int hidden, int layers) {
    LstmArchitecture shape = new LstmArchitecture(vocabulary, embedding, hidden, layers);
    LmWeights from = PlainLstm.randomWeights(shape, 0.5, 3);
    List<int[]> text = LmScorerTest.sentences(10, 6, vocabulary, 4);
    for (double noise : new double[] {0.5, 0.05, 0.005}) {
      LmWeights to = disturbed(from, noise, 5);
      KlSum sum = ExactDivergence.between(from, to, text, BOUNDARY, ScorerSettings.DEFAULT);
      double expected = PlainLstm.divergence(from, to, BOUNDARY, text);
      assertThat(sum.tokens()).isEqualTo(tokens(text));
      assertThat(sum.nats()).isCloseTo(expected, within(1e-4 * expected + 2e-7 * sum.tokens()));
    }
  }

  @Test
  void ofAModelFromItselfIsExactlyZero() {
    assertThat(ExactDivergence.between(MODEL, MODEL, TEXT, BOUNDARY, ScorerSettings.DEFAULT))
        .isEqualTo(new KlSum(tokens(TEXT), 0));
  }

  @Test
  void isNotNegativeBeyondRounding() {
    for (int seed = 0; seed < 10; seed++) {
      LmWeights to = disturbed(MODEL, Math.pow(10, -seed / 2.0), seed);
      KlSum sum = ExactDivergence.between(MODEL, to, TEXT, BOUNDARY, ScorerSettings.DEFAULT);
      assertThat(sum.perToken()).isGreaterThan(-1e-7);
    }
  }

  /** Separate and tied: with a tied output a change of the embedding changes both uses. */
  @ParameterizedTest
  @EnumSource(LstmArchitecture.Output.class)
  void ofAChangedMatrixIsThatOfTheWholeModel(LstmArchitecture.Output output) {
    LstmArchitecture shape = new LstmArchitecture(13, 7, 7, 2).with(13, output);
    LmWeights from = PlainLstm.randomWeights(shape, 0.5, 3);
    List<MatrixChange> changes = new ArrayList<>();
    for (TensorShape matrix : shape.quantizable()) {
      changes.add(changed(from, matrix.name(), 1));
      changes.add(changed(from, matrix.name(), 2));
    }
    List<List<int[]>> texts = List.of(TEXT, List.of(), TEXT.subList(0, 2));
    List<List<KlSum>> found =
        KlDivergence.ofChanges(from, changes, texts, BOUNDARY, ScorerSettings.DEFAULT);
    for (int text = 0; text < texts.size(); text++) {
      for (int i = 0; i < changes.size(); i++) {
        MatrixChange change = changes.get(i);
        LmWeights to = from.with(Map.of(change.matrix(), change.values()));
        KlSum sum = found.get(text).get(i);
        assertThat(sum.tokens()).isEqualTo(tokens(texts.get(text)));
        double expected = PlainLstm.divergence(from, to, BOUNDARY, texts.get(text));
        assertThat(sum.nats()).isCloseTo(expected, within(1e-4 * expected + 2e-7 * sum.tokens()));
      }
    }
  }

  private static MatrixChange changed(LmWeights from, String matrix, long seed) {
    Random random = new Random(seed);
    float[] values = from.tensor(matrix).clone();
    for (int i = 0; i < values.length; i++) {
      values[i] += (float) (0.2 * random.nextGaussian());
    }
    return new MatrixChange(matrix, values);
  }

  @Test
  void refusesChangesThatFitNoMatrix() {
    MatrixChange vector = new MatrixChange(LstmArchitecture.OUTPUT_BIAS, new float[13]);
    assertThatThrownBy(() -> ofChange(vector))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "the model has no matrix decoder.bias; its matrices are [encoder.weight, ");
    MatrixChange shorter = new MatrixChange(LstmArchitecture.OUTPUT, new float[90]);
    assertThatThrownBy(() -> ofChange(shorter))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a change of decoder.weight has 90 values; the matrix has 91");
  }

  private static void ofChange(MatrixChange change) {
    KlDivergence.ofChanges(MODEL, List.of(change), List.of(TEXT), BOUNDARY, ScorerSettings.DEFAULT);
  }

  /** By number, and by weights in sessions and two copies of each change after the first. */
  @Test
  void largeModelsAreMeasuredAFewAtATime() {
    LstmArchitecture large =
        new LstmArchitecture(26_214_400, 1, 1, 1).with(26_214_400, LstmArchitecture.Output.TIED);
    String matrix = LstmArchitecture.EMBEDDING;
    assertThat(KlDivergence.changesTogether(large, List.of(matrix, matrix, matrix))).isEqualTo(2);
    LstmArchitecture small = new LstmArchitecture(1000, 10, 10, 1);
    List<String> many = Collections.nCopies(100, matrix);
    assertThat(KlDivergence.changesTogether(small, many)).isEqualTo(KlDivergence.MOST_CHANGES);
    assertThat(KlDivergence.changesTogether(small, many.subList(0, 7))).isEqualTo(7);
    // 84 MB of weights, 40 MB of them in each of two matrices: 3 · 80, then beyond 268 MB.
    LstmArchitecture middle = new LstmArchitecture(1_000_000, 10, 10, 1);
    assertThat(KlDivergence.changesTogether(middle, many)).isEqualTo(4);
    String other = LstmArchitecture.OUTPUT;
    List<String> mixed = List.of(matrix, other, matrix, other);
    assertThat(KlDivergence.changesTogether(middle, mixed)).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 17})
  void doesNotDependOnTheBatchRows(int batchRows) {
    LmWeights to = disturbed(MODEL, 0.2, 6);
    KlSum large = ExactDivergence.between(MODEL, to, TEXT, BOUNDARY, ScorerSettings.DEFAULT);
    KlSum small = ExactDivergence.between(MODEL, to, TEXT, BOUNDARY, new ScorerSettings(batchRows));
    assertThat(small.tokens()).isEqualTo(large.tokens());
    assertThat(small.perToken()).isCloseTo(large.perToken(), within(1e-6));
  }

  @Test
  void countsASharedHistoryAsOftenAsItOccurs() {
    LmWeights to = disturbed(MODEL, 0.2, 7);
    List<int[]> once = List.of(new int[] {3, 4, 5});
    List<int[]> twice = List.of(new int[] {3, 4, 5}, new int[] {3, 4, 5});
    KlSum single = ExactDivergence.between(MODEL, to, once, BOUNDARY, ScorerSettings.DEFAULT);
    KlSum both = ExactDivergence.between(MODEL, to, twice, BOUNDARY, ScorerSettings.DEFAULT);
    assertThat(both.tokens()).isEqualTo(8);
    assertThat(both.nats()).isEqualTo(2 * single.nats());
  }

  @Test
  void comparesModelsOfDifferentShape() {
    LmWeights to = PlainLstm.randomWeights(new LstmArchitecture(13, 9, 4, 1), 0.8, 8);
    KlSum sum = ExactDivergence.between(MODEL, to, TEXT, BOUNDARY, ScorerSettings.DEFAULT);
    double expected = PlainLstm.divergence(MODEL, to, BOUNDARY, TEXT);
    assertThat(sum.nats()).isCloseTo(expected, within(1e-5 * expected));
  }

  @Test
  void overNoTextIsEmpty() {
    assertThat(ExactDivergence.between(MODEL, MODEL, List.of(), BOUNDARY, ScorerSettings.DEFAULT))
        .isEqualTo(KlSum.EMPTY);
    assertThatThrownBy(KlSum.EMPTY::perToken)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a text without tokens has no mean divergence");
  }

  @Test
  void refusesAnotherVocabularyAndWordsOutsideIt() {
    LmWeights other = PlainLstm.randomWeights(new LstmArchitecture(14, 5, 7, 2), 0.8, 9);
    assertThatThrownBy(
            () -> ExactDivergence.between(MODEL, other, TEXT, BOUNDARY, ScorerSettings.DEFAULT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a model over 14 words cannot be compared with one over 13 words");
    List<int[]> text = List.of(new int[] {1}, new int[] {2, 3, 13});
    assertThatThrownBy(
            () -> ExactDivergence.between(MODEL, MODEL, text, BOUNDARY, ScorerSettings.DEFAULT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("word 2 of sentence 1 has the id 13; this model's ids are 0 to 12");
  }

  /** The model with normal noise on its output matrix and first recurrent matrix. */
  private static LmWeights disturbed(LmWeights weights, double noise, long seed) {
    Random random = new Random(seed);
    String recurrent = LstmArchitecture.recurrentWeight(0);
    float[] output = weights.tensor(LstmArchitecture.OUTPUT).clone();
    float[] inner = weights.tensor(recurrent).clone();
    for (int i = 0; i < output.length; i++) {
      output[i] += (float) (noise * random.nextGaussian());
    }
    for (int i = 0; i < inner.length; i++) {
      inner[i] += (float) (noise * random.nextGaussian());
    }
    return weights.with(Map.of(LstmArchitecture.OUTPUT, output, recurrent, inner));
  }

  private static long tokens(List<int[]> text) {
    return text.stream().mapToLong(sentence -> sentence.length + 1L).sum();
  }
}
