package org.bitlattice.lm.scoring;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.TensorShape;

/**
 * Kullback-Leibler divergence of language models over the histories of a text, full distributions:
 * Σ_t Σ_w P(w|h_t) ln [P(w|h_t) / Q(w|h_t)] in nats (method section 4).
 *
 * <p>The reference P and the candidates Q go through the same levels of histories in lockstep, so P
 * is computed once for all candidates and only one batch of distributions is held. Histories that
 * several sentences share are evaluated once and counted as often as they occur. Each history's sum
 * over words is taken inside the graph, in single precision, over P·(ln P − ln Q): the difference
 * comes first, so that nothing cancels but the rounding of the two logarithms, about 10⁻⁷ nats a
 * token of either sign. Histories are summed in double precision.
 */
public final class KlDivergence {
  /** Most changes that are open at a time; each holds the states of a chunk of sentences. */
  static final int MOST_CHANGES = 32;

  /** Most bytes of weights that are open beside the reference and the first change. */
  private static final long OPEN_WEIGHT_BYTES = 256L << 20;

  /** Sentences of a chunk for each batch row; every candidate holds the states of a chunk. */
  private static final int SENTENCES_PER_BATCH_ROW = 4;

  private KlDivergence() {}

  /**
   * The divergence of a candidate.
   *
   * @param from the reference P
   * @param to the candidate Q, of the reference's vocabulary size
   * @param sentences word ids without boundary words; the sentence end's history counts too
   * @param boundaryId the first context of every sentence
   * @throws IllegalArgumentException when a word id is outside the vocabulary, the candidate has
   *     another vocabulary size, or a model cannot be run in its mode
   */
  public static KlSum of(
      ScoredModel from,
      ScoredModel to,
      List<int[]> sentences,
      int boundaryId,
      ScorerSettings settings) {
    int words = from.model().architecture().vocabularySize();
    int own = to.model().architecture().vocabularySize();
    if (own != words) {
      throw new IllegalArgumentException(
          "a model over %d words cannot be compared with one over %d words".formatted(own, words));
    }
    try (KlRun run = KlRun.open(from, to, settings)) {
      return sums(run, words, sentences, boundaryId, settings).get(0);
    }
  }

  /**
   * How many of some changes, from the first on, are measured together: at most {@value
   * #MOST_CHANGES}, as long as those after the first, in Java and in ONNX Runtime, and the models
   * of further matrices have at most 256 MiB. For each such group P is computed again.
   *
   * @param matrices names of the changed matrices, at least one
   */
  public static int changesTogether(LmArchitecture architecture, List<String> matrices) {
    Set<String> sessions = new HashSet<>();
    long bytes = 0;
    for (int i = 0; i < matrices.size(); i++) {
      String matrix = matrices.get(i);
      boolean open = !sessions.add(matrix);
      if (i > 0) {
        bytes += 2 * Float.BYTES * (long) shape(architecture, matrix).size();
        bytes += open ? 0 : Float.BYTES * architecture.parameters();
      }
      if (i == MOST_CHANGES || bytes > OPEN_WEIGHT_BYTES) {
        return i;
      }
    }
    return matrices.size();
  }

  /**
   * The divergences of models that differ from the reference in one matrix each, on several texts:
   * each model is opened once for all of them, and changes of the same matrix share what is open.
   * All are open together; {@link #changesTogether} says how many should be.
   *
   * @param from the reference P
   * @return for each text the sum of each change
   * @throws IllegalArgumentException when a word id is outside the vocabulary, or a change is of no
   *     matrix of the model or of another size
   */
  public static List<List<KlSum>> ofChanges(
      LmWeights from,
      List<MatrixChange> changes,
      List<List<int[]>> texts,
      int boundaryId,
      ScorerSettings settings) {
    LmArchitecture architecture = from.architecture();
    for (MatrixChange change : changes) {
      int size = shape(architecture, change.matrix()).size();
      if (change.values().length != size) {
        throw new IllegalArgumentException(
            "a change of %s has %d values; the matrix has %d"
                .formatted(change.matrix(), change.values().length, size));
      }
    }
    List<List<KlSum>> sums = new ArrayList<>();
    try (KlRun run = KlRun.openChanges(from, changes, settings)) {
      for (List<int[]> text : texts) {
        sums.add(sums(run, architecture.vocabularySize(), text, boundaryId, settings));
      }
    }
    return sums;
  }

  static TensorShape shape(LmArchitecture architecture, String matrix) {
    return architecture.quantizable().stream()
        .filter(shape -> shape.name().equals(matrix))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "the model has no matrix %s; its matrices are %s"
                        .formatted(
                            matrix,
                            architecture.quantizable().stream().map(TensorShape::name).toList())));
  }

  /** One text's sum for each candidate of a run. */
  private static List<KlSum> sums(
      KlRun run, int words, List<int[]> sentences, int boundaryId, ScorerSettings settings) {
    LmScorer.requireWord("boundary", boundaryId, words);
    double[] nats = new double[run.candidates()];
    long tokens = 0;
    int chunkSentences = SENTENCES_PER_BATCH_ROW * settings.batchRows();
    for (int first = 0; first < sentences.size(); first += chunkSentences) {
      int end = Math.min(sentences.size(), first + chunkSentences);
      TextChunk chunk = TextChunk.of(sentences.subList(first, end), first, boundaryId, words);
      run.add(chunk, boundaryId, nats);
      tokens += chunk.tokens();
    }
    List<KlSum> sums = new ArrayList<>();
    for (double sum : nats) {
      sums.add(new KlSum(tokens, sum));
    }
    return sums;
  }
}
