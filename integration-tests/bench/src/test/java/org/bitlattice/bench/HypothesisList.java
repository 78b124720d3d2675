package org.bitlattice.bench;

import java.util.List;

/**
 * The hypotheses of one utterance as words.
 *
 * @param utterance its name
 * @param hypotheses words of each, without boundary words
 */
record HypothesisList(String utterance, List<List<String>> hypotheses) {
  HypothesisList {
    hypotheses = hypotheses.stream().map(List::copyOf).toList();
  }

  /** Words and sentence ends of all hypotheses. */
  long words() {
    return hypotheses.stream().mapToLong(words -> words.size() + 1).sum();
  }
}
