package org.bitlattice.jobs.allocation;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.bitlattice.allocation.PrecisionAssignment;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.scoring.KlDivergence;
import org.bitlattice.lm.scoring.KlSum;
import org.bitlattice.lm.scoring.LmScorer;
import org.bitlattice.lm.scoring.ScoredModel;
import org.bitlattice.lm.scoring.ScorerSettings;
import org.bitlattice.lm.scoring.ScoringMode;
import org.bitlattice.lowbit.PostTrainingQuantization;
import org.bitlattice.quant.ModelFolder;
import org.bitlattice.quant.PackedModel;
import org.bitlattice.text.TextLikelihood;
import org.bitlattice.text.Vocabulary;

/**
 * Measures whole models: one task fits each assignment's tables, then one task for each assignment
 * and shard of sentences. The fitted models pass through the driver, packed.
 */
final class CandidateJob {
  private CandidateJob() {}

  /**
   * What was measured of a candidate.
   *
   * @param divergence KL from the full-precision model
   * @param likelihood of the sentences
   */
  record Measured(KlSum divergence, TextLikelihood likelihood) {
    double perplexity() {
      return likelihood.perplexity();
    }
  }

  private record Part(int candidate, KlSum divergence, TextLikelihood likelihood)
      implements Serializable {}

  /** Sums over all shards, in their order, for each assignment. */
  static List<Measured> measure(
      JavaSparkContext spark,
      ModelFolder baseline,
      List<PrecisionAssignment> assignments,
      JavaRDD<List<int[]>> shards,
      ScorerSettings settings) {
    Broadcast<LmWeights> full = spark.broadcast(baseline.model().weights());
    try {
      List<PackedModel> fitted =
          spark
              .parallelize(assignments, assignments.size())
              .map(own -> PostTrainingQuantization.quantize(full.value(), own.storage()))
              .collect();
      return measure(spark, full, baseline.vocabulary(), fitted, shards, settings);
    } finally {
      full.destroy();
    }
  }

  private static List<Measured> measure(
      JavaSparkContext spark,
      Broadcast<LmWeights> full,
      Vocabulary vocabulary,
      List<PackedModel> fitted,
      JavaRDD<List<int[]>> shards,
      ScorerSettings settings) {
    Broadcast<ArrayList<PackedModel>> models = spark.broadcast(new ArrayList<>(fitted));
    List<Integer> places = IntStream.range(0, fitted.size()).boxed().toList();
    int boundary = vocabulary.boundaryId();
    int unknown = vocabulary.unknownId();
    try {
      List<Part> parts =
          shards
              .cartesian(spark.parallelize(places, places.size()))
              .map(
                  task ->
                      part(
                          task._2(),
                          full.value(),
                          models.value().get(task._2()),
                          task._1(),
                          boundary,
                          unknown,
                          settings))
              .collect();
      return places.stream().map(place -> sum(parts, place)).toList();
    } finally {
      models.destroy();
    }
  }

  private static Part part(
      int place,
      LmWeights full,
      PackedModel candidate,
      List<int[]> shard,
      int boundary,
      int unknown,
      ScorerSettings settings) {
    ScoredModel scored = new ScoredModel(candidate, ScoringMode.EXACT);
    KlSum divergence = KlDivergence.of(ScoredModel.exact(full), scored, shard, boundary, settings);
    try (LmScorer scorer = LmScorer.open(scored, boundary, unknown, settings)) {
      return new Part(place, divergence, scorer.text(shard));
    }
  }

  private static Measured sum(List<Part> parts, int candidate) {
    KlSum divergence = KlSum.EMPTY;
    TextLikelihood likelihood = TextLikelihood.EMPTY;
    for (Part part : parts) {
      if (part.candidate() == candidate) {
        divergence = divergence.plus(part.divergence());
        likelihood = likelihood.plus(part.likelihood());
      }
    }
    return new Measured(divergence, likelihood);
  }
}
