package org.bitlattice.text;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Chooses the words of a vocabulary and their order: the boundary word, the unknown word, then the
 * others by falling training count, ties by word. So id order is frequency order, which row blocks
 * of embedding and output matrices rely on.
 */
public final class VocabularyBuilder {
  /** Fewest words beside the special ones that make a language model worth training. */
  public static final int MINIMUM_WORDS = 2;

  private VocabularyBuilder() {}

  /**
   * The vocabulary of the frequent words of a text. The special words are never counted.
   *
   * @param counts each word of the training text once, in any order
   * @param settings smallest count and largest size; its word list is not looked at
   * @param source name of the text, for error messages
   * @throws IllegalArgumentException when fewer than {@value #MINIMUM_WORDS} words remain
   */
  public static Vocabulary fromCounts(
      Collection<WordCount> counts, VocabularySettings settings, String source) {
    List<WordCount> chosen =
        counts.stream()
            .filter(c -> c.count() >= settings.minimumCount() && !WordList.special(c.word()))
            .sorted(WordCount.BY_FREQUENCY)
            .limit(settings.maximumWords() == 0 ? Long.MAX_VALUE : settings.maximumWords())
            .toList();
    if (chosen.size() < MINIMUM_WORDS) {
      throw new IllegalArgumentException(
          ("%s: %d words occur at least %d times; a vocabulary needs at least %d words"
                  + " beside %s and %s (corpus.minimum-count, corpus.maximum-words)")
              .formatted(
                  source,
                  chosen.size(),
                  settings.minimumCount(),
                  MINIMUM_WORDS,
                  Vocabulary.DEFAULT_BOUNDARY,
                  Vocabulary.DEFAULT_UNKNOWN));
    }
    return vocabulary(chosen, source);
  }

  /**
   * The vocabulary of a given word list, all of it and nothing else, in frequency order.
   *
   * @param words the list, as {@link WordList#read} gives it
   * @param counts training counts of at least those of its words that occur; others are ignored
   * @param source name of the list, for error messages
   * @throws IllegalArgumentException when the list holds fewer than {@value #MINIMUM_WORDS} words
   */
  public static Vocabulary fromList(
      List<String> words, Collection<WordCount> counts, String source) {
    Map<String, Long> known = new HashMap<>();
    counts.forEach(c -> known.put(c.word(), c.count()));
    List<WordCount> chosen =
        words.stream()
            .filter(word -> !WordList.special(word))
            .map(word -> new WordCount(word, known.getOrDefault(word, 0L)))
            .sorted(WordCount.BY_FREQUENCY)
            .toList();
    if (chosen.size() < MINIMUM_WORDS) {
      throw new IllegalArgumentException(
          "%s: the list holds %d words; a vocabulary needs at least %d words beside %s and %s"
              .formatted(
                  source,
                  chosen.size(),
                  MINIMUM_WORDS,
                  Vocabulary.DEFAULT_BOUNDARY,
                  Vocabulary.DEFAULT_UNKNOWN));
    }
    return vocabulary(chosen, source);
  }

  private static Vocabulary vocabulary(List<WordCount> ordered, String source) {
    List<String> words = new ArrayList<>(ordered.size() + 2);
    words.add(Vocabulary.DEFAULT_BOUNDARY);
    words.add(Vocabulary.DEFAULT_UNKNOWN);
    ordered.forEach(c -> words.add(c.word()));
    return Vocabulary.of(words, source);
  }
}
