package org.bitlattice.lattice;

import java.util.Arrays;

/**
 * For each node a row of fewest errors against the first j words of a reference. Neighbours in a
 * row differ by at most 1, since one more reference word changes the Levenshtein distance of any
 * word sequence by at most 1; so a row is kept as its first value and two bits for each further
 * one.
 */
final class ErrorRows {
  /** In the place of a number of errors: no path; small enough to be added to. */
  static final int UNREACHED = Integer.MAX_VALUE / 2;

  private final int length;
  private final int[] first;
  private final long[] steps;

  ErrorRows(int nodes, int length) {
    this.length = length;
    this.first = new int[nodes];
    this.steps = new long[Math.toIntExact(((long) nodes * length + 31) / 32)];
    Arrays.fill(first, UNREACHED);
  }

  /** Fills in the row of a node, length + 1 values; false when no path leads to the node. */
  boolean read(int node, int[] row) {
    if (first[node] == UNREACHED) {
      return false;
    }
    row[0] = first[node];
    long place = (long) node * length;
    for (int j = 1; j <= length; j++, place++) {
      int step = (int) (steps[(int) (place >> 5)] >>> (2 * (place & 31))) & 3;
      row[j] = row[j - 1] + step - 1;
    }
    return true;
  }

  /** Keeps the row of a node, once. */
  void write(int node, int[] row) {
    if (row[0] >= UNREACHED) {
      return;
    }
    first[node] = row[0];
    long place = (long) node * length;
    for (int j = 1; j <= length; j++, place++) {
      long step = (long) row[j] - row[j - 1] + 1;
      steps[(int) (place >> 5)] |= step << (2 * (place & 31));
    }
  }
}
