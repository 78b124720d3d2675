package org.bitlattice.lattice;

import java.util.BitSet;

/**
 * Work space in which the nodes that a prefix reaches are collected: for each the best path so far,
 * then spread over arcs without words. Used again for every prefix.
 */
final class Frontier {
  private final Lattice lattice;
  private final PathScales scales;
  private final BitSet members;
  private final double[] total;
  private final double[] acoustic;
  private final double[] lm;

  Frontier(Lattice lattice, PathScales scales) {
    this.lattice = lattice;
    this.scales = scales;
    this.members = new BitSet(lattice.nodes());
    this.total = new double[lattice.nodes()];
    this.acoustic = new double[lattice.nodes()];
    this.lm = new double[lattice.nodes()];
  }

  static double scaled(Lattice lattice, PathScales scales, int arc) {
    return scales.of(lattice, arc);
  }

  /** Offers a path to a node; the better one stays, the earlier one when they are equal. */
  void add(int node, double pathTotal, double acousticLn, double lmLn) {
    if (members.get(node) && total[node] >= pathTotal) {
      return;
    }
    members.set(node);
    total[node] = pathTotal;
    acoustic[node] = acousticLn;
    lm[node] = lmLn;
  }

  /** Offers the path to the i-th reached node continued over an arc. */
  void addOver(int arc, Reached reached, int i) {
    add(
        lattice.to(arc),
        reached.total(i) + scaled(lattice, scales, arc),
        reached.acousticLn(i) + lattice.acousticLn(arc),
        reached.lmLn(i) + lattice.lmLn(arc));
  }

  /** Follows arcs without words, one pass in topological order; empties the work space. */
  Reached spreadOverEmptyArcs() {
    for (int node = members.nextSetBit(0); node >= 0; node = members.nextSetBit(node + 1)) {
      for (int arc = lattice.firstArc(node); arc < lattice.firstArc(node + 1); arc++) {
        if (lattice.wordId(arc) < 0) {
          add(
              lattice.to(arc),
              total[node] + scaled(lattice, scales, arc),
              acoustic[node] + lattice.acousticLn(arc),
              lm[node] + lattice.lmLn(arc));
        }
      }
    }
    int[] nodes = members.stream().toArray();
    Reached reached =
        new Reached(
            nodes, new double[nodes.length], new double[nodes.length], new double[nodes.length]);
    for (int i = 0; i < nodes.length; i++) {
      reached.totals()[i] = total[nodes[i]];
      reached.acoustic()[i] = acoustic[nodes[i]];
      reached.lm()[i] = lm[nodes[i]];
    }
    members.clear();
    return reached;
  }
}
