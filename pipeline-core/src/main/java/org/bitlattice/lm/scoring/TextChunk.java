package org.bitlattice.lm.scoring;

import java.util.Arrays;
import java.util.List;

/**
 * Some sentences of a text as a tree: a beginning that several sentences share is there once, with
 * the number of sentences that pass through each node. Every sentence ends in a node for the
 * boundary word.
 */
final class TextChunk {
  private final HistoryTree tree;
  private final int[] visits;
  private final long tokens;

  private TextChunk(HistoryTree tree, int[] visits, long tokens) {
    this.tree = tree;
    this.visits = visits;
    this.tokens = tokens;
  }

  /**
   * @throws IllegalArgumentException when a word id is outside the vocabulary, naming the sentence
   *     (counted from {@code firstSentence}) and the word
   */
  static TextChunk of(
      List<int[]> sentences, int firstSentence, int boundaryId, int vocabularySize) {
    HistoryTree.Builder builder = new HistoryTree.Builder();
    int[] visits = new int[16];
    long tokens = 0;
    for (int s = 0; s < sentences.size(); s++) {
      int[] sentence = sentences.get(s);
      int node = HistoryTree.START;
      for (int i = 0; i <= sentence.length; i++) {
        int word = i == sentence.length ? boundaryId : sentence[i];
        if (word < 0 || word >= vocabularySize) {
          throw new IllegalArgumentException(
              "word %d of sentence %d has the id %d; this model's ids are 0 to %d"
                  .formatted(i, firstSentence + s, word, vocabularySize - 1));
        }
        node = builder.add(node, word);
        if (node >= visits.length) {
          visits = Arrays.copyOf(visits, visits.length * 2);
        }
        visits[node]++;
      }
      tokens += sentence.length + 1L;
    }
    return new TextChunk(builder.build(), visits, tokens);
  }

  HistoryTree tree() {
    return tree;
  }

  /** Number of sentences that pass through a node. */
  int visits(int node) {
    return visits[node];
  }

  /** Words and sentence ends of all sentences. */
  long tokens() {
    return tokens;
  }
}
