package org.bitlattice.jobs.scoring;

import java.io.Serializable;
import org.bitlattice.jobs.rescoring.WeightsChoice;
import org.bitlattice.scoring.TrnFile;

/**
 * The transcripts of one system on one set under one choice of score weights.
 *
 * @param system the system
 * @param set the lattice set
 * @param weights choice of score weights
 * @param hypotheses its transcripts
 */
record Outcome(String system, String set, WeightsChoice weights, TrnFile hypotheses)
    implements Serializable {
  String name() {
    return "%s (%s)".formatted(system, weights.written());
  }

  /** Name of the file of its alignments. */
  String file() {
    return "%s.%s.%s.txt".formatted(set, system, weights.written());
  }

  boolean is(String otherSystem, String otherSet, WeightsChoice otherWeights) {
    return system.equals(otherSystem) && set.equals(otherSet) && weights == otherWeights;
  }
}
