package org.bitlattice.bench;

import java.util.List;
import org.bitlattice.lattice.Lattice;
import org.bitlattice.lattice.LatticePath;

/**
 * What there is of one utterance.
 *
 * @param name its name
 * @param hypotheses its n-best list
 * @param lattice its lattice
 */
record RescoredUtterance(String name, List<LatticePath> hypotheses, Lattice lattice) {
  RescoredUtterance {
    hypotheses = List.copyOf(hypotheses);
  }

  /** Words and sentence ends of all hypotheses. */
  long words() {
    return hypotheses.stream().mapToLong(path -> path.words().size() + 1).sum();
  }

  /** Words and sentence ends when all hypotheses are padded to the longest. */
  long paddedPositions() {
    int longest = hypotheses.stream().mapToInt(path -> path.words().size()).max().orElse(0);
    return (longest + 1L) * hypotheses.size();
  }
}
