package org.bitlattice.lm.scoring;

import java.util.ArrayList;
import java.util.List;

/**
 * The order in which a tree is evaluated. A <em>context</em> is a history that some node continues:
 * the start, or a node with children. Contexts are numbered level by level (level = words of the
 * history), within a level by node index; each is one row of one network run. Level d + 1 needs the
 * states of level d only.
 */
final class LevelPlan {
  private final HistoryTree tree;
  private final int boundaryId;
  private final int batchRows;

  /** First context of each level, and the number of contexts at the end. */
  private final int[] levelStart;

  /** The node of each context, {@link HistoryTree#START} for context 0. */
  private final int[] contextNode;

  /** For each node, its number as a context, or −1 for a leaf. */
  private final int[] contextOf;

  /** Children of context k: {@code children[childStart[k]] … children[childStart[k + 1] − 1]}. */
  private final int[] childStart;

  private final int[] children;

  /** A run of consecutive contexts of one level: {@code first … first + rows − 1}. */
  record Batch(int level, int first, int rows) {}

  LevelPlan(HistoryTree tree, int boundaryId, int batchRows) {
    this.tree = tree;
    this.boundaryId = boundaryId;
    this.batchRows = batchRows;
    int[] childCount = new int[tree.nodes()];
    int levels = tree.nodes() == 0 ? 0 : 1;
    for (int node = 0; node < tree.nodes(); node++) {
      if (tree.parent(node) != HistoryTree.START) {
        childCount[tree.parent(node)]++;
        levels = Math.max(levels, tree.depth(node) + 1);
      }
    }
    this.levelStart = levelStarts(tree, childCount, levels);
    this.contextNode = new int[levelStart[levels]];
    this.contextOf = new int[tree.nodes()];
    numberContexts(childCount);
    this.childStart = new int[contextNode.length + 1];
    this.children = new int[tree.nodes()];
    sortChildren();
  }

  private static int[] levelStarts(HistoryTree tree, int[] childCount, int levels) {
    int[] starts = new int[levels + 1];
    for (int node = 0; node < tree.nodes(); node++) {
      if (childCount[node] > 0) {
        starts[tree.depth(node) + 2]++;
      }
    }
    if (levels > 0) {
      starts[1] = 1;
    }
    for (int level = 0; level < levels; level++) {
      starts[level + 1] += starts[level];
    }
    return starts;
  }

  private void numberContexts(int[] childCount) {
    int[] next = levelStart.clone();
    if (contextNode.length > 0) {
      contextNode[0] = HistoryTree.START;
    }
    for (int node = 0; node < contextOf.length; node++) {
      contextOf[node] = -1;
      if (childCount[node] > 0) {
        contextOf[node] = next[tree.depth(node) + 1]++;
        contextNode[contextOf[node]] = node;
      }
    }
  }

  private void sortChildren() {
    for (int node = 0; node < children.length; node++) {
      childStart[contextOfParent(node) + 1]++;
    }
    for (int context = 0; context < contextNode.length; context++) {
      childStart[context + 1] += childStart[context];
    }
    int[] next = childStart.clone();
    for (int node = 0; node < children.length; node++) {
      children[next[contextOfParent(node)]++] = node;
    }
  }

  private int contextOfParent(int node) {
    int parent = tree.parent(node);
    return parent == HistoryTree.START ? 0 : contextOf[parent];
  }

  int levels() {
    return levelStart.length - 1;
  }

  int contexts() {
    return contextNode.length;
  }

  int contextsAt(int level) {
    return levelStart[level + 1] - levelStart[level];
  }

  /** The batches of a level in their order. */
  List<Batch> batches(int level) {
    List<Batch> batches = new ArrayList<>();
    int end = levelStart[level + 1];
    for (int first = levelStart[level]; first < end; first += batchRows) {
      batches.add(new Batch(level, first, Math.min(batchRows, end - first)));
    }
    return batches;
  }

  /** The last word of a context's history. */
  int word(int context) {
    int node = contextNode[context];
    return node == HistoryTree.START ? boundaryId : tree.word(node);
  }

  /** Place of a context within its level. */
  int placeInLevel(Batch batch, int row) {
    return batch.first() + row - levelStart[batch.level()];
  }

  /** Place within the level above of the context that a context of level 1 or more continues. */
  int placeOfPrevious(Batch batch, int row) {
    int previous = contextOfParent(contextNode[batch.first() + row]);
    return previous - levelStart[batch.level() - 1];
  }

  /** Number of words predicted from the contexts of a batch. */
  int predictions(Batch batch) {
    return childStart[batch.first() + batch.rows()] - childStart[batch.first()];
  }

  int firstChild(int context) {
    return childStart[context];
  }

  int endOfChildren(int context) {
    return childStart[context + 1];
  }

  /** The node at a place of the list of children. */
  int child(int place) {
    return children[place];
  }

  /** The word of the node at a place of the list of children. */
  int childWord(int place) {
    return tree.word(children[place]);
  }
}
