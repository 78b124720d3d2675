package org.bitlattice.rescoring;

import java.io.Serializable;
import java.util.List;
import org.bitlattice.scoring.Utterance;

/**
 * An utterance's hypotheses with their component scores, in the order of the first pass.
 *
 * @param utterance id of the utterance
 * @param hypotheses at least one
 */
public record ScoredUtterance(String utterance, List<ScoredHypothesis> hypotheses)
    implements Serializable {
  /**
   * Checks the list.
   *
   * @throws IllegalArgumentException naming the utterance when there is no hypothesis
   */
  public ScoredUtterance {
    hypotheses = List.copyOf(hypotheses);
    if (hypotheses.isEmpty()) {
      throw new IllegalArgumentException(
          "utterance %s has no hypothesis; rescoring needs at least one".formatted(utterance));
    }
  }

  /**
   * Index of the hypothesis with the highest path score. Of equal ones the first pass's earlier one
   * is taken, and the first of all when no score is above −∞.
   *
   * @throws IllegalArgumentException when hypotheses lack a model's scores that the weights need
   */
  public int bestIndex(ScoreWeights weights) {
    int best = 0;
    double highest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < hypotheses.size(); i++) {
      double score = weights.score(hypotheses.get(i));
      if (score > highest) {
        highest = score;
        best = i;
      }
    }
    return best;
  }

  /** The hypothesis at {@link #bestIndex}. */
  public ScoredHypothesis best(ScoreWeights weights) {
    return hypotheses.get(bestIndex(weights));
  }

  /** The words of the best hypothesis, as a transcript file takes them. */
  public Utterance transcript(ScoreWeights weights) {
    return new Utterance(utterance, best(weights).hypothesis().words());
  }
}
