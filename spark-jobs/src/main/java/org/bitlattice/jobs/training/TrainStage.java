package org.bitlattice.jobs.training;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.bitlattice.jobs.experiment.Folders;
import org.bitlattice.jobs.job.Checkpoints;
import org.bitlattice.jobs.job.HadoopFolder;
import org.bitlattice.jobs.job.Progress;
import org.bitlattice.jobs.job.Stage;
import org.bitlattice.jobs.job.StageContext;
import org.bitlattice.jobs.model.HeldOutText;
import org.bitlattice.jobs.model.PerplexityJob;
import org.bitlattice.jobs.prepare.PreparedCorpus;
import org.bitlattice.jobs.table.RowSchema;
import org.bitlattice.jobs.table.Tables;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.scoring.ScorerSettings;
import org.bitlattice.lm.training.InitialWeights;
import org.bitlattice.lm.training.LearningRateHalving;
import org.bitlattice.lm.training.TrainingState;
import org.bitlattice.quant.ModelFolder;
import org.bitlattice.quant.PackedModel;
import org.bitlattice.report.TrainingRow;
import org.bitlattice.settings.BaselineSettings;
import org.bitlattice.settings.EvaluationSettings;
import org.bitlattice.settings.ModelSettings;
import org.bitlattice.text.Vocabulary;

/**
 * Trains the full-precision baseline by parameter averaging, round by round, and keeps the model of
 * the round with the lowest dev perplexity. A killed stage continues after its last whole round.
 *
 * @param model sizes of the language model
 * @param training optimiser, workers, rounds
 * @param evaluation how dev perplexity is measured
 */
