package org.bitlattice.lattice;

/** Multiplies the scores of a lattice. */
public final class LatticeScaling {
  private LatticeScaling() {}

  /**
   * The lattice with acoustic and language-model scores multiplied by the factors, and the
   * word-insertion score added to the language-model score of every arc with a word. The scales of
   * the result are 1, 1 and 0: what was recommended is now in the scores, if it was given here.
   */
  public static Lattice of(Lattice lattice, PathScales scales) {
    LatticeBuilder builder = new LatticeBuilder(lattice.utterance(), lattice.utterance());
    for (int node = 0; node < lattice.nodes(); node++) {
      builder.addNode(lattice.time(node));
    }
    for (int arc = 0; arc < lattice.arcs(); arc++) {
      double lm = scales.language() * lattice.lmLn(arc);
      builder.addArc(
          lattice.from(arc),
          lattice.to(arc),
          lattice.word(arc),
          scales.acoustic() * lattice.acousticLn(arc),
          lattice.wordId(arc) < 0 ? lm : lm + scales.wordInsertion());
    }
    return builder.build(lattice.start(), lattice.end());
  }
}
