package org.bitlattice.lattice;

/**
 * Makes a Kaldi lattice of a lattice: its nodes that lie on a path in their order, so that the
 * start is state 0; costs are negative scores. Where a node has one arc without a word into the
 * end, its scores become the node's final weight; other arcs into the end lead to a final state of
 * their own.
 */
final class KaldiExport {
  private final Lattice lattice;
  private final WordSymbols symbols;
  private final LatticeScores counts;
  private final KaldiLatticeBuilder builder = new KaldiLatticeBuilder(KaldiLattice.Kind.COMPACT);
  private final int[] state;
  private final int[] endings;

  KaldiExport(Lattice lattice, WordSymbols symbols) {
    this.lattice = lattice;
    this.symbols = symbols;
    this.counts = LatticeScores.best(lattice, new PathScales(0, 0, 0));
    this.state = new int[lattice.nodes()];
    this.endings = new int[lattice.nodes()];
  }

  KaldiLattice run() {
    boolean endIsState = countEndings();
    int states = 0;
    for (int node = lattice.start(); node <= lattice.end(); node++) {
      boolean kept = isOnPath(node) && (node != lattice.end() || endIsState);
      state[node] = kept ? states++ : -1;
    }
    builder.state(states - 1);
    builder.start(0);
    for (int arc = lattice.firstArc(lattice.start()); arc < lattice.arcs(); arc++) {
      if (isOnPath(lattice.from(arc)) && isOnPath(lattice.to(arc))) {
        add(arc);
      }
    }
    if (endIsState) {
      builder.finalOf(state[lattice.end()]).add(0, 0);
    }
    return builder.build();
  }

  private boolean isOnPath(int node) {
    return counts.forward(node) == 0 && counts.backward(node) == 0;
  }

  /** Counts the wordless arcs into the end; whether some arc needs the end as a state. */
  private boolean countEndings() {
    boolean needed = lattice.start() == lattice.end();
    for (int arc = 0; arc < lattice.arcs(); arc++) {
      if (lattice.to(arc) == lattice.end() && isOnPath(lattice.from(arc))) {
        needed |= lattice.wordId(arc) >= 0 || endings[lattice.from(arc)]++ > 0;
      }
    }
    return needed;
  }

  private void add(int arc) {
    int from = lattice.from(arc);
    float graph = cost(lattice.lmLn(arc));
    float acoustic = cost(lattice.acousticLn(arc));
    int label = label(arc);
    if (label == WordSymbols.EPSILON && lattice.to(arc) == lattice.end() && endings[from] == 1) {
      builder.finalOf(state[from]).add(graph, acoustic);
      return;
    }
    builder.weights().add(graph, acoustic);
    builder.arcAt(builder.arcs() - 1, state[from], label, label, state[lattice.to(arc)]);
  }

  /** Subtracted from zero, so that a score of 0 is not a cost of −0. */
  private static float cost(double scoreLn) {
    return (float) (0 - scoreLn);
  }

  private int label(int arc) {
    if (lattice.wordId(arc) < 0) {
      return WordSymbols.EPSILON;
    }
    int id = symbols.id(lattice.word(arc));
    if (id <= WordSymbols.EPSILON) {
      throw bad(
          "the word \"%s\" is not in the symbol table, which has %d words"
              .formatted(lattice.word(arc), symbols.size()));
    }
    return id;
  }

  private LatticeException bad(String reason) {
    String utterance = lattice.utterance();
    return new LatticeException(utterance, "utterance " + utterance, 0, reason);
  }
}
