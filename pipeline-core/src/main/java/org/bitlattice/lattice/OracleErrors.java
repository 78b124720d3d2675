package org.bitlattice.lattice;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * The path of a lattice with the fewest word errors: each substitution, deletion and insertion
 * counts 1, words are compared with ASCII letters folded. A table of (lattice node, words of the
 * reference used up), filled in topological order; time and memory are proportional to (nodes +
 * arcs) × (reference words + 1).
 *
 * @param substitutions of the best path
 * @param deletions of the best path
 * @param insertions of the best path
 * @param words words of the best path
 */
public record OracleErrors(int substitutions, int deletions, int insertions, List<String> words) {
  private static final int SKIPPED_REFERENCE = -2;
  private static final int BEGINNING = -1;

  /** Copies the words. */
  public OracleErrors {
    words = List.copyOf(words);
  }

  /** Substitutions, deletions and insertions together. */
  public int errors() {
    return substitutions + deletions + insertions;
  }

  /**
   * The fewest errors against a reference.
   *
   * @throws LatticeException when the table would have more than 2³¹ cells
   */
  public static OracleErrors of(Lattice lattice, List<String> reference) {
    int columns = reference.size() + 1;
    if ((long) columns * lattice.nodes() > Integer.MAX_VALUE - 16) {
      throw new LatticeException(
          lattice.utterance(),
          lattice.utterance(),
          0,
          "%d nodes and %d reference words are too many for an oracle"
              .formatted(lattice.nodes(), reference.size()));
    }
    return new Table(lattice, reference, columns).path();
  }

  private static final class Table {
    private final Lattice lattice;
    private final int columns;
    private final boolean[][] same;
    private final int[] errors;
    private final int[] last;

    Table(Lattice lattice, List<String> reference, int columns) {
      this.lattice = lattice;
      this.columns = columns;
      this.same = new boolean[lattice.wordTable().size()][];
      List<String> folded = reference.stream().map(Table::folded).toList();
      for (int word = 0; word < same.length; word++) {
        String own = folded(lattice.wordTable().get(word));
        if (folded.contains(own)) {
          same[word] = new boolean[reference.size()];
          for (int i = 0; i < folded.size(); i++) {
            same[word][i] = folded.get(i).equals(own);
          }
        }
      }
      this.errors = new int[lattice.nodes() * columns];
      this.last = new int[errors.length];
      fill();
    }

    private static String folded(String word) {
      return word.chars().allMatch(c -> c < 128)
          ? word.toLowerCase(Locale.ROOT)
          : asciiFolded(word);
    }

    private static String asciiFolded(String word) {
      StringBuilder folded = new StringBuilder(word);
      for (int i = 0; i < folded.length(); i++) {
        char c = folded.charAt(i);
        folded.setCharAt(i, c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c);
      }
      return folded.toString();
    }

    private void fill() {
      Arrays.fill(errors, Integer.MAX_VALUE / 2);
      errors[lattice.start() * columns] = 0;
      last[lattice.start() * columns] = BEGINNING;
      for (int node = 0; node < lattice.nodes(); node++) {
        int row = node * columns;
        for (int i = 1; i < columns; i++) {
          if (errors[row + i - 1] + 1 < errors[row + i]) {
            errors[row + i] = errors[row + i - 1] + 1;
            last[row + i] = SKIPPED_REFERENCE;
          }
        }
        for (int arc = lattice.firstArc(node); arc < lattice.firstArc(node + 1); arc++) {
          follow(arc, row);
        }
      }
    }

    private void follow(int arc, int row) {
      int target = lattice.to(arc) * columns;
      int word = lattice.wordId(arc);
      for (int i = 0; i < columns; i++) {
        // An arc with a word is an insertion, or stands against the next reference word.
        offer(target + i, errors[row + i] + (word < 0 ? 0 : 1), arc);
        if (word >= 0 && i > 0) {
          boolean equal = same[word] != null && same[word][i - 1];
          offer(target + i, errors[row + i - 1] + (equal ? 0 : 1), arc);
        }
      }
    }

    private void offer(int cell, int count, int arc) {
      if (count < errors[cell]) {
        errors[cell] = count;
        last[cell] = arc;
      }
    }

    OracleErrors path() {
      int node = lattice.end();
      int used = columns - 1;
      int substitutions = 0;
      int deletions = 0;
      int insertions = 0;
      List<String> words = new ArrayList<>();
      while (last[node * columns + used] != BEGINNING) {
        int cell = node * columns + used;
        int arc = last[cell];
        if (arc == SKIPPED_REFERENCE) {
          deletions++;
          used--;
          continue;
        }
        int before = lattice.from(arc) * columns;
        int word = lattice.wordId(arc);
        if (word >= 0) {
          words.add(lattice.word(arc));
          boolean equal = used > 0 && same[word] != null && same[word][used - 1];
          if (used > 0 && errors[before + used - 1] + (equal ? 0 : 1) == errors[cell]) {
            substitutions += equal ? 0 : 1;
            used--;
          } else {
            insertions++;
          }
        }
        node = lattice.from(arc);
      }
      Collections.reverse(words);
      return new OracleErrors(substitutions, deletions, insertions, words);
    }
  }
}
