package org.bitlattice.jobs.rescoring;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.bitlattice.jobs.job.StageContext;
import org.bitlattice.jobs.rescoring.StoredHypotheses.PlacedList;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.scoring.LmScorer;
import org.bitlattice.lm.scoring.ScorerSettings;
import org.bitlattice.quant.ModelFolder;
import org.bitlattice.report.NetworkScoreRow;
import org.bitlattice.rescoring.NBestTree;
import org.bitlattice.rescoring.ScoredUtterance;
import org.bitlattice.settings.LatticeSettings;
import org.bitlattice.text.Vocabulary;
import scala.Tuple2;

/** Scores all hypotheses of a set with one network: a history tree for each batch of utterances. */
final class NetworkScoring {
  private NetworkScoring() {}

  static JavaRDD<NetworkScoreRow> score(
      StageContext context,
      ModelFolder model,
      String set,
      LatticeSettings lattices,
      ScorerSettings settings) {
    Broadcast<LmWeights> weights = context.sparkContext().broadcast(model.model().weights());
    Broadcast<Vocabulary> vocabulary = context.sparkContext().broadcast(model.vocabulary());
    return StoredHypotheses.batches(context, set, lattices.utterancesPerBatch(), lattices.shards())
        .mapPartitions(batches -> score(batches, weights.value(), vocabulary.value(), settings));
  }

  private static Iterator<NetworkScoreRow> score(
      Iterator<Tuple2<Integer, List<PlacedList>>> batches,
      LmWeights weights,
      Vocabulary vocabulary,
      ScorerSettings settings) {
    List<NetworkScoreRow> rows = new ArrayList<>();
    try (LmScorer scorer = LmScorer.open(weights, vocabulary, settings)) {
      while (batches.hasNext()) {
        List<PlacedList> batch = batches.next()._2();
        NBestTree tree = NBestTree.of(batch.stream().map(PlacedList::list).toList(), vocabulary);
        List<ScoredUtterance> scored = tree.scoredBy(scorer.logProbabilities(tree.tree()));
        for (int u = 0; u < batch.size(); u++) {
          for (int h = 0; h < scored.get(u).hypotheses().size(); h++) {
            rows.add(
                new NetworkScoreRow(
                    batch.get(u).position(), h + 1, scored.get(u).hypotheses().get(h).networkLn()));
          }
        }
      }
    }
    return rows.iterator();
  }
}
