package org.bitlattice.rescoring;

import java.io.Serializable;

/**
 * An expanded lattice as a row of a table; see {@link ExpandedLattice}.
 *
 * @param position place of the utterance in its set, counted from 0
 * @param utterance its id
 * @param words the distinct words, separated by a space
 * @param firstArc first arc of every state, and the number of arcs
 * @param to state that each arc enters
 * @param word index of each arc's word, −1 for none
 * @param acousticLn acoustic score of each arc, natural log, unscaled
 * @param firstPassLn LM score of the first pass of each arc, natural log, unscaled
 * @param treeNode history-tree node that predicts each arc's word, −1 for none
 * @param treeParent node before each tree node, −1 for the sentence's beginning
 * @param treeWord vocabulary id of each tree node's word
 */
public record ExpandedLatticeRow(
    int position,
    String utterance,
    String words,
    int[] firstArc,
    int[] to,
    int[] word,
    double[] acousticLn,
    double[] firstPassLn,
    int[] treeNode,
    int[] treeParent,
    int[] treeWord)
    implements Serializable {

  void check(int wordCount) {
    int arcs = to.length;
    require(
        word.length == arcs
            && acousticLn.length == arcs
            && firstPassLn.length == arcs
            && treeNode.length == arcs
            && treeParent.length == treeWord.length,
        "its columns differ in length");
    require(
        firstArc.length >= 2 && firstArc[0] == 0 && firstArc[firstArc.length - 1] == arcs,
        "its states do not share out the arcs");
    for (int state = 0; state + 1 < firstArc.length; state++) {
      require(firstArc[state] <= firstArc[state + 1], "its states do not share out the arcs");
      for (int arc = firstArc[state]; arc < firstArc[state + 1]; arc++) {
        require(to[arc] > state && to[arc] < firstArc.length - 1, "an arc leads backwards or out");
        require(word[arc] >= -1 && word[arc] < wordCount, "a word id is out of range");
        require(
            treeNode[arc] >= -1 && treeNode[arc] < treeParent.length,
            "a tree node is out of range");
      }
    }
    for (int node = 0; node < treeParent.length; node++) {
      require(
          treeParent[node] >= -1 && treeParent[node] < node && treeWord[node] >= 0,
          "its history tree is not one");
    }
  }

  private void require(boolean holds, String reason) {
    if (!holds) {
      throw new IllegalArgumentException(
          "the stored lattice of utterance %s is damaged: %s".formatted(utterance, reason));
    }
  }
}
