package org.bitlattice.jobs.quantization;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.bitlattice.allocation.PrecisionAssignment;
import org.bitlattice.jobs.experiment.Folders;
import org.bitlattice.jobs.job.Checkpoints;
import org.bitlattice.jobs.job.HadoopFolder;
import org.bitlattice.jobs.job.Progress;
import org.bitlattice.jobs.job.StageContext;
import org.bitlattice.jobs.model.HeldOutText;
import org.bitlattice.jobs.model.PerplexityJob;
import org.bitlattice.jobs.prepare.PreparedCorpus;
import org.bitlattice.jobs.table.RowSchema;
import org.bitlattice.jobs.table.Tables;
import org.bitlattice.jobs.training.DistributedTrainer;
import org.bitlattice.jobs.training.RoundPlan;
import org.bitlattice.jobs.training.RoundResult;
import org.bitlattice.jobs.training.TrainerFactory;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.scoring.ScorerSettings;
import org.bitlattice.lm.training.TrainingState;
import org.bitlattice.lowbit.AdmmResiduals;
import org.bitlattice.lowbit.AdmmState;
import org.bitlattice.quant.PackedModel;
import org.bitlattice.report.AdmmRow;
import org.bitlattice.settings.AdmmSchedule;
import org.bitlattice.settings.BaselineSettings;
import org.bitlattice.settings.EvaluationSettings;
import org.bitlattice.settings.SystemSettings;
import org.bitlattice.text.Vocabulary;

/**
 * The driver's side of ADMM (method.md, section 3): the W-step runs on Spark by parameter
 * averaging, the Q-step and the multiplier step here. The model of the round whose quantized
 * weights have the lowest dev perplexity is kept. A killed stage continues after its last whole
 * round.
 */
final class AdmmRounds {
  private static final String TABLE = "rounds";
  private static final String ADMM = "admm";
  private static final String TRAINING = "training-state";
  private static final RowSchema<AdmmRow> SCHEMA = RowSchema.of(AdmmRow.class);

  private final StageContext context;
  private final HadoopFolder folder;
  private final SystemSettings system;
  private final BaselineSettings training;
  private final EvaluationSettings evaluation;
  private final Checkpoints checkpoints;
  private final List<AdmmRow> rows = new ArrayList<>();
  private final Vocabulary vocabulary;
  private final JavaRDD<List<int[]>> dev;
  private AdmmState admm;
  private TrainingState state;

  AdmmRounds(
      StageContext context,
      HadoopFolder folder,
      SystemSettings system,
      BaselineSettings training,
      EvaluationSettings evaluation) {
    this.context = context;
    this.folder = folder;
    this.system = system;
    this.training = training;
    this.evaluation = evaluation;
    this.checkpoints = new Checkpoints(folder);
    HeldOutText text = new HeldOutText(context);
    this.vocabulary = text.vocabulary();
    this.dev = text.sample("dev", evaluation.sentencesPerRound(), evaluation.shards()).cache();
  }

  /** Runs all rounds and returns the best one's quantized model. */
  PackedModel run(LmWeights baseline, PrecisionAssignment assignment) throws IOException {
    restore(baseline.architecture());
    if (admm == null) {
      start(baseline, assignment);
    }
    AdmmSchedule schedule = system.admm();
    PreparedCorpus corpus = new PreparedCorpus(context.output().location(Folders.CORPUS));
    long seed = context.seeds().stream("admm/" + system.id());
    try (DistributedTrainer trainer =
        TrainerFactory.open(context, baseline.architecture(), training, corpus, seed)) {
      while (rows.size() <= schedule.admm().rounds()) {
        round(trainer, rows.size());
      }
    }
    dev.unpersist();
    AdmmRow best = best();
    PackedModel model = AdmmState.read(checkpoints.of(best.round()).folder(ADMM)).quantizedModel();
    context
        .progress()
        .say(
            "  best round %d, dev perplexity %.2f"
                .formatted(best.round(), best.devPerplexityQuantized()));
    return model;
  }

