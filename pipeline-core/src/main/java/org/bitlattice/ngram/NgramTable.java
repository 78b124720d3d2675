package org.bitlattice.ngram;

import java.io.Serializable;
import java.util.Arrays;

/**
 * The n-grams of one order above 1 in primitive arrays: an entry is found by its context (the
 * entry's place in the next lower order's table, or the first word's id for 2-grams) and its last
 * word, through open addressing with linear probing. Places of entries never change.
 */
final class NgramTable implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final int LARGEST_SIZE = 1 << 28;

  private long[] keys;
  private float[] logProbabilities;
  private float[] backOffs;
  private int[] slots;
  private int size;

  /**
   * @param expected entries to make room for; more are taken in all the same
   */
  NgramTable(int expected) {
    int capacity = Math.max(16, Math.min(expected, 1 << 16));
    keys = new long[capacity];
    logProbabilities = new float[capacity];
    backOffs = new float[capacity];
    slots = new int[Integer.highestOneBit(capacity) * 4];
  }

  private static long key(int context, int word) {
    return ((long) context << 32) | word;
  }

  /** Place of an entry, or −1. */
  int find(int context, int word) {
    return slots[slot(key(context, word))] - 1;
  }

  /** The slot that holds a key, or the empty one where it would go; slots hold places plus 1. */
  private int slot(long key) {
    int mask = slots.length - 1;
    long mixed = key * 0x9E3779B97F4A7C15L;
    int at = (int) (mixed >>> 32) & mask;
    while (slots[at] != 0 && keys[slots[at] - 1] != key) {
      at = (at + 1) & mask;
    }
    return at;
  }

  /** Adds an entry that is not there yet and returns its place. */
  int add(int context, int word, float logProbability, float backOff) {
    if (size == keys.length) {
      resize(Math.min(size + (size >> 1), LARGEST_SIZE));
    }
    if (size * 3L > slots.length * 2L) {
      rehash(slots.length * 2);
    }
    keys[size] = key(context, word);
    logProbabilities[size] = logProbability;
    backOffs[size] = backOff;
    slots[slot(keys[size])] = size + 1;
    return size++;
  }

  private void resize(int capacity) {
    if (capacity <= size) {
      throw new IllegalArgumentException(
          "an n-gram model can hold at most %d n-grams of one order".formatted(LARGEST_SIZE));
    }
    keys = Arrays.copyOf(keys, capacity);
    logProbabilities = Arrays.copyOf(logProbabilities, capacity);
    backOffs = Arrays.copyOf(backOffs, capacity);
  }

  private void rehash(int length) {
    slots = new int[length];
    for (int place = 0; place < size; place++) {
      slots[slot(keys[place])] = place + 1;
    }
  }

  /** Gives back spare room. */
  void trim() {
    keys = Arrays.copyOf(keys, size);
    logProbabilities = Arrays.copyOf(logProbabilities, size);
    backOffs = Arrays.copyOf(backOffs, size);
  }

  /** Forgets the back-off weights, which the highest order has none of. */
  void dropBackOffs() {
    backOffs = new float[0];
  }

  /** Natural log; NaN for an entry that is only the context of longer ones. */
  float logProbability(int place) {
    return logProbabilities[place];
  }

  /** Natural log. */
  float backOff(int place) {
    return backOffs[place];
  }

  long bytes() {
    return 8L * keys.length
        + 4L * logProbabilities.length
        + 4L * backOffs.length
        + 4L * slots.length;
  }
}