public record TrainStage(
    ModelSettings model, BaselineSettings training, EvaluationSettings evaluation)
    implements Stage.Work {
  private static final String TABLE = "training";
  private static final String STATE = "training-state";
  private static final RowSchema<TrainingRow> SCHEMA = RowSchema.of(TrainingRow.class);

  @Override
  public Map<String, Double> run(StageContext context, HadoopFolder folder) throws IOException {
    HeldOutText text = new HeldOutText(context);
    Vocabulary vocabulary = text.vocabulary();
    LmArchitecture architecture = model.architecture(vocabulary.size());
    JavaRDD<List<int[]>> dev =
        text.sample("dev", evaluation.sentencesPerRound(), evaluation.shards()).cache();
    PreparedCorpus corpus = new PreparedCorpus(context.output().location(Folders.CORPUS));
    long segments = corpus.segments(context.spark()).count();
    int maximumRounds = training.maximumRounds(segments);
    context
        .progress()
        .say(
            "  %,d parameters, at most %d rounds of %,d segments"
                .formatted(
                    architecture.parameters(),
                    maximumRounds,
                    training.segmentsPerAveraging() * training.averagingsPerRound()));
    try (DistributedTrainer trainer =
        TrainerFactory.open(
            context, architecture, training, corpus, context.seeds().stream("training"))) {
      Rounds rounds = new Rounds(context, folder, architecture, corpus);
      while (rounds.next() <= maximumRounds && !rounds.policy.finished()) {
        rounds.run(trainer, vocabulary, dev, maximumRounds);
      }
      dev.unpersist();
      return rounds.finish(vocabulary);
    }
  }

  /** The rounds done so far and the state after the last one. */
  private final class Rounds {
    private final StageContext context;
    private final HadoopFolder folder;
    private final LmArchitecture architecture;
    private final Checkpoints checkpoints;
    private final List<TrainingRow> rows = new ArrayList<>();
    private TrainingState state;
    private LearningRateHalving policy = training.learningRate();

    Rounds(
        StageContext context,
        HadoopFolder folder,
        LmArchitecture architecture,
        PreparedCorpus corpus)
        throws IOException {
      this.context = context;
      this.folder = folder;
      this.architecture = architecture;
      this.checkpoints = new Checkpoints(folder);
      if (Tables.exists(context.spark(), folder.location(TABLE))) {
        rows.addAll(Tables.read(context.spark(), folder.location(TABLE), SCHEMA));
        restore();
      }
      if (state == null) {
        rows.clear();
        long seed = context.seeds().stream("initial-weights");
        long[] counts = corpus.targetCounts(context.spark(), architecture.vocabularySize());
        state = TrainingState.start(InitialWeights.of(architecture, seed, counts));
      }
      for (TrainingRow row : rows) {
        policy = policy.after(row.devPerplexity());
      }
    }

    /** Takes the last checkpoint that is whole; later rounds are forgotten and done again. */
    private void restore() throws IOException {
      int kept =
          checkpoints.restoreLast(
              rows.size(),
              this::bestOf,
              checkpoint -> state = TrainingState.read(checkpoint, STATE, architecture),
              context.progress());
      rows.subList(Math.max(0, kept), rows.size()).clear();
    }

    int next() {
      return rows.size() + 1;
    }

    void run(
        DistributedTrainer trainer, Vocabulary vocabulary, JavaRDD<List<int[]>> dev, int maximum)
        throws IOException {
      int round = next();
      context.describeJobs("training round %d of at most %d".formatted(round, maximum));
      double rate = policy.learningRate();
      long start = System.nanoTime();
      RoundResult result =
          trainer.round(state, RoundPlan.free(round, training.averagingsPerRound(), rate));
      double seconds = (System.nanoTime() - start) / 1e9;
      state = result.state();
      context.describeJobs("dev perplexity after training round %d".formatted(round));
      double perplexity =
          PerplexityJob.measure(
                  context.sparkContext(),
                  state.weights(),
                  vocabulary,
                  dev,
                  new ScorerSettings(evaluation.batchRows()))
              .perplexity();
      long tokens = result.tokens() + (rows.isEmpty() ? 0 : rows.get(rows.size() - 1).tokens());
      rows.add(new TrainingRow(round, tokens, result.trainNllNats(), perplexity, rate, seconds));
      checkpoints.write(round, partial -> state.write(partial, STATE));
      Tables.write(context.spark(), folder.location(TABLE), SCHEMA, rows);
      policy = policy.after(perplexity);
      checkpoints.keepOnly(Checkpoints.needed(round, this::bestOf));
      context
          .progress()
          .update(
              "  round %d/%d  train %.3f nats  dev perplexity %.2f  rate %.5f  %,.0f tokens/s  at most %s left"
                  .formatted(
                      round,
                      maximum,
                      result.trainNllNats(),
                      perplexity,
                      rate,
                      result.tokens() / seconds,
                      Progress.duration((maximum - round) * seconds)));
    }

    private TrainingRow best() {
      return rows.get(bestOf(rows.size()) - 1);
    }

    /** Best of the first rounds. */
    private int bestOf(int first) {
      return rows.stream()
          .limit(first)
          .min(Comparator.comparingDouble(TrainingRow::devPerplexity))
          .orElseThrow()
          .round();
    }

    Map<String, Double> finish(Vocabulary vocabulary) throws IOException {
      TrainingRow best = best();
      TrainingState kept =
          best.round() == rows.size()
              ? state
              : TrainingState.read(checkpoints.of(best.round()), STATE, architecture);
      ModelFolder.write(
          folder.folder(Folders.MODEL), PackedModel.fullPrecision(kept.weights()), vocabulary);
      double seconds = rows.stream().mapToDouble(TrainingRow::seconds).sum();
      long tokens = rows.get(rows.size() - 1).tokens();
      context
          .progress()
          .say(
              "  best round %d, dev perplexity %.2f, %,.0f training tokens/s"
                  .formatted(best.round(), best.devPerplexity(), tokens / seconds));
      return Map.of(
          "rounds", (double) rows.size(),
          "best-round", (double) best.round(),
          "tokens", (double) tokens,
          "training-seconds", seconds,
          "dev-perplexity-per-round-sentences", best.devPerplexity());
    }
  }
}
