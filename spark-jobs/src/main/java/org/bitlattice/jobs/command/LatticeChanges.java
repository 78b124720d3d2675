package org.bitlattice.jobs.command;

import org.bitlattice.lattice.EmptyArcs;
import org.bitlattice.lattice.Lattice;
import org.bitlattice.lattice.PathScales;
import org.bitlattice.lattice.PosteriorPruning;
import picocli.CommandLine.Option;

/** What is taken from lattices before they are used. */
final class LatticeChanges {
  @Option(
      names = "--beam",
      paramLabel = "NATS",
      description =
          "Keeps arcs whose ln posterior is at least -NATS, and the best path. Posteriors are taken at the scales divided by the LM scale, as with Kaldi's acoustic scale.")
  private Double beam;

  @Option(
      names = "--remove-empty",
      description =
          "Removes arcs without words but for those into the end; every word sequence keeps its best path.")
  private boolean removeEmpty;

  boolean isNone() {
    return beam == null && !removeEmpty;
  }

  void check(LatticeOptions options) {
    if (beam != null && !(beam >= 0)) {
      throw options.wrong("--beam is %s; allowed are numbers of at least 0".formatted(beam));
    }
  }

  /** The lattice after both changes. */
  Lattice of(Lattice lattice, PathScales scales) {
    Lattice pruned =
        beam == null ? lattice : PosteriorPruning.of(lattice, scales.relativeToLanguage(), beam);
    return removeEmpty ? EmptyArcs.removed(pruned, scales) : pruned;
  }
}
