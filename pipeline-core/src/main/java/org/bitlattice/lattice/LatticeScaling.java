package org.bitlattice.lattice;

/** Lattices with other scores or other recommended scales, and the same graph. */
public final class LatticeScaling {
  private LatticeScaling() {}

  /**
   * The lattice with the scales worked into its scores: acoustic·acoustic, and language·LM plus the
   * word-insertion score on every arc with a word and, for the sentence end, on every arc that
   * enters the end. A path's score without further scales is then what it was with them. The result
   * recommends no scales.
   *
   * @throws LatticeException when a scaled score is not finite
   */
  public static Lattice applied(Lattice lattice, PathScales scales) {
    LatticeBuilder builder = ArcSelection.builder(lattice).scales(PathScales.UNSCALED);
    for (int node = 0; node < lattice.nodes(); node++) {
      builder.addNode(lattice.time(node));
    }
    for (int arc = 0; arc < lattice.arcs(); arc++) {
      int words = (lattice.wordId(arc) < 0 ? 0 : 1) + (lattice.to(arc) == lattice.end() ? 1 : 0);
      builder.addArc(
          lattice.from(arc),
          lattice.to(arc),
          lattice.word(arc),
          scales.acoustic() * lattice.acousticLn(arc),
          scales.language() * lattice.lmLn(arc) + words * scales.wordInsertion());
    }
    return builder.build(lattice.start(), lattice.end());
  }

  /** The lattice with the same scores, recommending other scales. */
  public static Lattice recommending(Lattice lattice, PathScales scales) {
    return lattice.scales().equals(scales) ? lattice : lattice.withScales(scales);
  }
}
