package org.bitlattice.bench;

import java.util.List;
import java.util.TreeSet;
import org.bitlattice.lattice.LatticePath;
import org.bitlattice.rescoring.ExpandedLattice;

/** Which word sequences an expanded lattice has. */
final class Coverage {
  private Coverage() {}

  /** Words and sentence ends of those hypotheses that are paths of a lattice. */
  static long words(ExpandedLattice lattice, List<LatticePath> hypotheses) {
    return hypotheses.stream()
        .filter(path -> covers(lattice, path.words()))
        .mapToLong(path -> path.words().size() + 1)
        .sum();
  }

  /** Whether some path has these words. */
  private static boolean covers(ExpandedLattice lattice, List<String> words) {
    TreeSet<Integer> states = withoutWords(lattice, new TreeSet<>(List.of(0)));
    for (String word : words) {
      TreeSet<Integer> next = new TreeSet<>();
      int id = lattice.wordTable().indexOf(word);
      for (int state : states) {
        for (int arc = lattice.firstArc(state); arc < lattice.firstArc(state + 1); arc++) {
          if (id >= 0 && lattice.wordId(arc) == id) {
            next.add(lattice.to(arc));
          }
        }
      }
      states = withoutWords(lattice, next);
    }
    return states.contains(lattice.states() - 1);
  }

  /** The states and those that arcs without a word lead to; arcs lead to later states only. */
  private static TreeSet<Integer> withoutWords(ExpandedLattice lattice, TreeSet<Integer> states) {
    for (Integer state = states.isEmpty() ? null : states.first();
        state != null;
        state = states.higher(state)) {
      for (int arc = lattice.firstArc(state); arc < lattice.firstArc(state + 1); arc++) {
        if (lattice.wordId(arc) < 0) {
          states.add(lattice.to(arc));
        }
      }
    }
    return states;
  }
}
