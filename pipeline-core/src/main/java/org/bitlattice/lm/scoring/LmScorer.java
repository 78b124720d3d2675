package org.bitlattice.lm.scoring;

import java.nio.FloatBuffer;
import java.util.List;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.scoring.LevelPlan.Batch;
import org.bitlattice.text.TextLikelihood;
import org.bitlattice.text.Vocabulary;

/**
 * Scores words with a language model in ONNX Runtime, on one thread. A tree of histories is
 * evaluated level by level; each history is one row of one network run, however many words are
 * asked for after it, and log probabilities of words not asked for never leave the graph. Results
 * depend on the model and its mode, the input order, the batch rows and the machine's instruction
 * set only. Holds native memory: close it. Not safe for use by several threads at once.
 */
public final class LmScorer implements AutoCloseable {
  /**
   * Sentences of a text that are evaluated together, for each batch row: enough that deep levels,
   * which long sentences alone reach, fill their batches.
   */
  private static final int SENTENCES_PER_BATCH_ROW = 16;

  private final StepSession session;
  private final int boundaryId;
  private final int unknownId;
  private final int chunkSentences;
  private final int rowsOfRun;
  private long evaluatedContexts;

  private LmScorer(StepSession session, int boundaryId, int unknownId, Rows rows) {
    this.session = session;
    this.boundaryId = boundaryId;
    this.unknownId = unknownId;
    this.chunkSentences = SENTENCES_PER_BATCH_ROW * rows.ofBatch();
    this.rowsOfRun = rows.ofRun();
  }

  private record Rows(int ofBatch, int ofRun) {}

  /** Opens full-precision weights; see {@link #open(ScoredModel, Vocabulary, ScorerSettings)}. */
  public static LmScorer open(LmWeights weights, Vocabulary vocabulary, ScorerSettings settings) {
    return open(ScoredModel.exact(weights), vocabulary, settings);
  }

  /**
   * Opens a model.
   *
   * @throws IllegalArgumentException when the vocabulary's size is not the model's, or the model
   *     cannot be run in its mode
   */
  public static LmScorer open(ScoredModel scored, Vocabulary vocabulary, ScorerSettings settings) {
    int words = scored.model().architecture().vocabularySize();
    if (words != vocabulary.size()) {
      throw new IllegalArgumentException(
          "a model over %d words cannot be scored with a vocabulary of %d words"
              .formatted(words, vocabulary.size()));
    }
    return open(scored, vocabulary.boundaryId(), vocabulary.unknownId(), settings);
  }

  /** Opens full-precision weights; see {@link #open(ScoredModel, int, int, ScorerSettings)}. */
  public static LmScorer open(
      LmWeights weights, int boundaryId, int unknownId, ScorerSettings settings) {
    return open(ScoredModel.exact(weights), boundaryId, unknownId, settings);
  }

  /**
   * Opens a model whose special words are known by their ids.
   *
   * @param boundaryId the word before the first and after the last word of a sentence
   * @param unknownId the word that {@link TextLikelihood#unknownTokens()} counts
   * @throws IllegalArgumentException when an id is outside the model's vocabulary, or the model
   *     cannot be run in its mode
   */
  public static LmScorer open(
      ScoredModel scored, int boundaryId, int unknownId, ScorerSettings settings) {
    int words = scored.model().architecture().vocabularySize();
    requireWord("boundary", boundaryId, words);
    requireWord("unknown", unknownId, words);
    Rows rows = new Rows(settings.batchRows(), scored.mode().rowsOfRun(settings));
    StepSession session = StepSession.open(scored, StepGraph.Outputs.SELECTED, rows.ofRun());
    return new LmScorer(session, boundaryId, unknownId, rows);
  }

  static void requireWord(String role, int id, int vocabularySize) {
    if (id < 0 || id >= vocabularySize) {
      throw new IllegalArgumentException(
          "the %s word has the id %d; this model's ids are 0 to %d"
              .formatted(role, id, vocabularySize - 1));
    }
  }

  /**
   * ln P(word | history) of every node of a tree. The network's states of the two widest
   * neighbouring levels are held in memory.
   *
   * @return one natural logarithm for each node
   * @throws IllegalArgumentException naming a node whose word is outside the vocabulary, or whose
   *     logarithm is not a finite number
   */
  public float[] logProbabilities(HistoryTree tree) {
    tree.requireWordsBelow(session.vocabularySize());
    LevelPlan plan = new LevelPlan(tree, boundaryId, rowsOfRun);
    LevelWalk walk = new LevelWalk(session, plan);
    float[] result = new float[tree.nodes()];
    for (int level = 0; level < plan.levels(); level++) {
      walk.enter(level);
      for (Batch batch : plan.batches(level)) {
        walk.step(batch);
        FloatBuffer selected = session.logProbabilities();
        int firstChild = plan.firstChild(batch.first());
        for (int i = plan.predictions(batch) - 1; i >= 0; i--) {
          int node = plan.child(firstChild + i);
          result[node] = finite(selected.get(i), tree, node);
        }
      }
    }
    evaluatedContexts += walk.evaluated();
    return result;
  }

  private static float finite(float logProbability, HistoryTree tree, int node) {
    if (!Float.isFinite(logProbability)) {
      throw new IllegalArgumentException(
          ("the model gives the word %d of node %d the log probability %s; its weights or scales are"
                  + " too large")
              .formatted(tree.word(node), node, logProbability));
    }
    return logProbability;
  }

  /**
   * Likelihood of running text. The model's state starts anew in every sentence, the boundary word
   * is the first context, and each sentence's end is predicted too.
   *
   * @param sentences word ids without boundary words; an empty sentence has its end as only token
   * @throws IllegalArgumentException naming the sentence and word of an id outside the vocabulary
   */
  public TextLikelihood text(List<int[]> sentences) {
    TextLikelihood sum = TextLikelihood.EMPTY;
    for (int first = 0; first < sentences.size(); first += chunkSentences) {
      int end = Math.min(sentences.size(), first + chunkSentences);
      sum =
          sum.plus(
              likelihood(
                  TextChunk.of(
                      sentences.subList(first, end), first, boundaryId, session.vocabularySize())));
    }
    return sum;
  }

  private TextLikelihood likelihood(TextChunk chunk) {
    HistoryTree tree = chunk.tree();
    float[] logProbabilities = logProbabilities(tree);
    double negative = 0;
    long unknown = 0;
    for (int node = 0; node < tree.nodes(); node++) {
      negative -= (double) chunk.visits(node) * logProbabilities[node];
      if (tree.word(node) == unknownId) {
        unknown += chunk.visits(node);
      }
    }
    return new TextLikelihood(chunk.tokens(), unknown, negative);
  }

  /** Number of histories that the network has evaluated since the scorer was opened. */
  long evaluatedContexts() {
    return evaluatedContexts;
  }

  @Override
  public void close() {
    session.close();
  }
}
