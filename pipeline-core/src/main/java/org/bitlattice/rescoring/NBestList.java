package org.bitlattice.rescoring;

import java.io.Serializable;
import java.util.List;

/**
 * The hypotheses of one utterance, the first pass's best one first.
 *
 * @param utterance id of the utterance
 * @param hypotheses at least one
 */
public record NBestList(String utterance, List<Hypothesis> hypotheses) implements Serializable {
  /**
   * Checks the list.
   *
   * @throws IllegalArgumentException naming the utterance when there is no hypothesis
   */
  public NBestList {
    hypotheses = List.copyOf(hypotheses);
    if (hypotheses.isEmpty()) {
      throw new IllegalArgumentException(
          "utterance %s has no hypothesis; rescoring needs at least one".formatted(utterance));
    }
  }
}
