package org.bitlattice.text;

import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The closed word list of a language model. A word's id is its line in {@code vocabulary.txt},
 * counted from 0. Two words are special: the <em>boundary</em> word, which ends every sentence and
 * is also the first context of the next one, and the <em>unknown</em> word, which stands for every
 * word outside the list.
 */
public final class Vocabulary implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The sentence-boundary word of vocabularies that this project writes. */
  public static final String DEFAULT_BOUNDARY = "</s>";

  /** The unknown word of vocabularies that this project writes. */
  public static final String DEFAULT_UNKNOWN = "<unk>";

  private final String[] words;
  private final HashMap<String, Integer> ids;
  private final int boundary;
  private final int unknown;

  private Vocabulary(String[] words, HashMap<String, Integer> ids, int boundary, int unknown) {
    this.words = words;
    this.ids = ids;
    this.boundary = boundary;
    this.unknown = unknown;
  }

  /**
   * Builds a vocabulary whose ids follow the order of {@code words}, with the boundary word {@value
   * #DEFAULT_BOUNDARY} and the unknown word {@value #DEFAULT_UNKNOWN}.
   *
   * @param words distinct, non-empty words without white space, the two special ones among them
   * @param source where the words come from, for error messages
   * @throws IllegalArgumentException naming the source and the line when a word is blank, contains
   *     white space or stands twice, when a special word is missing, or when there is no word
   *     beside the special ones
   */
  public static Vocabulary of(List<String> words, String source) {
    HashMap<String, Integer> ids = new HashMap<>(words.size() * 2);
    for (int id = 0; id < words.size(); id++) {
      String word = words.get(id);
      if (word.isEmpty() || word.chars().anyMatch(Character::isWhitespace)) {
        throw new IllegalArgumentException(
            "%s:%d: \"%s\" is not a word: a vocabulary holds one word without white space a line"
                .formatted(source, id + 1, word));
      }
      Integer earlier = ids.putIfAbsent(word, id);
      if (earlier != null) {
        throw new IllegalArgumentException(
            "%s:%d: the word \"%s\" stands in line %d already; every word of a vocabulary is listed once"
                .formatted(source, id + 1, word, earlier + 1));
      }
    }
    int boundary = special(ids, DEFAULT_BOUNDARY, "sentence-boundary", source);
    int unknown = special(ids, DEFAULT_UNKNOWN, "unknown", source);
    if (words.size() < 3) {
      throw new IllegalArgumentException(
          "%s: a vocabulary needs at least one word beside %s and %s"
              .formatted(source, DEFAULT_BOUNDARY, DEFAULT_UNKNOWN));
    }
    return new Vocabulary(words.toArray(String[]::new), ids, boundary, unknown);
  }

  private static int special(Map<String, Integer> ids, String word, String role, String source) {
    Integer id = ids.get(word);
    if (id == null) {
      throw new IllegalArgumentException(
          "%s: the %s word %s is missing".formatted(source, role, word));
    }
    return id;
  }

  /** Number of words, the special ones included. */
  public int size() {
    return words.length;
  }

  /**
   * The word with an id.
   *
   * @throws IndexOutOfBoundsException when the id is not in [0, size)
   */
  public String word(int id) {
    return words[id];
  }

  /** All words in the order of their ids. */
  public List<String> words() {
    return List.of(words);
  }

  /** The id of a word, or {@link #unknownId()} for a word outside the vocabulary. */
  public int id(String word) {
    return ids.getOrDefault(word, unknown);
  }

  /** Whether the word itself, not only the unknown word, has an id. */
  public boolean contains(String word) {
    return ids.containsKey(word);
  }

  /** Id of the word that ends a sentence and starts the next one's context. */
  public int boundaryId() {
    return boundary;
  }

  /** Id of the word that stands for all words outside the vocabulary. */
  public int unknownId() {
    return unknown;
  }

  /** Ids of the words of a sentence, without boundary words. */
  public int[] ids(List<String> sentence) {
    return sentence.stream().mapToInt(this::id).toArray();
  }
}
