package org.bitlattice.text;

import java.io.Serializable;
import java.util.List;

/**
 * One line of a text corpus.
 *
 * @param line line number, counted from 1
 * @param id the utterance id, or the empty string where the {@link LineFormat} has none
 * @param words the words in order; none for an empty line, which is not a sentence
 */
public record Sentence(long line, String id, List<String> words) implements Serializable {
  /** Keeps an immutable copy of the words. */
  public Sentence {
    words = List.copyOf(words);
  }

  /** Whether the line holds no word. Such lines are counted and left out everywhere. */
  public boolean empty() {
    return words.isEmpty();
  }
}
