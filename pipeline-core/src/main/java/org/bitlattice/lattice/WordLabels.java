package org.bitlattice.lattice;

import java.io.Serializable;
import java.util.Collection;
import java.util.Set;

/**
 * Which labels of a lattice are words. Boundaries, empty arcs, silence and noises are not: they
 * carry scores, but no word. {@code <unk>} is a word.
 */
public final class WordLabels implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final Set<String> BOUNDARIES = Set.of("<s>", "</s>", "!SENT_START", "!SENT_END");

  /**
   * Boundaries, noises in brackets, {@code !NULL}, {@code <eps>}, {@code <sil>}, {@code <noise>}.
   */
  public static final WordLabels DEFAULT = of(Set.of("!NULL", "<eps>", "<sil>", "<noise>"));

  private final Set<String> fillers;

  private WordLabels(Set<String> fillers) {
    this.fillers = fillers;
  }

  /**
   * Labels that stand for no word, beside boundaries and noises as CMU Sphinx writes them ({@code
   * [NOISE]}, {@code ++UH++}).
   */
  public static WordLabels of(Collection<String> fillers) {
    return new WordLabels(Set.copyOf(fillers));
  }

  /**
   * The word that a label stands for, or null when it stands for none. A pronunciation variant as
   * in {@code read(2)} is the word {@code read}.
   */
  public String word(String label) {
    if (isNoWord(label) || isNoise(label)) {
      return null;
    }
    String word = withoutVariant(label);
    return word.length() == label.length() || !isNoWord(word) ? word : null;
  }

  private boolean isNoWord(String label) {
    return BOUNDARIES.contains(label) || fillers.contains(label);
  }

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
