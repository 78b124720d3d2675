package org.bitlattice.text;

/**
 * How training text is cut.
 *
 * @param length targets of a segment, at least 1
 * @param order order of the sentences
 * @param shards number of token streams the text is dealt out to; part of the result, so a setting
 *     and not the number of workers
 */
public record SegmentSettings(int length, SentenceOrder order, int shards) {
  /** Most shards that a corpus may have. */
  public static final int MAXIMUM_SHARDS = 65_536;

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException naming the config key
   */
  public SegmentSettings {
    CorpusSettings.atLeast("corpus.segment-length", length, 1);
    CorpusSettings.atLeast("corpus.shards", shards, 1);
    if (shards > MAXIMUM_SHARDS) {
      throw new IllegalArgumentException(
          "corpus.shards is %d; at most %d are allowed".formatted(shards, MAXIMUM_SHARDS));
    }
  }
}
