package org.bitlattice.rescoring;

import java.util.List;
import org.bitlattice.lm.scoring.HistoryTree;

/**
 * The history trees of many utterances as one, which a network scores at once. Histories that are
 * the same share nodes across utterances too, because a sentence's history starts afresh.
 */
public final class HistoryForest {
  private final HistoryTree tree;
  private final int[][] nodes;

  private HistoryForest(HistoryTree tree, int[][] nodes) {
    this.tree = tree;
    this.nodes = nodes;
  }

  /** Joins the trees of some utterances. */
  public static HistoryForest of(List<ExpandedLattice> lattices) {
    HistoryTree.Builder builder = new HistoryTree.Builder();
    int[][] nodes = new int[lattices.size()][];
    for (int u = 0; u < nodes.length; u++) {
      ExpandedLattice lattice = lattices.get(u);
      nodes[u] = new int[lattice.treeNodes()];
      for (int node = 0; node < nodes[u].length; node++) {
        int parent = lattice.treeParent(node);
        int joined = parent == HistoryTree.START ? parent : nodes[u][parent];
        nodes[u][node] = builder.add(joined, lattice.treeWord(node));
      }
    }
    return new HistoryForest(builder.build(), nodes);
  }

  /** The tree that a network scores, each node once. */
  public HistoryTree tree() {
    return tree;
  }

  /**
   * The scores of one utterance's tree nodes.
   *
   * @param utterance index in the list that the forest was made of
   * @param nodeLn a score for every node of {@link #tree()}
   * @throws IllegalArgumentException when the number of scores is not the number of nodes
   */
  public float[] scores(int utterance, float[] nodeLn) {
    if (nodeLn.length != tree.nodes()) {
      throw new IllegalArgumentException(
          "%d network scores do not fit a tree of %d nodes; every node has one"
              .formatted(nodeLn.length, tree.nodes()));
    }
    float[] scores = new float[nodes[utterance].length];
    for (int node = 0; node < scores.length; node++) {
      scores[node] = nodeLn[nodes[utterance][node]];
    }
    return scores;
  }

  /**
   * Histories that the network evaluates: the sentence's beginning and every node with children.
   */
  public int contexts() {
    boolean[] continued = new boolean[tree.nodes()];
    int contexts = tree.nodes() == 0 ? 0 : 1;
    for (int node = 0; node < continued.length; node++) {
      int parent = tree.parent(node);
      if (parent != HistoryTree.START && !continued[parent]) {
        continued[parent] = true;
        contexts++;
      }
    }
    return contexts;
  }
}
