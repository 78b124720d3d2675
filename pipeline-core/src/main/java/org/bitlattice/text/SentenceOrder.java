package org.bitlattice.text;

/** How the training sentences follow each other in the token streams that segments are cut from. */
public enum SentenceOrder {
  /** As in the file; every shard is one contiguous range of lines. */
  AS_IS,
  /**
   * A pseudo-random shard and place for every sentence, decided by the seed and its line number.
   */
  SHUFFLED
}
