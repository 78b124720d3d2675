package org.bitlattice.lattice;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/**
 * Removes arcs without words. Every word sequence keeps the scores of its best path under the given
 * scales; worse ways over empty arcs between the same nodes are lost. What stays without a word are
 * arcs into the end, for a path may end where others go on.
 */
public final class EmptyArcs {
  /** Bound on the arcs of the result, as empty arcs can multiply the others. */
  public static final int MOST_ARCS = 20_000_000;

  private final Lattice lattice;
  private final PathScales scales;
  private final double[] best;
  private final double[] acoustic;
  private final double[] lm;

  private EmptyArcs(Lattice lattice, PathScales scales) {
    this.lattice = lattice;
    this.scales = scales;
    this.best = new double[lattice.nodes()];
    this.acoustic = new double[lattice.nodes()];
    this.lm = new double[lattice.nodes()];
    Arrays.fill(best, Double.NEGATIVE_INFINITY);
  }

  /**
   * The lattice without empty arcs.
   *
   * @throws LatticeException when it would have more than {@value #MOST_ARCS} arcs
   */
  public static Lattice removed(Lattice lattice, PathScales scales) {
    return new EmptyArcs(lattice, scales).removed();
  }

  private Lattice removed() {
    LatticeBuilder builder =
        new LatticeBuilder(lattice.utterance(), lattice.utterance()).scales(lattice.scales());
    boolean[] entered = enteredByWords();
    int[] number = new int[lattice.nodes()];
    for (int node = 0; node < number.length; node++) {
      number[node] = entered[node] ? builder.addNode(lattice.time(node)) : -1;
    }
    int end = builder.addNode(lattice.time(lattice.end()));
    int arcs = 0;
    for (int node = 0; node < number.length; node++) {
      if (number[node] >= 0) {
        arcs += leave(node, number, end, builder);
        if (arcs > MOST_ARCS) {
          throw new LatticeException(
              lattice.utterance(),
              lattice.utterance(),
              0,
              "without its empty arcs the lattice would have more than %d arcs"
                  .formatted(MOST_ARCS));
        }
      }
    }
    Lattice all = builder.build(number[lattice.start()], end);
    boolean[] kept = new boolean[all.arcs()];
    Arrays.fill(kept, true);
    return LatticeArcs.connected(all, kept);
  }

  /** The start, and the nodes that an arc with a word enters. */
  private boolean[] enteredByWords() {
    boolean[] entered = new boolean[lattice.nodes()];
    entered[lattice.start()] = true;
    for (int arc = 0; arc < lattice.arcs(); arc++) {
      entered[lattice.to(arc)] |= lattice.wordId(arc) >= 0;
    }
    return entered;
  }

  /** Adds the arcs that leave a node, directly or after empty arcs; gives their number. */
  private int leave(int node, int[] number, int end, LatticeBuilder builder) {
    List<Integer> reached = closure(node);
    int arcs = 0;
    for (int via : reached) {
      for (int arc = lattice.firstArc(via); arc < lattice.firstArc(via + 1); arc++) {
        if (lattice.wordId(arc) >= 0) {
          builder.addArc(
              number[node],
              number[lattice.to(arc)],
              lattice.word(arc),
              acoustic[via] + lattice.acousticLn(arc),
              lm[via] + lattice.lmLn(arc));
          arcs++;
        }
      }
      if (via == lattice.end()) {
        builder.addArc(number[node], end, null, acoustic[via], lm[via]);
        arcs++;
      }
    }
    reached.forEach(via -> best[via] = Double.NEGATIVE_INFINITY);
    return arcs;
  }

  /** Nodes that empty arcs lead to, in topological order, with the best way to each. */
  private List<Integer> closure(int node) {
    TreeSet<Integer> waiting = new TreeSet<>(List.of(node));
    List<Integer> reached = new ArrayList<>();
    best[node] = 0;
    acoustic[node] = 0;
    lm[node] = 0;
    while (!waiting.isEmpty()) {
      int at = waiting.pollFirst();
      reached.add(at);
      for (int arc = lattice.firstArc(at); arc < lattice.firstArc(at + 1); arc++) {
        double score = best[at] + Frontier.scaled(lattice, scales, arc);
        int to = lattice.to(arc);
        if (lattice.wordId(arc) < 0 && score > best[to]) {
          best[to] = score;
          acoustic[to] = acoustic[at] + lattice.acousticLn(arc);
          lm[to] = lm[at] + lattice.lmLn(arc);
          waiting.add(to);
        }
      }
    }
    return reached;
  }
}
