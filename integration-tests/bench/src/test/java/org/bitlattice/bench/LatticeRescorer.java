package org.bitlattice.bench;

import java.util.ArrayList;
import java.util.List;
import org.bitlattice.lattice.Lattice;
import org.bitlattice.lattice.PathScales;
import org.bitlattice.lattice.PosteriorPruning;
import org.bitlattice.lm.scoring.LmScorer;
import org.bitlattice.lm.scoring.ScoredModel;
import org.bitlattice.lm.scoring.ScorerSettings;
import org.bitlattice.rescoring.ExpandedLattice;
import org.bitlattice.rescoring.HistoryForest;
import org.bitlattice.rescoring.LatticeExpansion;
import org.bitlattice.text.Vocabulary;

/**
 * The product's way with lattices: pruned, expanded to word histories, one history tree for a batch
 * of utterances. An utterance's result is one row, the scores of its tree's nodes.
 */
final class LatticeRescorer implements Rescorer {
  private final Pruning pruning;
  private final Vocabulary vocabulary;
  private final LmScorer scorer;

  /**
   * What is kept of a lattice.
   *
   * @param ngramOrder {@code rescoring.ngram-order}
   * @param beam {@code rescoring.beam}, in nats
   */
  record Pruning(int ngramOrder, double beam) {
    /** The lattice as the product prunes and expands it. */
    ExpandedLattice expanded(Lattice lattice, Vocabulary vocabulary) {
      PathScales scales = lattice.scales();
      double language = scales.language();
      PathScales posterior =
          new PathScales(scales.acoustic() / language, 1, scales.wordInsertion() / language);
      Lattice pruned = PosteriorPruning.of(lattice, posterior, beam);
      return LatticeExpansion.of(pruned, scales, ngramOrder, vocabulary);
    }

    List<ExpandedLattice> expanded(List<RescoredUtterance> utterances, Vocabulary vocabulary) {
      return utterances.stream().map(u -> expanded(u.lattice(), vocabulary)).toList();
    }
  }

  LatticeRescorer(
      ScoredModel model, Vocabulary vocabulary, ScorerSettings settings, Pruning pruning) {
    this.pruning = pruning;
    this.vocabulary = vocabulary;
    this.scorer = LmScorer.open(model, vocabulary, settings);
  }

  @Override
  public List<float[][]> score(List<RescoredUtterance> utterances) {
    HistoryForest forest = HistoryForest.of(pruning.expanded(utterances, vocabulary));
    float[] nodeLn = scorer.logProbabilities(forest.tree());
    List<float[][]> result = new ArrayList<>();
    for (int u = 0; u < utterances.size(); u++) {
      result.add(new float[][] {forest.scores(u, nodeLn)});
    }
    return result;
  }

  @Override
  public void close() {
    scorer.close();
  }
}
