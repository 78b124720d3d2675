package org.bitlattice.lm.scoring;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.quant.PackedModel;

/**
 * An ONNX model that takes a batch of histories one word further. N is the number of rows, U the
 * number of different words that end their histories, M the number of predictions asked for, S the
 * {@linkplain #stateSize() state size}, V the vocabulary size.
 *
 * <pre>
 * inputs   token  int64 [U]      the words that end histories, each once
 *          token_of_row int64 [N] where each history's last word stands in token
 *          state  float [N, S]   what the model remembers of the words before; zeros at the start
 *          select int64 [M, 2]   (row, next word) pairs; only with {@link Outputs#SELECTED}
 * reference_log_distribution, reference_distribution  float [N, V]
 * ln P and P of another model; only with {@link Outputs#DIVERGENCES}
 * outputs  next_state        float [N, S]
 *          log_probability   float [M]      ln P(next word | history) of the selected pairs
 *          log_distribution  float [N, V]   ln P of every word
 *          distribution      float [N, V]   P of every word
 * divergence        float [N]      Σ P ln (P / Q), P the other model's, Q this model's
 * </pre>
 *
 * A graph for others ({@link Outputs#PORTABLE}) has the inputs {@code token} [N] and {@code state},
 * and the outputs {@code log_probability} [N, V], of every word, and {@code next_state}.
 */
sealed interface StepGraph permits LstmStepGraph {
  String TOKEN = "token";
  String TOKEN_OF_ROW = "token_of_row";
  String STATE = "state";
  String SELECT = "select";
  String NEXT_STATE = "next_state";
  String LOG_PROBABILITY = "log_probability";
  String LOG_DISTRIBUTION = "log_distribution";
  String DISTRIBUTION = "distribution";
  String REFERENCE_LOG = "reference_log_distribution";
  String REFERENCE = "reference_distribution";
  String DIVERGENCE = "divergence";

  /** Which outputs the graph has beside the next state. */
  enum Outputs {
    /** log_probability. */
    SELECTED,
    /** log_distribution and distribution. */
    DISTRIBUTIONS,
    /** divergence. */
    DIVERGENCES,
    /** log_probability of every word, from one token a row: what other programs can run. */
    PORTABLE
  }

  /** The graph of a model in mode exact. */
  static StepGraph of(LmWeights weights, Outputs outputs) {
    return of(
        weights.architecture(), new FloatWeights(weights.architecture(), weights::tensor), outputs);
  }

  /**
   * The graph of a model in mode exact with one matrix left out: float [rows, columns], an input of
   * the matrix's name.
   */
  static StepGraph fed(LmWeights weights, String matrix, Outputs outputs) {
    LmArchitecture architecture = weights.architecture();
    return of(
        architecture,
        new FloatWeights(architecture, weights::tensor, Optional.of(matrix)),
        outputs);
  }

  /**
   * The graph of a model in its mode.
   *
   * @param sums whether integer sums saturate where the graph is run
   * @throws IllegalArgumentException when the model cannot be run in its mode
   */
  static StepGraph of(ScoredModel scored, IntegerSums sums, Outputs outputs) {
    PackedModel model = scored.model();
    scored.mode().requireRuns(model);
    StepWeights weights =
        scored.mode() == ScoringMode.EXACT
            ? new FloatWeights(model.architecture(), model::values)
            : new LowBitWeights(model, scored.mode(), sums);
    return of(model.architecture(), weights, outputs);
  }

  private static StepGraph of(LmArchitecture architecture, StepWeights weights, Outputs outputs) {
    if (architecture instanceof LstmArchitecture lstm) {
      return new LstmStepGraph(lstm, weights, outputs);
    }
    throw new IllegalArgumentException(
        "a model of kind %s cannot be scored; scoring knows %s"
            .formatted(architecture.kind(), LstmArchitecture.KIND));
  }

  /** Words in the vocabulary. */
  int vocabularySize();

  /** Floats that the model keeps for a history. */
  int stateSize();

  /** Which outputs the graph has. */
  Outputs outputs();

  /** The serialized model in a new direct buffer. */
  ByteBuffer model();
}
