package org.bitlattice.jobs.rescoring;

import java.io.Serializable;
import org.bitlattice.report.LatticeRow;
import org.bitlattice.report.NodeScoresRow;
import org.bitlattice.report.RejectedRow;
import org.bitlattice.rescoring.ExpandedLatticeRow;

/**
 * What came of one lattice: rows of tables, or the reason why there are none.
 *
 * @param place where the lattice stands, and the reason
 * @param prepared its rows, or null
 */
record LatticeOutcome(Place place, Prepared prepared) implements Serializable {
  /**
   * What the driver has to know.
   *
   * @param position place in the set, counted from 0; −1 for the unreadable rest of a file
   * @param utterance its id, empty for the unreadable rest of a file
   * @param file file that holds it
   * @param where where in the file
   * @param reason empty, or one sentence
   */
  record Place(int position, String utterance, String file, String where, String reason)
      implements Serializable {
    boolean isDamage() {
      return position < 0;
    }

    boolean isRejected() {
      return !reason.isEmpty();
    }

    RejectedRow rejected() {
      return new RejectedRow(utterance, file, where, reason);
    }
  }

  /**
   * The rows of a lattice that can be rescored.
   *
   * @param lattice figures
   * @param expanded states, arcs and history tree
   * @param ngram scores of the n-gram model, or null
   * @param firstPass scores of the first pass's n-gram model, or null
   */
  record Prepared(
      LatticeRow lattice, ExpandedLatticeRow expanded, NodeScoresRow ngram, NodeScoresRow firstPass)
      implements Serializable {}
}
