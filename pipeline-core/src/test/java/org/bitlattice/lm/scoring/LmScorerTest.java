package org.bitlattice.lm.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.text.TextLikelihood;
import org.bitlattice.text.Vocabulary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LmScorerTest {
  private static final int BOUNDARY = 0;
  private static final int UNKNOWN = 1;
  private static final LmWeights SMALL =
      PlainLstm.randomWeights(new LstmArchitecture(13, 5, 7, 2), 0.8, 1);

  @ParameterizedTest
  @CsvSource({
    "13, 5, 7, 1",
    "13, 5, 7, 2",
    "64, 64, 64, 2",
    "207, 13, 64, 1",
    "3, 1, 1, 1",
    "4098, 31, 33, 3"
  })
  void agreesWithThePlainNetwork(int vocabulary, int embedding, int hidden, int layers) {
    LstmArchitecture architecture = new LstmArchitecture(vocabulary, embedding, hidden, layers);
    LmWeights weights = PlainLstm.randomWeights(architecture, 0.5, 2);
    List<int[]> sentences = sentences(6, 9, vocabulary, 3);
    HistoryTree.Builder builder = new HistoryTree.Builder();
    List<int[]> paths = new ArrayList<>();
    for (int[] sentence : sentences) {
      paths.add(path(builder, sentence));
    }
    try (LmScorer scorer = open(weights, 256)) {
      float[] values = scorer.logProbabilities(builder.build());
      for (int s = 0; s < sentences.size(); s++) {
        double[] expected = PlainLstm.sentence(weights, BOUNDARY, sentences.get(s));
        for (int i = 0; i < expected.length; i++) {
          assertThat((double) values[paths.get(s)[i]]).isCloseTo(expected[i], within(1e-5));
        }
      }
    }
  }

  @Test
  void staysAccurateWhenWeightsAreLarge() {
    LmWeights weights = PlainLstm.randomWeights(new LstmArchitecture(13, 5, 7, 2), 8, 4);
    List<int[]> sentences = sentences(20, 12, 13, 5);
    try (LmScorer scorer = open(weights, 256)) {
      TextLikelihood text = scorer.text(sentences);
      double expected = PlainLstm.negativeLogLikelihood(weights, BOUNDARY, sentences);
      assertThat(text.negativeLogLikelihood() / expected).isCloseTo(1, within(1e-4));
    }
  }

  @Test
  void aTiedOutputAgreesWithThePlainNetwork() {
    LmWeights weights =
        PlainLstm.randomWeights(
            new LstmArchitecture(64, 9, 9, 2, LstmArchitecture.Output.TIED), 0.5, 4);
    List<int[]> sentences = sentences(20, 12, 64, 5);
    try (LmScorer scorer = open(weights, 256)) {
      double expected = PlainLstm.negativeLogLikelihood(weights, BOUNDARY, sentences);
      assertThat(scorer.text(sentences).negativeLogLikelihood() / expected)
          .isCloseTo(1, within(1e-6));
    }
  }

  /** Levels grow to hundreds of histories and shrink again; many histories end in the same word. */
  @Test
  void keepsTheHistoriesOfWideLevelsApart() {
    List<int[]> sentences = sentences(1500, 12, 13, 6);
    HistoryTree.Builder builder = new HistoryTree.Builder();
    List<int[]> paths = sentences.stream().map(sentence -> path(builder, sentence)).toList();
    try (LmScorer scorer = open(SMALL, 207)) {
      float[] values = scorer.logProbabilities(builder.build());
      for (int s = 0; s < sentences.size(); s++) {
        double[] expected = PlainLstm.sentence(SMALL, BOUNDARY, sentences.get(s));
        for (int i = 0; i < expected.length; i++) {
          assertThat((double) values[paths.get(s)[i]]).isCloseTo(expected[i], within(1e-5));
        }
      }
    }
  }

  @Test
  void evaluatesEachHistoryOnceHoweverManyWordsFollowIt() {
    HistoryTree.Builder builder = new HistoryTree.Builder();
    int a = builder.add(HistoryTree.START, 5);
    int b = builder.add(a, 6);
    for (int word = 0; word < 13; word++) {
      builder.add(b, word);
    }
    builder.add(a, BOUNDARY);
    builder.add(HistoryTree.START, 7);
    try (LmScorer scorer = open(SMALL, 256)) {
      scorer.logProbabilities(builder.build());
      assertThat(scorer.evaluatedContexts()).isEqualTo(3);
    }
  }

  @Test
  void sharesTheBeginningsOfSentencesOfAText() {
    try (LmScorer scorer = open(SMALL, 256)) {
      TextLikelihood text =
          scorer.text(List.of(new int[] {5, 6, 7}, new int[] {5, 6, 8}, new int[] {5, 6, 7}));
      assertThat(text.tokens()).isEqualTo(12);
      assertThat(scorer.evaluatedContexts()).isEqualTo(5);
    }
  }

  @Test
  void aTreeEqualsItsPathsScoredApart() {
    List<int[]> sentences = sentences(40, 6, 4, 6);
    HistoryTree.Builder builder = new HistoryTree.Builder();
    List<int[]> paths = sentences.stream().map(s -> path(builder, s)).toList();
    try (LmScorer scorer = open(SMALL, 256)) {
      float[] together = scorer.logProbabilities(builder.build());
      for (int s = 0; s < sentences.size(); s++) {
        HistoryTree.Builder chain = new HistoryTree.Builder();
        int[] alone = path(chain, sentences.get(s));
        float[] values = scorer.logProbabilities(chain.build());
        for (int i = 0; i < alone.length; i++) {
          assertThat(values[alone[i]]).isCloseTo(together[paths.get(s)[i]], within(2e-6f));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 64})
  void doesNotDependOnTheBatchRows(int batchRows) {
    List<int[]> sentences = sentences(90, 8, 13, 7);
    HistoryTree.Builder builder = new HistoryTree.Builder();
    sentences.forEach(sentence -> path(builder, sentence));
    HistoryTree tree = builder.build();
    try (LmScorer large = open(SMALL, 256);
        LmScorer small = open(SMALL, batchRows)) {
      assertThat(small.logProbabilities(tree))
          .containsExactly(large.logProbabilities(tree), within(1e-6f));
      TextLikelihood text = small.text(sentences);
      assertThat(text.perplexity()).isCloseTo(large.text(sentences).perplexity(), within(1e-5));
    }
  }

  @Test
  void givesTheSameBitsAgain() {
    List<int[]> sentences = sentences(300, 8, 13, 8);
    try (LmScorer first = open(SMALL, 64);
        LmScorer second = open(SMALL, 64)) {
      TextLikelihood once = first.text(sentences);
      assertThat(first.text(sentences)).isEqualTo(once);
      assertThat(second.text(sentences)).isEqualTo(once);
    }
  }

  @Test
  void probabilitiesOfAllNextWordsSumToOne() {
    HistoryTree.Builder builder = new HistoryTree.Builder();
    int parent = builder.add(builder.add(HistoryTree.START, 4), 9);
    for (int word = 0; word < 13; word++) {
      builder.add(parent, word);
    }
    try (LmScorer scorer = open(SMALL, 256)) {
      float[] values = scorer.logProbabilities(builder.build());
      double sum = 0;
      for (int node = 2; node < values.length; node++) {
        sum += Math.exp(values[node]);
      }
      assertThat(sum).isCloseTo(1, within(1e-6));
    }
  }

  @Test
  void anEmptySentenceHasItsEndAsOnlyToken() {
    try (LmScorer scorer = open(SMALL, 256)) {
      TextLikelihood text = scorer.text(List.of(new int[0]));
      double expected = -PlainLstm.sentence(SMALL, BOUNDARY, new int[0])[0];
      assertThat(text.tokens()).isEqualTo(1);
      assertThat(text.negativeLogLikelihood()).isCloseTo(expected, within(1e-5));
    }
  }

  @Test
  void anEmptyTextOrTreeHasNoTokens() {
    try (LmScorer scorer = open(SMALL, 256)) {
      assertThat(scorer.text(List.of())).isEqualTo(TextLikelihood.EMPTY);
      assertThat(scorer.logProbabilities(new HistoryTree.Builder().build())).isEmpty();
    }
  }

  @Test
  void countsUnknownWordsAndScoresThemAsWords() {
    List<int[]> sentences = List.of(new int[] {3, UNKNOWN, UNKNOWN}, new int[] {UNKNOWN});
    try (LmScorer scorer = open(SMALL, 256)) {
      TextLikelihood text = scorer.text(sentences);
      assertThat(text.tokens()).isEqualTo(6);
      assertThat(text.unknownTokens()).isEqualTo(3);
      assertThat(text.negativeLogLikelihood())
          .isCloseTo(PlainLstm.negativeLogLikelihood(SMALL, BOUNDARY, sentences), within(1e-5));
    }
  }

  /**
   * With 2 rows the text makes 47 chunks; with 100 one, with levels of several hundred histories.
   */
  @ParameterizedTest
  @ValueSource(ints = {2, 100})
  void scoresATextOfManyChunksOrWideLevels(int batchRows) {
    List<int[]> sentences = sentences(1500, 5, 13, 9);
    try (LmScorer scorer = open(SMALL, batchRows)) {
      TextLikelihood text = scorer.text(sentences);
      double expected = PlainLstm.negativeLogLikelihood(SMALL, BOUNDARY, sentences);
      assertThat(text.tokens())
          .isEqualTo(sentences.stream().mapToLong(sentence -> sentence.length + 1L).sum());
      assertThat(text.negativeLogLikelihood() / text.tokens())
          .isCloseTo(expected / text.tokens(), within(1e-6));
    }
  }

  @Test
  void refusesWordsOutsideTheVocabulary() {
    HistoryTree.Builder builder = new HistoryTree.Builder();
    builder.add(builder.add(HistoryTree.START, 12), 13);
    try (LmScorer scorer = open(SMALL, 256)) {
      assertThatThrownBy(() -> scorer.logProbabilities(builder.build()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("node 1 of a history tree has the word id 13; this model's ids are 0 to 12");
      assertThatThrownBy(() -> scorer.text(List.of(new int[] {4}, new int[] {4, -2})))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("word 1 of sentence 1 has the id -2; this model's ids are 0 to 12");
    }
  }

  @Test
  void refusesAVocabularyOfAnotherSize() {
    Vocabulary vocabulary = Vocabulary.of(List.of("</s>", "<unk>", "a", "b"), "test");
    assertThatThrownBy(() -> LmScorer.open(SMALL, vocabulary, ScorerSettings.DEFAULT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a model over 13 words cannot be scored with a vocabulary of 4 words");
    assertThatThrownBy(() -> LmScorer.open(SMALL, 13, UNKNOWN, ScorerSettings.DEFAULT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the boundary word has the id 13; this model's ids are 0 to 12");
  }

  @Test
  void mayBeClosedTwiceButNotUsedAfterwards() {
    LmScorer scorer = open(SMALL, 4);
    scorer.close();
    scorer.close();
    assertThatThrownBy(() -> scorer.text(List.of(new int[] {3})))
        .isInstanceOf(IllegalStateException.class);
  }

  private static LmScorer open(LmWeights weights, int batchRows) {
    return LmScorer.open(weights, BOUNDARY, UNKNOWN, new ScorerSettings(batchRows));
  }

  /** Adds a sentence and its end, and returns the nodes. */
  static int[] path(HistoryTree.Builder builder, int[] sentence) {
    int[] nodes = new int[sentence.length + 1];
    int node = HistoryTree.START;
    for (int i = 0; i <= sentence.length; i++) {
      node = builder.add(node, i == sentence.length ? BOUNDARY : sentence[i]);
      nodes[i] = node;
    }
    return nodes;
  }

  /** Sentences of 0 to {@code longest} words other than the boundary word. */
  static List<int[]> sentences(int count, int longest, int vocabulary, long seed) {
    Random random = new Random(seed);
    List<int[]> sentences = new ArrayList<>();
    for (int s = 0; s < count; s++) {
      int length = random.nextInt(longest + 1);
      sentences.add(random.ints(length, 1, vocabulary).toArray());
    }
    return sentences;
  }
}
