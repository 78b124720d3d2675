package org.bitlattice.jobs.rescoring;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.bitlattice.jobs.job.StageContext;
import org.bitlattice.jobs.rescoring.StoredLattices.Placed;
import org.bitlattice.lm.scoring.LmScorer;
import org.bitlattice.lm.scoring.ScoredModel;
import org.bitlattice.lm.scoring.ScorerSettings;
import org.bitlattice.report.NodeScoresRow;
import org.bitlattice.rescoring.HistoryForest;
import org.bitlattice.settings.LatticeSettings;
import org.bitlattice.text.Vocabulary;
import scala.Tuple2;

/**
 * Scores the history trees of a set with one network, the trees of a batch of utterances together.
 * Holds what the executors share: close it when the scores are stored.
 */
final class NetworkScoring implements AutoCloseable {
  private final Broadcast<ScoredModel> model;
  private final Broadcast<Vocabulary> vocabulary;
  private final ScorerSettings settings;

  NetworkScoring(
      StageContext context, ScoredModel model, Vocabulary vocabulary, ScorerSettings settings) {
    this.model = context.sparkContext().broadcast(model);
    this.vocabulary = context.sparkContext().broadcast(vocabulary);
    this.settings = settings;
  }

  JavaRDD<NodeScoresRow> score(StoredLattices lattices, LatticeSettings batches) {
    Broadcast<ScoredModel> sharedModel = model;
    Broadcast<Vocabulary> sharedVocabulary = vocabulary;
    ScorerSettings scorer = settings;
    return lattices
        .batches(batches.utterancesPerBatch(), batches.shards())
        .mapPartitions(
            partition -> score(partition, sharedModel.value(), sharedVocabulary.value(), scorer));
  }

  private static Iterator<NodeScoresRow> score(
      Iterator<Tuple2<Integer, List<Placed>>> batches,
      ScoredModel model,
      Vocabulary vocabulary,
      ScorerSettings settings) {
    List<NodeScoresRow> rows = new ArrayList<>();
    try (LmScorer scorer = LmScorer.open(model, vocabulary, settings)) {
      while (batches.hasNext()) {
        List<Placed> batch = batches.next()._2();
        HistoryForest forest = HistoryForest.of(batch.stream().map(Placed::lattice).toList());
        float[] nodeLn = scorer.logProbabilities(forest.tree());
        for (int u = 0; u < batch.size(); u++) {
          rows.add(new NodeScoresRow(batch.get(u).position(), forest.scores(u, nodeLn)));
        }
      }
    }
    return rows.iterator();
  }

  @Override
  public void close() {
    model.destroy();
    vocabulary.destroy();
  }
}
