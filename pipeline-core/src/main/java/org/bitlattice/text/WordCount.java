package org.bitlattice.text;

import java.io.Serializable;
import java.util.Comparator;

/**
 * How often a word stands in a text.
 *
 * @param word the word
 * @param count its occurrences
 */
public record WordCount(String word, long count) implements Serializable {
  /** Frequent words first, words of equal count in the order of their UTF-16 code units. */
  public static final Comparator<WordCount> BY_FREQUENCY = new ByFrequency();

  private static final class ByFrequency implements Comparator<WordCount>, Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public int compare(WordCount a, WordCount b) {
      int order = Long.compare(b.count, a.count);
      return order != 0 ? order : a.word.compareTo(b.word);
    }
  }
}
