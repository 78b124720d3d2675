package org.bitlattice.lattice;

import java.util.Arrays;
import java.util.BitSet;

/** The part of a lattice that some of its arcs span. */
final class ArcSelection {
  private ArcSelection() {}

  /**
   * The lattice of those chosen arcs that lie on a path of chosen arcs from the start to the end,
   * and of their nodes, in the same order.
   *
   * @throws LatticeException when there is no such path
   */
  static Lattice connected(Lattice lattice, BitSet chosen) {
    BitSet ahead = new BitSet(lattice.nodes());
    ahead.set(lattice.start());
    for (int arc = chosen.nextSetBit(0); arc >= 0; arc = chosen.nextSetBit(arc + 1)) {
      if (ahead.get(lattice.from(arc))) {
        ahead.set(lattice.to(arc));
      }
    }
    BitSet onPath = new BitSet(lattice.nodes());
    onPath.set(lattice.end());
    for (int arc = chosen.length() - 1; arc >= 0; arc = chosen.previousSetBit(arc - 1)) {
      if (onPath.get(lattice.to(arc))) {
        onPath.set(lattice.from(arc));
      }
    }
    onPath.and(ahead);
    return spanned(lattice, chosen, onPath);
  }

  private static Lattice spanned(Lattice lattice, BitSet chosen, BitSet nodes) {
    LatticeBuilder builder = builder(lattice);
    int[] place = new int[lattice.nodes()];
    Arrays.fill(place, -1);
    for (int node = nodes.nextSetBit(0); node >= 0; node = nodes.nextSetBit(node + 1)) {
      place[node] = builder.addNode(lattice.time(node));
    }
    for (int arc = chosen.nextSetBit(0); arc >= 0; arc = chosen.nextSetBit(arc + 1)) {
      int from = place[lattice.from(arc)];
      int to = place[lattice.to(arc)];
      if (from >= 0 && to >= 0) {
        builder.addArc(from, to, lattice.word(arc), lattice.acousticLn(arc), lattice.lmLn(arc));
      }
    }
    return builder.build(place[lattice.start()], place[lattice.end()]);
  }

  /** A builder for a changed form of a lattice, which keeps its name and recommended scales. */
  static LatticeBuilder builder(Lattice lattice) {
    return new LatticeBuilder(lattice.utterance(), "utterance " + lattice.utterance())
        .scales(lattice.scales());
  }
}
