package org.bitlattice.lm.scoring;

import java.io.Serializable;
import java.util.Arrays;

/**
 * A forest of word histories, the one data structure that a network scores. Node i stands for
 * <em>word(i) predicted after the path to its parent</em>; a parent of {@value #START} means the
 * history that holds the boundary word only. A sentence end is a node whose word is the boundary
 * word. Every parent has a smaller index than its children, and no two children of one parent have
 * the same word, so that each history is there once.
 */
public final class HistoryTree implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The parent of words that open a sentence. */
  public static final int START = -1;

  private final int[] parents;
  private final int[] words;
  private final int[] depths;

  private HistoryTree(int[] parents, int[] words) {
    this.parents = parents;
    this.words = words;
    this.depths = new int[parents.length];
    for (int node = 0; node < parents.length; node++) {
      depths[node] = parents[node] == START ? 0 : depths[parents[node]] + 1;
    }
  }

  /** Number of nodes, which is the number of words to be predicted. */
  public int nodes() {
    return words.length;
  }

  /** The node before {@code node}, or {@link #START}. */
  public int parent(int node) {
    return parents[node];
  }

  /** Id of the word that the node predicts. */
  public int word(int node) {
    return words[node];
  }

  /** Number of words between the boundary word that opens the history and the node's own word. */
  public int depth(int node) {
    return depths[node];
  }

  /**
   * @throws IllegalArgumentException naming the first node whose word is outside the vocabulary
   */
  void requireWordsBelow(int vocabularySize) {
    for (int node = 0; node < words.length; node++) {
      if (words[node] >= vocabularySize) {
        throw new IllegalArgumentException(
            "node %d of a history tree has the word id %d; this model's ids are 0 to %d"
                .formatted(node, words[node], vocabularySize - 1));
      }
    }
  }

  /** Grows a tree; adding the same word to the same parent twice gives one node. */
  public static final class Builder {
    private static final int EMPTY = -1;

    private int size;
    private int[] parents = new int[16];
    private int[] words = new int[16];

    /** Open hash table of nodes by (parent, word), at most half full. */
    private int[] slots = emptySlots(64);

    /**
     * The node for {@code word} after {@code parent}, made when it is not there yet.
     *
     * @param parent a node of this tree, or {@link #START}
     * @param word a word id, 0 or above
     * @throws IllegalArgumentException when the parent is not there yet or the word is negative
     */
    public int add(int parent, int word) {
      if (parent < START || parent >= size) {
        throw new IllegalArgumentException(
            "a node cannot be added below node %d; the tree has the nodes %d to %d"
                .formatted(parent, START, size - 1));
      }
      if (word < 0) {
        throw new IllegalArgumentException(
            "a node cannot be added for the word id %d; word ids are 0 or above".formatted(word));
      }
      int slot = slot(parent, word);
      if (slots[slot] == EMPTY) {
        slots[slot] = append(parent, word);
        int node = slots[slot];
        if (size * 2L > slots.length) {
          rehash();
        }
        return node;
      }
      return slots[slot];
    }

    /** Number of nodes so far. */
    public int nodes() {
      return size;
    }

    /** The tree of all nodes added so far. */
    public HistoryTree build() {
      return new HistoryTree(Arrays.copyOf(parents, size), Arrays.copyOf(words, size));
    }

    private int append(int parent, int word) {
      if (size == parents.length) {
        int larger = Math.multiplyExact(size, 2);
        parents = Arrays.copyOf(parents, larger);
        words = Arrays.copyOf(words, larger);
      }
      parents[size] = parent;
      words[size] = word;
      return size++;
    }

    private int slot(int parent, int word) {
      long key = ((long) parent << 32 | word) * 0x9E3779B97F4A7C15L;
      int slot = (int) (key >>> 33) & slots.length - 1;
      while (slots[slot] != EMPTY
          && (parents[slots[slot]] != parent || words[slots[slot]] != word)) {
        slot = slot + 1 & slots.length - 1;
      }
      return slot;
    }

    private void rehash() {
      slots = emptySlots(Math.multiplyExact(slots.length, 2));
      for (int node = 0; node < size; node++) {
        slots[slot(parents[node], words[node])] = node;
      }
    }

    private static int[] emptySlots(int length) {
      int[] slots = new int[length];
      Arrays.fill(slots, EMPTY);
      return slots;
    }
  }
}
