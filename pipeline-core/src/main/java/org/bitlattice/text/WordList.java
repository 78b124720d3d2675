package org.bitlattice.text;

import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A list of words for a vocabulary, as a user gives it: UTF-8, one word a line, each once. The
 * words {@code <s>}, {@code </s>} and {@code <unk>} may stand in it and are ignored: a vocabulary
 * has its own.
 */
public final class WordList {
  private static final Set<String> SPECIAL =
      Set.of(
          SentenceParser.SENTENCE_START, Vocabulary.DEFAULT_BOUNDARY, Vocabulary.DEFAULT_UNKNOWN);

  private WordList() {}

  /** Whether a word is a boundary or the unknown word and so belongs to no list. */
  static boolean special(String word) {
    return SPECIAL.contains(word);
  }

  /**
   * Reads a list.
   *
   * @param in the list, which the caller closes
   * @param location name of the file, for error messages
   * @return the words in the order of the file, without special ones
   * @throws IllegalArgumentException naming file and line when a line holds no word, several words,
   *     a word that stands earlier, or bytes that are not UTF-8
   */
  public static List<String> read(InputStream in, String location) {
    ByteLines lines = new ByteLines(in, location);
    SentenceParser parser = new SentenceParser(LineFormat.WORDS, location);
    Map<String, Long> seen = new LinkedHashMap<>();
    for (byte[] bytes = lines.next(); bytes != null; bytes = lines.next()) {
      List<String> fields = parser.fields(bytes, bytes.length, lines.line());
      if (fields.size() != 1) {
        throw new IllegalArgumentException(
            "%s:%d: the line holds %d words; a word list has exactly one word a line"
                .formatted(location, lines.line(), fields.size()));
      }
      Long earlier = seen.putIfAbsent(fields.get(0), lines.line());
      if (earlier != null) {
        throw new IllegalArgumentException(
            "%s:%d: the word \"%s\" stands in line %d already; a word list names every word once"
                .formatted(location, lines.line(), fields.get(0), earlier));
      }
    }
    return seen.keySet().stream().filter(word -> !special(word)).toList();
  }
}
