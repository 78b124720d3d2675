package org.bitlattice.lattice;

import java.util.Set;

/**
 * Which labels of a lattice are words. Boundaries, empty arcs, silence and noises are not: they
 * carry scores, but no word. {@code <unk>} is a word.
 */
final class WordLabels {
  private static final Set<String> NO_WORD =
      Set.of("!NULL", "!SENT_START", "!SENT_END", "<s>", "</s>", "<sil>", "<eps>", "<noise>");

  private WordLabels() {}

  /**
   * The word that a label stands for, or null when it stands for none. A pronunciation variant as
   * in {@code read(2)} is the word {@code read}.
   */
  static String word(String label) {
    if (NO_WORD.contains(label) || isNoise(label)) {
      return null;
    }
    String word = withoutVariant(label);
    return word.length() == label.length() || !NO_WORD.contains(word) ? word : null;
  }

  /** Noises as CMU Sphinx writes them: {@code [NOISE]} and {@code ++UH++}. */
  private static boolean isNoise(String label) {
    return (label.length() > 2 && label.startsWith("[") && label.endsWith("]"))
        || (label.length() > 4 && label.startsWith("++") && label.endsWith("++"));
  }

  private static String withoutVariant(String label) {
    int last = label.length() - 1;
    if (last < 3 || label.charAt(last) != ')') {
      return label;
    }
    int open = last - 1;
    while (open > 0 && label.charAt(open) >= '0' && label.charAt(open) <= '9') {
      open--;
    }
    return open > 0 && open < last - 1 && label.charAt(open) == '('
        ? label.substring(0, open)
        : label;
  }
}
