package org.bitlattice.lattice;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Fewest errors e(v, j) of any path from the start to node v against the first j words of the
 * reference, for all v in topological order, and then one path that has them, found backwards. Time
 * is arcs times reference words.
 */
final class OracleSearch {
  private final Lattice lattice;
  private final int[] reference;
  private final int[] wordOf;
  private final ErrorRows rows;
  private final int[] firstEntering;
  private final int[] nextEntering;
  private final Deque<String> words = new ArrayDeque<>();
  private int substitutions;
  private int deletions;
  private int insertions;

  /** How a path goes on, best choice first among those with equal errors. */
  private enum Step {
    CORRECT,
    EMPTY,
    SUBSTITUTION,
    INSERTION,
    DELETION
  }

  private record Choice(Step step, int arc) {}

  OracleSearch(Lattice lattice, List<String> referenceWords) {
    this.lattice = lattice;
    Map<String, Integer> ids = new HashMap<>();
    this.reference = numbered(referenceWords, ids);
    this.wordOf = numbered(lattice.wordTable(), ids);
    this.rows = new ErrorRows(lattice.nodes(), reference.length);
    this.firstEntering = new int[lattice.nodes()];
    this.nextEntering = new int[lattice.arcs()];
    Arrays.fill(firstEntering, -1);
    for (int arc = lattice.arcs() - 1; arc >= 0; arc--) {
      nextEntering[arc] = firstEntering[lattice.to(arc)];
      firstEntering[lattice.to(arc)] = arc;
    }
  }

  private static int[] numbered(List<String> words, Map<String, Integer> ids) {
    int[] numbers = new int[words.size()];
    int place = 0;
    for (String word : words) {
      numbers[place++] = ids.computeIfAbsent(folded(word), w -> ids.size());
    }
    return numbers;
  }

  /** ASCII capitals as small letters; all else as it is. */
  private static String folded(String word) {
    StringBuilder folded = new StringBuilder(word);
    for (int i = 0; i < folded.length(); i++) {
      char c = folded.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        folded.setCharAt(i, (char) (c + 'a' - 'A'));
      }
    }
    return folded.toString();
  }

  OracleErrors run() {
    int[] row = new int[reference.length + 1];
    int[] before = new int[reference.length + 1];
    for (int node = lattice.start(); node <= lattice.end(); node++) {
      Arrays.fill(row, ErrorRows.UNREACHED);
      if (node == lattice.start()) {
        row[0] = 0;
      }
      for (int arc = firstEntering[node]; arc >= 0; arc = nextEntering[arc]) {
        if (rows.read(lattice.from(arc), before)) {
          follow(arc, before, row);
        }
      }
      for (int j = 1; j < row.length; j++) {
        row[j] = Math.min(row[j], row[j - 1] + 1);
      }
      rows.write(node, row);
    }
    traceBack(row, before);
    return new OracleErrors(substitutions, deletions, insertions, List.copyOf(words));
  }

  private void follow(int arc, int[] before, int[] row) {
    int id = lattice.wordId(arc);
    int step = id < 0 ? 0 : 1;
    row[0] = Math.min(row[0], before[0] + step);
    for (int j = 1; j < row.length; j++) {
      int fewest = before[j] + step;
      if (id >= 0) {
        fewest = Math.min(fewest, before[j - 1] + (wordOf[id] == reference[j - 1] ? 0 : 1));
      }
      row[j] = Math.min(row[j], fewest);
    }
  }

  private void traceBack(int[] row, int[] before) {
    int node = lattice.end();
    int j = reference.length;
    rows.read(node, row);
    while (node != lattice.start() || j > 0) {
      Choice choice = choice(node, j, row, before);
      switch (choice.step()) {
        case SUBSTITUTION -> substitutions++;
        case INSERTION -> insertions++;
        case DELETION -> deletions++;
        default -> {}
      }
      if (choice.step() != Step.EMPTY && choice.step() != Step.INSERTION) {
        j--;
      }
      if (choice.step() == Step.DELETION) {
        continue;
      }
      if (choice.step() != Step.EMPTY) {
        words.addFirst(lattice.word(choice.arc()));
      }
      node = lattice.from(choice.arc());
      rows.read(node, row);
    }
  }

  /** The best last step of a path with the fewest errors to a node against j reference words. */
  private Choice choice(int node, int j, int[] row, int[] before) {
    Choice best = new Choice(Step.DELETION, -1);
    for (int arc = firstEntering[node]; arc >= 0; arc = nextEntering[arc]) {
      if (rows.read(lattice.from(arc), before)) {
        Step step = step(arc, j, row[j], before);
        if (step.compareTo(best.step()) < 0) {
          best = new Choice(step, arc);
        }
      }
    }
    return best;
  }

  private Step step(int arc, int j, int errors, int[] before) {
    int id = lattice.wordId(arc);
    if (id < 0) {
      return before[j] == errors ? Step.EMPTY : Step.DELETION;
    }
    if (j > 0 && wordOf[id] == reference[j - 1]) {
      if (before[j - 1] == errors) {
        return Step.CORRECT;
      }
    } else if (j > 0 && before[j - 1] + 1 == errors) {
      return Step.SUBSTITUTION;
    }
    return before[j] + 1 == errors ? Step.INSERTION : Step.DELETION;
  }
}
