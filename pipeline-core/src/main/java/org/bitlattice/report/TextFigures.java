package org.bitlattice.report;

/**
 * A part of a text.
 *
 * @param part what it serves for, such as {@code dev}
 * @param sentences lines with a word
 * @param tokens words and sentence ends
 * @param unknownTokens those of them that are not in the vocabulary
 */
public record TextFigures(String part, long sentences, long tokens, long unknownTokens) {
  double unknownPercent() {
    return 100.0 * unknownTokens / tokens;
  }
}
