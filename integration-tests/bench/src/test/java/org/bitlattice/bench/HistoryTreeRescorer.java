package org.bitlattice.bench;

import java.util.ArrayList;
import java.util.List;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.scoring.LmScorer;
import org.bitlattice.lm.scoring.ScorerSettings;
import org.bitlattice.rescoring.Hypothesis;
import org.bitlattice.rescoring.NBestList;
import org.bitlattice.rescoring.NBestTree;
import org.bitlattice.rescoring.ScoredHypothesis;
import org.bitlattice.rescoring.ScoredUtterance;
import org.bitlattice.text.Vocabulary;

/** The product's way with n-best lists: one history tree for a batch of utterances. */
final class HistoryTreeRescorer implements Rescorer {
  private final Vocabulary vocabulary;
  private final LmScorer scorer;

  HistoryTreeRescorer(LmWeights weights, Vocabulary vocabulary, ScorerSettings settings) {
    this.vocabulary = vocabulary;
    this.scorer = LmScorer.open(weights, vocabulary, settings);
  }

  @Override
  public List<float[][]> score(List<HypothesisList> utterances) {
    NBestTree tree = tree(utterances, vocabulary);
    List<float[][]> result = new ArrayList<>();
    for (ScoredUtterance utterance : tree.scoredBy(scorer.logProbabilities(tree.tree()))) {
      result.add(
          utterance.hypotheses().stream().map(ScoredHypothesis::networkLn).toArray(float[][]::new));
    }
    return result;
  }

  static NBestTree tree(List<HypothesisList> utterances, Vocabulary vocabulary) {
    List<NBestList> lists = new ArrayList<>();
    for (HypothesisList list : utterances) {
      List<Hypothesis> hypotheses =
          list.hypotheses().stream().map(words -> new Hypothesis(words, 0, 0)).toList();
      lists.add(new NBestList(list.utterance(), hypotheses));
    }
    return NBestTree.of(lists, vocabulary);
  }

  @Override
  public void close() {
    scorer.close();
  }
}
