package org.bitlattice.rescoring;

import java.io.Serializable;

/**
 * How much work a tree of histories saves against scoring hypotheses one by one.
 *
 * @param nodes nodes of the tree: predictions that are read off the network's output
 * @param wordNodes nodes that are not sentence ends: steps of the network, for a sentence end needs
 *     no state of its own
 * @param hypothesisWords words and sentence ends of all hypotheses
 * @param paddedPositions what a batch of each utterance's hypotheses holds when all are padded to
 *     the longest, sentence ends included
 */
public record TreeSharing(long nodes, long wordNodes, long hypothesisWords, long paddedPositions)
    implements Serializable {
  /** Words and sentence ends of hypotheses that share one node on average. */
  public double wordsPerNode() {
    return (double) hypothesisWords / nodes;
  }

  /**
   * Padded positions that one step of the network replaces on average: 3.1 over the 100-best lists
   * of the AMI sets.
   */
  public double paddedPositionsPerWordNode() {
    return (double) paddedPositions / wordNodes;
  }
}
