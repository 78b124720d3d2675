package org.bitlattice.jobs.model;

import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.scoring.LmScorer;
import org.bitlattice.lm.scoring.ScoredModel;
import org.bitlattice.lm.scoring.ScorerSettings;
import org.bitlattice.text.TextLikelihood;
import org.bitlattice.text.Vocabulary;

/**
 * Likelihood of a text under a model, one task a shard. The shards' sums are added in the order of
 * the shards, so that the result is the same to the last bit on every cluster.
 */
public final class PerplexityJob {
  private PerplexityJob() {}

  /** Measures full-precision weights on the sentences of all shards. */
  public static TextLikelihood measure(
      JavaSparkContext spark,
      LmWeights weights,
      Vocabulary vocabulary,
      JavaRDD<List<int[]>> shards,
      ScorerSettings settings) {
    return measure(spark, ScoredModel.exact(weights), vocabulary, shards, settings);
  }

  /** Measures a model in its mode on the sentences of all shards. */
  public static TextLikelihood measure(
      JavaSparkContext spark,
      ScoredModel scored,
      Vocabulary vocabulary,
      JavaRDD<List<int[]>> shards,
      ScorerSettings settings) {
    Broadcast<ScoredModel> model = spark.broadcast(scored);
    int boundary = vocabulary.boundaryId();
    int unknown = vocabulary.unknownId();
    try {
      List<TextLikelihood> parts =
          shards.map(shard -> score(model.value(), boundary, unknown, shard, settings)).collect();
      return parts.stream().reduce(TextLikelihood.EMPTY, TextLikelihood::plus);
    } finally {
      model.destroy();
    }
  }

  private static TextLikelihood score(
      ScoredModel scored,
      int boundary,
      int unknown,
      List<int[]> sentences,
      ScorerSettings settings) {
    try (LmScorer scorer = LmScorer.open(scored, boundary, unknown, settings)) {
      return scorer.text(sentences);
    }
  }
}
