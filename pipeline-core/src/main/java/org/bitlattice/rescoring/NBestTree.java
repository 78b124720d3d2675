package org.bitlattice.rescoring;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.bitlattice.lm.scoring.HistoryTree;
import org.bitlattice.text.Vocabulary;

/**
 * The n-best lists of many utterances as one forest of word histories. Every hypothesis is a path
 * from an opening word to a sentence-end node, whose word is the boundary word. Hypotheses that
 * begin alike share nodes, across utterances too, because a sentence's history starts afresh. Words
 * outside the vocabulary are the unknown word, on the path and for the models.
 */
public final class NBestTree implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final float[] NO_SCORES = {};

  private final List<NBestList> lists;
  private final HistoryTree tree;

  /**
   * Hypothesis h of all, counted over utterances, owns pathNodes[pathStarts[h], pathStarts[h+1]).
   */
  private final int[] pathStarts;

  private final int[] pathNodes;

  /** Number, counted over utterances, of the first hypothesis of every utterance. */
  private final int[] firstHypotheses;

  private NBestTree(List<NBestList> lists, Vocabulary vocabulary) {
    this.lists = List.copyOf(lists);
    firstHypotheses = new int[lists.size() + 1];
    for (int u = 0; u < lists.size(); u++) {
      firstHypotheses[u + 1] = Math.addExact(firstHypotheses[u], lists.get(u).hypotheses().size());
    }
    pathStarts = new int[firstHypotheses[lists.size()] + 1];
    int h = 0;
    for (NBestList list : lists) {
      for (Hypothesis hypothesis : list.hypotheses()) {
        pathStarts[h + 1] = Math.addExact(pathStarts[h], hypothesis.words().size() + 1);
        h++;
      }
    }
    pathNodes = new int[pathStarts[h]];
    tree = grow(vocabulary);
  }

  private HistoryTree grow(Vocabulary vocabulary) {
    HistoryTree.Builder builder = new HistoryTree.Builder();
    int at = 0;
    for (NBestList list : lists) {
      for (Hypothesis hypothesis : list.hypotheses()) {
        int parent = HistoryTree.START;
        for (String word : hypothesis.words()) {
          int id = vocabulary.id(word);
          if (id == vocabulary.boundaryId()) {
            throw new IllegalArgumentException(
                "utterance %s has the boundary word %s inside the hypothesis \"%s\"; it only ends"
                    .concat(" sentences and is left out of hypotheses")
                    .formatted(list.utterance(), word, String.join(" ", hypothesis.words())));
          }
          parent = builder.add(parent, id);
          pathNodes[at++] = parent;
        }
        pathNodes[at++] = builder.add(parent, vocabulary.boundaryId());
      }
    }
    return builder.build();
  }

  /**
   * Builds the forest.
   *
   * @throws IllegalArgumentException naming the utterance when a hypothesis holds the boundary word
   */
  public static NBestTree of(List<NBestList> lists, Vocabulary vocabulary) {
    return new NBestTree(lists, vocabulary);
  }

  /** The forest that a network scores, each node once. */
  public HistoryTree tree() {
    return tree;
  }

  /** The n-best lists in the order in which they were given. */
  public List<NBestList> lists() {
    return lists;
  }

  /**
   * The nodes of a hypothesis: one for each word, then the one of the sentence end.
   *
   * @param utterance index of its list
   * @param hypothesis index in the list
   */
  public int[] path(int utterance, int hypothesis) {
    int h = firstHypotheses[utterance] + hypothesis;
    return Arrays.copyOfRange(pathNodes, pathStarts[h], pathStarts[h + 1]);
  }

  /** How many words and padded positions share a node. */
  public TreeSharing sharing() {
    long padded = 0;
    for (NBestList list : lists) {
      int longest = list.hypotheses().stream().mapToInt(h -> h.words().size()).max().orElse(0);
      padded += (long) list.hypotheses().size() * (longest + 1);
    }
    long ends =
        IntStream.range(1, pathStarts.length)
            .map(h -> pathNodes[pathStarts[h] - 1])
            .distinct()
            .count();
    return new TreeSharing(tree.nodes(), tree.nodes() - ends, pathNodes.length, padded);
  }

  /**
   * The utterances with the network's scores only.
   *
   * @param nodeLn ln P_nn of every node of {@link #tree()}
   * @throws IllegalArgumentException when the number of scores is not the number of nodes
   */
  public List<ScoredUtterance> scoredBy(float[] nodeLn) {
    return attached((u, h) -> alongPath(nodeLn, u, h), (u, h) -> NO_SCORES);
  }

  /** The utterances with an n-gram model's scores only. */
  public List<ScoredUtterance> scoredBy(NgramScorer ngram) {
    return attached((u, h) -> NO_SCORES, (u, h) -> alongPath(ngram, u, h));
  }

  /**
   * The utterances with the scores of both models.
   *
   * @param nodeLn ln P_nn of every node of {@link #tree()}
   * @param ngram the n-gram model, over the same vocabulary
   * @throws IllegalArgumentException when the number of scores is not the number of nodes
   */
  public List<ScoredUtterance> scoredBy(float[] nodeLn, NgramScorer ngram) {
    return attached((u, h) -> alongPath(nodeLn, u, h), (u, h) -> alongPath(ngram, u, h));
  }

  private List<ScoredUtterance> attached(PathScores network, PathScores ngram) {
    List<ScoredUtterance> scored = new ArrayList<>(lists.size());
    for (int u = 0; u < lists.size(); u++) {
      List<Hypothesis> hypotheses = lists.get(u).hypotheses();
      List<ScoredHypothesis> withScores = new ArrayList<>(hypotheses.size());
      for (int h = 0; h < hypotheses.size(); h++) {
        withScores.add(new ScoredHypothesis(hypotheses.get(h), network.at(u, h), ngram.at(u, h)));
      }
      scored.add(new ScoredUtterance(lists.get(u).utterance(), withScores));
    }
    return scored;
  }

  private float[] alongPath(float[] nodeLn, int utterance, int hypothesis) {
    if (nodeLn.length != tree.nodes()) {
      throw new IllegalArgumentException(
          "%d network scores do not fit a tree of %d nodes; every node has one"
              .formatted(nodeLn.length, tree.nodes()));
    }
    int[] path = path(utterance, hypothesis);
    float[] scores = new float[path.length];
    for (int i = 0; i < path.length; i++) {
      scores[i] = nodeLn[path[i]];
    }
    return scores;
  }

  private float[] alongPath(NgramScorer ngram, int utterance, int hypothesis) {
    int[] path = path(utterance, hypothesis);
    int[] words = new int[path.length - 1];
    for (int i = 0; i < words.length; i++) {
      words[i] = tree.word(path[i]);
    }
    double[] exact = ngram.logProbabilities(words);
    float[] scores = new float[exact.length];
    for (int i = 0; i < exact.length; i++) {
      scores[i] = (float) exact[i];
    }
    return scores;
  }

  @FunctionalInterface
  private interface PathScores {
    float[] at(int utterance, int hypothesis);
  }
}
