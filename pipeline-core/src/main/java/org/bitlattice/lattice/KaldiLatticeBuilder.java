package org.bitlattice.lattice;

import java.util.Arrays;

/**
 * Collects arcs and final weights of a Kaldi lattice in the order of the file. Arrays grow with
 * what is added, never by a number that a file announces.
 */
final class KaldiLatticeBuilder {
  private final KaldiLattice.Kind kind;
  private int states;
  private int start = -1;
  private long properties;
  private int[] from = new int[64];
  private int[] input = new int[64];
  private int[] output = new int[64];
  private int[] next = new int[64];
  private final KaldiWeights weights = new KaldiWeights();
  private int[] finalOf = new int[64];
  private final KaldiWeights finals = new KaldiWeights();

  KaldiLatticeBuilder(KaldiLattice.Kind kind) {
    this.kind = kind;
    Arrays.fill(finalOf, -1);
  }

  void start(int state) {
    start = state;
  }

  void properties(long ofHeader) {
    properties = ofHeader;
  }

  /** Makes the states up to this one exist. */
  void state(int state) {
    states = Math.max(states, state + 1);
    if (states > finalOf.length) {
      int old = finalOf.length;
      finalOf = Arrays.copyOf(finalOf, Math.max(states, old * 2));
      Arrays.fill(finalOf, old, finalOf.length, -1);
    }
  }

  int states() {
    return states;
  }

  int arcs() {
    return weights.size();
  }

  /** Adds the arc whose weight is the one at {@code place}, the last of {@link #weights()}. */
  void arcAt(int place, int state, int inputLabel, int outputLabel, int nextState) {
    if (place == from.length) {
      from = Arrays.copyOf(from, place * 2);
      input = Arrays.copyOf(input, place * 2);
      output = Arrays.copyOf(output, place * 2);
      next = Arrays.copyOf(next, place * 2);
    }
    from[place] = state;
    input[place] = inputLabel;
    output[place] = outputLabel;
    next[place] = nextState;
  }

  /** Weights of the arcs; each arc adds its own. */
  KaldiWeights weights() {
    return weights;
  }

  boolean hasFinal(int state) {
    return finalOf[state] >= 0;
  }

  /** Weights of final states; adds one for this state. */
  KaldiWeights finalOf(int state) {
    finalOf[state] = finals.size();
    return finals;
  }

  /** An arc that leads to a state that is not there, or −1. */
  int arcToNowhere() {
    for (int arc = 0; arc < weights.size(); arc++) {
      if (next[arc] < 0 || next[arc] >= states) {
        return arc;
      }
    }
    return -1;
  }

  int nextState(int arc) {
    return next[arc];
  }

  KaldiLattice build() {
    int arcs = weights.size();
    int[] firstArc = new int[states + 1];
    boolean sorted = true;
    for (int arc = 0; arc < arcs; arc++) {
      firstArc[from[arc] + 1]++;
      sorted &= arc == 0 || from[arc - 1] <= from[arc];
    }
    for (int state = 0; state < states; state++) {
      firstArc[state + 1] += firstArc[state];
    }
    KaldiWeights stateFinals = new KaldiWeights();
    for (int state = 0; state < states; state++) {
      copyFinal(state, stateFinals);
    }
    KaldiLattice.Arcs inOrder =
        sorted
            ? new KaldiLattice.Arcs(
                Arrays.copyOf(input, arcs),
                Arrays.copyOf(output, arcs),
                Arrays.copyOf(next, arcs),
                weights)
            : byState(firstArc.clone());
    return new KaldiLattice(kind, start, properties, firstArc, stateFinals, inOrder);
  }

  private void copyFinal(int state, KaldiWeights target) {
    int place = finalOf[state];
    if (place < 0) {
      target.add(KaldiLattice.IMPOSSIBLE, KaldiLattice.IMPOSSIBLE);
      return;
    }
    target.add(finals.graph(place), finals.acoustic(place));
    for (int i = 0; i < finals.ids(place); i++) {
      target.addId(finals.id(place, i));
    }
  }

  private KaldiLattice.Arcs byState(int[] place) {
    int[] order = new int[weights.size()];
    for (int arc = 0; arc < order.length; arc++) {
      order[place[from[arc]]++] = arc;
    }
    return new KaldiLattice.Arcs(
        inOrder(input, order),
        inOrder(output, order),
        inOrder(next, order),
        weights.inOrder(order));
  }

  private static int[] inOrder(int[] values, int[] order) {
    int[] ordered = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      ordered[i] = values[order[i]];
    }
    return ordered;
  }
}
