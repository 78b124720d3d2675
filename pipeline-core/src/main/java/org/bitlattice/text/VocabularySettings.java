package org.bitlattice.text;

import java.util.Optional;

/**
 * Which words a vocabulary holds.
 *
 * @param file word list to take as it is, or empty to choose words by their training count
 * @param minimumCount smallest training count of a chosen word, at least 1
 * @param maximumWords most words beside the special ones, the frequent ones first; 0 for no limit
 */
public record VocabularySettings(Optional<String> file, int minimumCount, int maximumWords) {
  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException naming the config key
   */
  public VocabularySettings {
    CorpusSettings.atLeast("corpus.minimum-count", minimumCount, 1);
    CorpusSettings.atLeast("corpus.maximum-words", maximumWords, 0);
  }

  /** All words that occur at least {@code minimumCount} times. */
  public static VocabularySettings counted(int minimumCount) {
    return new VocabularySettings(Optional.empty(), minimumCount, 0);
  }

  /** The words of a list. */
  public static VocabularySettings listed(String file) {
    return new VocabularySettings(Optional.of(file), 1, 0);
  }
}
