package org.bitlattice.rescoring;

import java.io.Serializable;
import java.util.List;

/**
 * Outcome of {@link WeightSearch}.
 *
 * @param weights the chosen weights
 * @param errors word errors on the development data under them
 * @param table all evaluations in the order in which they were made
 * @param atLimit names of the weights, of {@code language-scale} and {@code word-insertion}, that
 *     were chosen at a limit of their range: a wider range may do better
 */
public record TunedWeights(
    ScoreWeights weights, long errors, List<TuningRow> table, List<String> atLimit)
    implements Serializable {
  /** Copies the lists. */
  public TunedWeights {
    table = List.copyOf(table);
    atLimit = List.copyOf(atLimit);
  }
}
