package org.bitlattice.lattice;

import java.util.Arrays;

/**
 * Where one word-sequence prefix can end in a lattice: nodes in ascending order, and for each the
 * scores of the best path to it that spells the prefix.
 */
record Reached(int[] nodes, double[] totals, double[] acoustic, double[] lm) {
  int size() {
    return nodes.length;
  }

  int node(int i) {
    return nodes[i];
  }

  double total(int i) {
    return totals[i];
  }

  double acousticLn(int i) {
    return acoustic[i];
  }

  double lmLn(int i) {
    return lm[i];
  }

  /** Place of a node that is among the reached ones. */
  int indexOf(int node) {
    return Arrays.binarySearch(nodes, node);
  }
}
