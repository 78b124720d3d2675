package org.bitlattice.rescoring;

import java.io.Serializable;

/**
 * How much work a tree of histories saves against scoring hypotheses one by one.
 *
 * @param nodes nodes of the tree: predictions that the network makes
 * @param hypothesisWords words and sentence ends of all hypotheses
 * @param paddedPositions what a batch of each utterance's hypotheses holds when all are padded to
 *     the longest, sentence ends included
 */
public record TreeSharing(long nodes, long hypothesisWords, long paddedPositions)
    implements Serializable {
  /** Words and sentence ends of hypotheses that share one node on average. */
  public double wordsPerNode() {
    return (double) hypothesisWords / nodes;
  }

  /** Padded positions that share one node on average. */
  public double paddedPositionsPerNode() {
    return (double) paddedPositions / nodes;
  }
}