  /** Round 0: tables fitted to the baseline's weights. */
  private void start(LmWeights baseline, PrecisionAssignment assignment) throws IOException {
    rows.clear();
    state = TrainingState.start(baseline);
    admm =
        AdmmState.start(
            baseline, assignment.precisions(), assignment.scope(), system.admm().admm());
    double full = perplexity(baseline);
    double quantized = perplexity(admm.quantizedModel().weights());
    record(new AdmmRow(0, 0, 0, full, quantized, admm.primalResidual(), 0, 0, admm.gamma(), 0, 0));
  }

  private void round(DistributedTrainer trainer, int round) throws IOException {
    AdmmSchedule schedule = system.admm();
    double rate = schedule.learningRate(round - 1);
    context.describeJobs(
        "%s: ADMM round %d/%d".formatted(system.id(), round, schedule.admm().rounds()));
    long start = System.nanoTime();
    double gamma = admm.gamma();
    RoundResult result =
        trainer.round(
            state,
            new RoundPlan(
                round, schedule.averagingsPerRound(), rate, Optional.of(admm.proximalTerm())));
    state = result.state();
    admm = admm.weightStep(state.weights()).quantizationStep().multiplierStep();
    double seconds = (System.nanoTime() - start) / 1e9;
    AdmmResiduals residuals = admm.residuals().orElseThrow();
    double full = perplexity(state.weights());
    double quantized = perplexity(admm.quantizedModel().weights());
    long tokens = rows.get(rows.size() - 1).tokens() + result.tokens();
    record(
        new AdmmRow(
            round,
            tokens,
            result.trainNllNats(),
            full,
            quantized,
            residuals.primal(),
            residuals.dual(),
            residuals.codesChanged(),
            gamma,
            rate,
            seconds));
    tell(rows.get(rows.size() - 1), schedule.admm().rounds(), result.tokens() / seconds);
  }

  private void tell(AdmmRow row, int rounds, double tokensPerSecond) {
    context
        .progress()
        .update(
            "  ADMM round %d/%d  train %.3f nats  dev perplexity W %.2f, G %.2f  primal %.4f  codes changed %.3f %%  %,.0f tokens/s  %s left"
                .formatted(
                    row.round(),
                    rounds,
                    row.trainNllNats(),
                    row.devPerplexityFull(),
                    row.devPerplexityQuantized(),
                    row.primalResidual(),
                    100 * row.codesChanged(),
                    tokensPerSecond,
                    Progress.duration((rounds - row.round()) * row.seconds())));
  }

  private void record(AdmmRow row) throws IOException {
    rows.add(row);
    checkpoints.write(
        row.round(),
        partial -> {
          admm.write(partial.folder(ADMM));
          state.write(partial, TRAINING);
        });
    Tables.write(context.spark(), folder.location(TABLE), SCHEMA, rows);
    checkpoints.keepOnly(Checkpoints.needed(row.round(), this::bestOf));
  }

  /** Takes the last checkpoint that is whole; later rounds are forgotten and done again. */
  private void restore(LmArchitecture architecture) throws IOException {
    if (!Tables.exists(context.spark(), folder.location(TABLE))) {
      return;
    }
    rows.addAll(Tables.read(context.spark(), folder.location(TABLE), SCHEMA));
    int kept =
        checkpoints.restoreLast(
            rows.size() - 1,
            this::bestOf,
            checkpoint -> {
              state = TrainingState.read(checkpoint, TRAINING, architecture);
              admm = AdmmState.read(checkpoint.folder(ADMM));
            },
            context.progress());
    rows.subList(kept + 1, rows.size()).clear();
  }

  private AdmmRow best() {
    return rows.get(bestOf(rows.size() - 1));
  }

  /** Best round up to one; round 0 is the table fit. */
  private int bestOf(int round) {
    return rows.stream()
        .limit(round + 1L)
        .min(Comparator.comparingDouble(AdmmRow::devPerplexityQuantized))
        .orElseThrow()
        .round();
  }

  private double perplexity(LmWeights weights) {
    return PerplexityJob.measure(
            context.sparkContext(),
            weights,
            vocabulary,
            dev,
            new ScorerSettings(evaluation.batchRows()))
        .perplexity();
  }
}
