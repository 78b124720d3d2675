package org.bitlattice.jobs.prepare;

import java.io.Serializable;
import org.bitlattice.text.SentenceOrder;

/**
 * Where a training sentence goes: its shard, and its place among the shard's sentences.
 *
 * @param shard shard, counted from 0
 * @param key sorts the sentences of a shard, as a signed number
 * @param line line number, which breaks ties
 */
record SentencePlace(int shard, long key, long line)
    implements Serializable, Comparable<SentencePlace> {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  /**
   * The place of a sentence; depends on the arguments alone.
   *
   * @param line line number, counted from 1
   * @param lines number of lines of the text
   */
  static SentencePlace of(SentenceOrder order, long seed, int shards, long line, long lines) {
    return switch (order) {
      case AS_IS -> new SentencePlace((int) ((line - 1) * shards / lines), line, line);
      case SHUFFLED -> {
        long hash = mix(mix(seed + GOLDEN) + line * GOLDEN);
        int shard = (int) Long.remainderUnsigned(hash, shards);
        yield new SentencePlace(shard, mix(hash + GOLDEN), line);
      }
    };
  }

  /** The 64-bit finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014; variant 13). */
  static long mix(long z) {
    long mixed = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }

  @Override
  public int compareTo(SentencePlace other) {
    int byShard = Integer.compare(shard, other.shard);
    int byKey = byShard != 0 ? byShard : Long.compare(key, other.key);
    return byKey != 0 ? byKey : Long.compare(line, other.line);
  }
}
