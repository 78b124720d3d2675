package org.bitlattice.lattice;

/**
 * What the header of an OpenFst machine says of it: bit pairs, one for a property and one for its
 * contrary. Written are those that follow from one look at every arc, as OpenFst itself keeps them
 * while arcs are added and states sorted.
 */
final class KaldiProperties {
  private static final long EXPANDED_AND_MUTABLE = 0x3L;
  private static final long ACCEPTOR = 0x10000L;
  private static final long EPSILONS = 0x400000L;
  private static final long INPUT_EPSILONS = 0x1000000L;
  private static final long OUTPUT_EPSILONS = 0x4000000L;
  private static final long INPUT_SORTED = 0x10000000L;
  private static final long OUTPUT_SORTED = 0x40000000L;
  private static final long WEIGHTED = 0x100000000L;
  private static final long ACYCLIC = 0x800000000L;
  private static final long INITIAL_ACYCLIC = 0x2000000000L;
  private static final long TOPOLOGICALLY_SORTED = 0x4000000000L;

  private KaldiProperties() {}

  static long of(KaldiLattice lattice) {
    boolean acceptor = true;
    boolean epsilons = false;
    boolean inputEpsilons = false;
    boolean outputEpsilons = false;
    boolean inputSorted = true;
    boolean outputSorted = true;
    boolean weighted = false;
    boolean topological = true;
    for (int state = 0; state < lattice.states(); state++) {
      weighted |= lattice.isFinal(state) && !lattice.finals().isOne(state);
      for (int arc = lattice.firstArc(state); arc < lattice.firstArc(state + 1); arc++) {
        int input = lattice.inputLabel(arc);
        int output = lattice.wordLabel(arc);
        acceptor &= input == output;
        epsilons |= input == 0 && output == 0;
        inputEpsilons |= input == 0;
        outputEpsilons |= output == 0;
        boolean first = arc == lattice.firstArc(state);
        inputSorted &= first || lattice.inputLabel(arc - 1) <= input;
        outputSorted &= first || lattice.wordLabel(arc - 1) <= output;
        weighted |= !lattice.weights().isOne(arc);
        topological &= lattice.nextState(arc) > state;
      }
    }
    long properties = EXPANDED_AND_MUTABLE;
    properties |= either(acceptor, ACCEPTOR);
    properties |= either(epsilons, EPSILONS);
    properties |= either(inputEpsilons, INPUT_EPSILONS);
    properties |= either(outputEpsilons, OUTPUT_EPSILONS);
    properties |= either(inputSorted, INPUT_SORTED);
    properties |= either(outputSorted, OUTPUT_SORTED);
    properties |= either(weighted, WEIGHTED);
    // States in topological order cannot form a cycle; in another order they may, which is not
    // said.
    return topological ? properties | ACYCLIC | INITIAL_ACYCLIC | TOPOLOGICALLY_SORTED : properties;
  }

  /** The bit of a property, or that of its contrary, which is the next one. */
  private static long either(boolean holds, long bit) {
    return holds ? bit : bit << 1;
  }
}
