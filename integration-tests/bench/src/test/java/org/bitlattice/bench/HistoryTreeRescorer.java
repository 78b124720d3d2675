package org.bitlattice.bench;

import java.util.ArrayList;
import java.util.List;
import org.bitlattice.lm.scoring.LmScorer;
import org.bitlattice.lm.scoring.ScoredModel;
import org.bitlattice.lm.scoring.ScorerSettings;
import org.bitlattice.rescoring.ExpandedLattice;
import org.bitlattice.rescoring.HistoryForest;
import org.bitlattice.rescoring.LatticeExpansion;
import org.bitlattice.text.Vocabulary;

/** The product's way with n-best lists: one history tree for a batch of utterances. */
final class HistoryTreeRescorer implements Rescorer {
  private final Vocabulary vocabulary;
  private final LmScorer scorer;

  HistoryTreeRescorer(ScoredModel model, Vocabulary vocabulary, ScorerSettings settings) {
    this.vocabulary = vocabulary;
    this.scorer = LmScorer.open(model, vocabulary, settings);
  }

  static List<ExpandedLattice> expanded(List<RescoredUtterance> utterances, Vocabulary vocabulary) {
    List<ExpandedLattice> expanded = new ArrayList<>();
    for (RescoredUtterance utterance : utterances) {
      expanded.add(LatticeExpansion.ofNBest(utterance.name(), utterance.hypotheses(), vocabulary));
    }
    return expanded;
  }

  @Override
  public List<float[][]> score(List<RescoredUtterance> utterances) {
    List<ExpandedLattice> expanded = expanded(utterances, vocabulary);
    HistoryForest forest = HistoryForest.of(expanded);
    float[] nodeLn = scorer.logProbabilities(forest.tree());
    List<float[][]> result = new ArrayList<>();
    for (int u = 0; u < expanded.size(); u++) {
      result.add(alongChains(expanded.get(u), forest.scores(u, nodeLn)));
    }
    return result;
  }

  /** The scores of each chain's words and of its end. */
  private static float[][] alongChains(ExpandedLattice lattice, float[] nodeLn) {
    float[][] result = new float[lattice.firstArc(1)][];
    int[] depth = new int[lattice.treeNodes()];
    for (int node = 0; node < depth.length; node++) {
      int parent = lattice.treeParent(node);
      depth[node] = parent < 0 ? 1 : depth[parent] + 1;
    }
    for (int h = 0; h < result.length; h++) {
      int arc = h;
      while (lattice.to(arc) < lattice.states() - 1) {
        arc = lattice.firstArc(lattice.to(arc));
      }
      int node = lattice.treeNode(arc);
      result[h] = new float[depth[node]];
      for (int i = result[h].length - 1; i >= 0; i--) {
        result[h][i] = nodeLn[node];
        node = lattice.treeParent(node);
      }
    }
    return result;
  }

  @Override
  public void close() {
    scorer.close();
  }
}
