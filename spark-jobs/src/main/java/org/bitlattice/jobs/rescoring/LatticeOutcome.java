package org.bitlattice.jobs.rescoring;

import java.io.Serializable;
import java.util.List;
import org.bitlattice.report.HypothesisRow;

/**
 * What came of one lattice: hypotheses, or the reason why there are none.
 *
 * @param position place in the set, counted from 0
 * @param utterance its id
 * @param hypotheses best first
 * @param reason empty, or one sentence
 */
record LatticeOutcome(int position, String utterance, List<HypothesisRow> hypotheses, String reason)
    implements Serializable {
  /** The outcome without the hypotheses. */
  record Place(int position, String utterance, int hypotheses, String reason)
      implements Serializable {}

  Place place() {
    return new Place(position, utterance, hypotheses.size(), reason);
  }
}
