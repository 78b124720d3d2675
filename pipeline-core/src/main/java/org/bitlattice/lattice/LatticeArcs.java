package org.bitlattice.lattice;

/** Makes lattices out of some arcs of another one. */
final class LatticeArcs {
  private LatticeArcs() {}

  /** The lattice of those kept arcs, and their nodes, that lie on a path from start to end. */
  static Lattice connected(Lattice lattice, boolean[] kept) {
    boolean[] reached = new boolean[lattice.nodes()];
    boolean[] leading = new boolean[lattice.nodes()];
    reached[lattice.start()] = true;
    leading[lattice.end()] = true;
    for (int arc = 0; arc < kept.length; arc++) {
      if (kept[arc] && reached[lattice.from(arc)]) {
        reached[lattice.to(arc)] = true;
      }
    }
    for (int arc = kept.length - 1; arc >= 0; arc--) {
      if (kept[arc] && leading[lattice.to(arc)]) {
        leading[lattice.from(arc)] = true;
      }
    }
    LatticeBuilder builder =
        new LatticeBuilder(lattice.utterance(), lattice.utterance()).scales(lattice.scales());
    int[] number = new int[lattice.nodes()];
    for (int node = 0; node < number.length; node++) {
      boolean used = reached[node] && leading[node];
      number[node] = used ? builder.addNode(lattice.time(node)) : -1;
    }
    for (int arc = 0; arc < kept.length; arc++) {
      int from = number[lattice.from(arc)];
      int to = number[lattice.to(arc)];
      if (kept[arc] && from >= 0 && to >= 0) {
        builder.addArc(from, to, lattice.word(arc), lattice.acousticLn(arc), lattice.lmLn(arc));
      }
    }
    return builder.build(number[lattice.start()], number[lattice.end()]);
  }
}
