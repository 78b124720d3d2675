package org.bitlattice.rescoring;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.bitlattice.lm.scoring.HistoryTree;

/**
 * A lattice, or an n-best list, in which every state has one word history. States are numbered
 * topologically; the start is state 0 and every path ends in the last state. An arc carries the
 * unscaled scores of the first pass, and the node of the utterance's history tree that predicts its
 * word; the arc into the last state stands for the sentence end and is predicted by a node of the
 * boundary word. Immutable, natural logarithms.
 */
public final class ExpandedLattice implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The tree node of an arc without a word, which nothing predicts. */
  public static final int NO_NODE = -1;

  private final String utterance;
  private final String[] words;
  private final int[] firstArc;
  private final int[] to;
  private final int[] word;
  private final double[] acoustic;
  private final double[] firstPass;
  private final int[] treeNode;
  private final int[] treeParent;
  private final int[] treeWord;

  /** Takes over checked arrays. */
  ExpandedLattice(String utterance, String[] words, int[] firstArc, Arcs arcs, Tree tree) {
    this.utterance = utterance;
    this.words = words;
    this.firstArc = firstArc;
    this.to = arcs.to();
    this.word = arcs.word();
    this.acoustic = arcs.acoustic();
    this.firstPass = arcs.firstPass();
    this.treeNode = arcs.treeNode();
    this.treeParent = tree.parent();
    this.treeWord = tree.word();
  }

  record Arcs(int[] to, int[] word, double[] acoustic, double[] firstPass, int[] treeNode) {}

  record Tree(int[] parent, int[] word) {
    static Tree of(HistoryTree tree) {
      int[] parent = new int[tree.nodes()];
      int[] word = new int[tree.nodes()];
      for (int node = 0; node < parent.length; node++) {
        parent[node] = tree.parent(node);
        word[node] = tree.word(node);
      }
      return new Tree(parent, word);
    }
  }

  /** Name of the utterance. */
  public String utterance() {
    return utterance;
  }

  /** Number of states. */
  public int states() {
    return firstArc.length - 1;
  }

  /** Number of arcs. */
  public int arcs() {
    return to.length;
  }

  /** The first arc that leaves a state; those of state s are [firstArc(s), firstArc(s + 1)). */
  public int firstArc(int state) {
    return firstArc[state];
  }

  /** The state that an arc enters. */
  public int to(int arc) {
    return to[arc];
  }

  /** Index of an arc's word in {@link #wordTable()}, −1 when it carries none. */
  public int wordId(int arc) {
    return word[arc];
  }

  /** The distinct words. */
  public List<String> wordTable() {
    return Collections.unmodifiableList(Arrays.asList(words));
  }

  /** Acoustic log likelihood of an arc, unscaled. */
  public double acousticLn(int arc) {
    return acoustic[arc];
  }

  /** LM score of the first pass of an arc, unscaled. */
  public double firstPassLn(int arc) {
    return firstPass[arc];
  }

  /** The tree node that predicts an arc's word or the sentence end, or {@link #NO_NODE}. */
  public int treeNode(int arc) {
    return treeNode[arc];
  }

  /** Number of nodes of the history tree. */
  public int treeNodes() {
    return treeParent.length;
  }

  /** The tree node before a node, {@link HistoryTree#START} for the first word of a sentence. */
  public int treeParent(int node) {
    return treeParent[node];
  }

  /** Vocabulary id of the word that a tree node predicts. */
  public int treeWord(int node) {
    return treeWord[node];
  }

  /**
   * An n-gram model's score of every tree node's word after its history.
   *
   * @param order the model's order: it is given at most order − 1 words of a history
   * @return natural logarithms, one for each tree node
   */
  public float[] ngramScores(NgramScorer model, int order) {
    int[] known = new int[treeParent.length];
    float[] scores = new float[treeParent.length];
    for (int node = 0; node < scores.length; node++) {
      int parent = treeParent[node];
      known[node] = parent == HistoryTree.START ? 0 : Math.min(order - 1, known[parent] + 1);
      int[] history = new int[known[node]];
      for (int i = history.length - 1; i >= 0; i--) {
        history[i] = treeWord[parent];
        parent = treeParent[parent];
      }
      scores[node] = (float) model.logProbability(history, treeWord[node]);
    }
    return scores;
  }

  /** This lattice as a row of a table. */
  public ExpandedLatticeRow toRow(int position) {
    return new ExpandedLatticeRow(
        position,
        utterance,
        String.join(" ", words),
        firstArc,
        to,
        word,
        acoustic,
        firstPass,
        treeNode,
        treeParent,
        treeWord);
  }

  /**
   * The lattice of a row.
   *
   * @throws IllegalArgumentException when the columns do not fit together
   */
  public static ExpandedLattice fromRow(ExpandedLatticeRow row) {
    String[] words = row.words().isEmpty() ? new String[0] : row.words().split(" ");
    row.check(words.length);
    return new ExpandedLattice(
        row.utterance(),
        words,
        row.firstArc(),
        new Arcs(row.to(), row.word(), row.acousticLn(), row.firstPassLn(), row.treeNode()),
        new Tree(row.treeParent(), row.treeWord()));
  }
}
