package org.bitlattice.text;

/**
 * The text of an experiment and how it becomes token ids. Paths are any that Hadoop can open, text
 * is plain or compressed by a codec that Hadoop knows by the file's name ({@code .gz}).
 *
 * @param train training text
 * @param dev text that decisions are made on
 * @param eval text that is only reported on
 * @param lineFormat what a line of all three holds
 * @param vocabulary which words the language model knows
 * @param segments how the training text is cut
 */
public record CorpusSettings(
    String train,
    String dev,
    String eval,
    LineFormat lineFormat,
    VocabularySettings vocabulary,
    SegmentSettings segments) {

  static void atLeast(String key, int value, int smallest) {
    if (value < smallest) {
      throw new IllegalArgumentException(
          "%s is %d; at least %d is needed".formatted(key, value, smallest));
    }
  }
}
