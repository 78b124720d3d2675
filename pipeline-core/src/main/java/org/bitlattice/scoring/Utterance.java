package org.bitlattice.scoring;

import java.io.Serializable;
import java.util.List;

/**
 * The words of one utterance, as a line of a {@link TrnFile} holds them.
 *
 * <p>Three notations of NIST transcripts are refused, because they would have to change how errors
 * are counted: alternations <code>{ a / b }</code>, the null word {@code @} of alternations, and
 * optionally deletable words {@code (word)}.
 *
 * @param id non-empty, without ASCII white space or parentheses
 * @param words non-empty words without ASCII white space; none at all is allowed
 */
public record Utterance(String id, List<String> words) implements Serializable {
  /**
   * Checks id and words.
   *
   * @throws IllegalArgumentException naming the utterance when one of them is not allowed
   */
  public Utterance {
    if (id.isEmpty() || id.chars().anyMatch(c -> c == '(' || c == ')' || isSpace(c))) {
      throw new IllegalArgumentException(
          "\"%s\" is not an utterance id: ids have no white space or parentheses".formatted(id));
    }
    words = List.copyOf(words);
    for (String word : words) {
      String fault = fault(word);
      if (fault != null) {
        throw new IllegalArgumentException("utterance %s: \"%s\" %s".formatted(id, word, fault));
      }
    }
  }

  private static String fault(String word) {
    if (word.isEmpty() || word.chars().anyMatch(Utterance::isSpace)) {
      return "is not a word: words are not empty and have no white space";
    }
    if (word.indexOf('{') >= 0 || word.indexOf('}') >= 0) {
      return "belongs to an alternation { a / b }, which is not supported; write one of its"
          + " choices";
    }
    if (word.equals("@")) {
      return "is the null word of alternations, which are not supported; leave it out";
    }
    if (word.startsWith("(") && word.endsWith(")")) {
      return "is an optionally deletable word, which is not supported; write it without"
          + " parentheses or leave it out";
    }
    return null;
  }

  /** Whether a character separates words: ASCII white space, as in NIST's tools. */
  static boolean isSpace(int c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }
}
