package org.bitlattice.lm.scoring;

import java.util.ArrayList;
import java.util.List;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.LmWeights;

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
  /** Weights of candidates that are open at a time; beyond it P is computed again. */
  private static final long OPEN_WEIGHT_BYTES = 256L << 20;

  /** Sentences of a chunk for each batch row; every candidate holds the states of a chunk. */
  private static final int SENTENCES_PER_BATCH_ROW = 4;

  private KlDivergence() {}

  /**
   * How many candidates of a shape are measured together, at least one; beyond that the reference's
   * distributions are computed again.
   */
  public static int candidatesTogether(LmArchitecture architecture) {
    return (int) Math.max(1, OPEN_WEIGHT_BYTES / Math.max(1, 4 * architecture.parameters()));
  }

  /** The divergence of one full-precision model. */
  public static KlSum between(
      LmWeights from,
      LmWeights to,
      List<int[]> sentences,
      int boundaryId,
      ScorerSettings settings) {
    return between(from, List.of(to), sentences, boundaryId, settings).get(0);
  }

  /** The divergence of each of several full-precision models. */
  public static List<KlSum> between(
      LmWeights from,
      List<LmWeights> to,
      List<int[]> sentences,
      int boundaryId,
      ScorerSettings settings) {
    List<ScoredModel> candidates = to.stream().map(ScoredModel::exact).toList();
    return of(ScoredModel.exact(from), candidates, sentences, boundaryId, settings);
  }

  /**
   * The divergence of each candidate. A candidate's result does not depend on the others, unless
   * one runs in mode {@link ScoringMode#COMPACT}, which shares its batches of one history.
   *
   * @param from the reference P
   * @param to the candidates Q, of the reference's vocabulary size
   * @param sentences word ids without boundary words; the sentence end's history counts too
   * @param boundaryId the first context of every sentence
   * @throws IllegalArgumentException when a word id is outside the vocabulary, a candidate has
   *     another vocabulary size, or a model cannot be run in its mode
   */
  public static List<KlSum> of(
      ScoredModel from,
      List<ScoredModel> to,
      List<int[]> sentences,
      int boundaryId,
      ScorerSettings settings) {
    int words = from.model().architecture().vocabularySize();
    LmScorer.requireWord("boundary", boundaryId, words);
    for (ScoredModel candidate : to) {
      int own = candidate.model().architecture().vocabularySize();
      if (own != words) {
        throw new IllegalArgumentException(
            "a model over %d words cannot be compared with one over %d words"
                .formatted(own, words));
      }
    }
    int group = candidatesTogether(from.model().architecture());
    List<KlSum> sums = new ArrayList<>();
    for (int first = 0; first < to.size(); first += group) {
      List<ScoredModel> some = to.subList(first, Math.min(to.size(), first + group));
      sums.addAll(group(from, some, sentences, boundaryId, settings));
    }
    return sums;
  }

  private static List<KlSum> group(
      ScoredModel from,
      List<ScoredModel> to,
      List<int[]> sentences,
      int boundaryId,
      ScorerSettings settings) {
    double[] nats = new double[to.size()];
    long tokens = 0;
    int chunkSentences = SENTENCES_PER_BATCH_ROW * settings.batchRows();
    try (KlRun run = KlRun.open(from, to, settings)) {
      for (int first = 0; first < sentences.size(); first += chunkSentences) {
        int end = Math.min(sentences.size(), first + chunkSentences);
        TextChunk chunk =
            TextChunk.of(
                sentences.subList(first, end),
                first,
                boundaryId,
                from.model().architecture().vocabularySize());
        run.add(chunk, boundaryId, nats);
        tokens += chunk.tokens();
      }
    }
    List<KlSum> sums = new ArrayList<>();
    for (double sum : nats) {
      sums.add(new KlSum(tokens, sum));
    }
    return sums;
  }
}
