package org.bitlattice.jobs.quantization;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
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
import org.bitlattice.lm.training.Distillation;
import org.bitlattice.lowbit.AdmmResiduals;
import org.bitlattice.lowbit.LowBitState;
import org.bitlattice.quant.PackedModel;
import org.bitlattice.report.LowBitRow;
import org.bitlattice.settings.BaselineSettings;
import org.bitlattice.settings.EvaluationSettings;
import org.bitlattice.settings.SystemSettings;
import org.bitlattice.text.Vocabulary;

/**
 * The driver's side of low-bit training (method.md, section 3): a round trains on Spark by
 * parameter averaging under the constraint of the method's state, whose own steps are taken here.
 * The model of the round whose table entries have the lowest dev perplexity is kept. A killed stage
 * continues after its last whole round.
 */
final class LowBitRounds {
  private static final String TABLE = "rounds";
  private static final RowSchema<LowBitRow> SCHEMA = RowSchema.of(LowBitRow.class);

  private final StageContext context;
  private final HadoopFolder folder;
  private final SystemSettings system;
  private final BaselineSettings training;
  private final EvaluationSettings evaluation;
  private final Checkpoints checkpoints;
  private final LowBitHistory history;
  private final Vocabulary vocabulary;
  private final JavaRDD<List<int[]>> dev;
  private LowBitCheckpoint current;

  LowBitRounds(
      StageContext context,
      HadoopFolder folder,
      SystemSettings system,
      BaselineSettings training,
      EvaluationSettings evaluation) {
    this.context = context;
    this.folder = folder;
    this.system = system;
    this.training = training.withDropout(system.training().dropout());
    this.evaluation = evaluation;
    this.checkpoints = new Checkpoints(folder);
    this.history = new LowBitHistory(system);
    HeldOutText text = new HeldOutText(context);
    this.vocabulary = text.vocabulary();
    this.dev =
        text.deal(text.sample("dev", evaluation.sentencesPerRound()), evaluation.shards()).cache();
  }

  /**
   * The best round's outcome.
   *
   * @param model the low-bit model
   * @param weights W: the full-precision weights behind its tables
   */
  record Trained(PackedModel model, LmWeights weights) {}

  /**
   * Runs all rounds and returns the best one's outcome.
   *
   * @param weights full-precision weights to start from
   * @param baseline the full-precision model, teacher of distillation
   */
  Trained run(LmWeights weights, LmWeights baseline, PrecisionAssignment assignment)
      throws IOException {
    restore(weights.architecture());
    if (current == null) {
      start(weights, assignment);
    }
    PreparedCorpus corpus = new PreparedCorpus(context.output().location(Folders.CORPUS));
    long seed =
        context.seeds().stream(LowBitHistory.Phase.of(system.method()).label() + "/" + system.id());
    try (DistributedTrainer trainer =
        TrainerFactory.open(context, weights.architecture(), training, corpus, seed)) {
      if (system.training().distillation() > 0) {
        trainer.taughtBy(new Distillation(system.training().distillation(), baseline));
      }
      Optional<LowBitHistory.Next> next = history.next();
      while (next.isPresent()) {
        if (next.get().phase() == LowBitHistory.Phase.FINE_TUNING && next.get().place() == 1) {
          freezeBest(weights.architecture());
        }
        round(trainer, next.get());
        next = history.next();
      }
    }
    dev.unpersist();
    LowBitRow best = history.best();
    HadoopFolder kept = checkpoints.of(best.round());
    context
        .progress()
        .say(
            "  best round %d, dev perplexity %.2f"
                .formatted(best.round(), best.devPerplexityQuantized()));
    return new Trained(
        LowBitCheckpoint.model(kept), LowBitCheckpoint.weights(kept, weights.architecture()));
  }

  /** Round 0: tables fitted to the weights that training starts from. */
  private void start(LmWeights weights, PrecisionAssignment assignment) throws IOException {
    history.cutAfter(-1);
    current = LowBitCheckpoint.start(system, weights, assignment);
    LowBitState state = current.state();
    record(
        new LowBitRow(
            0,
            LowBitHistory.Phase.START.label(),
            0,
            0,
            OptionalDouble.of(perplexity(weights)),
            perplexity(state.quantizedModel().weights()),
            state.primalResidual(),
            OptionalDouble.empty(),
            0,
            state.penalty(),
            0,
            0));
  }

  /** Fine-tuning starts from the best round so far. */
  private void freezeBest(LmArchitecture architecture) throws IOException {
    HadoopFolder best = checkpoints.of(history.best().round());
    current = LowBitCheckpoint.read(best, system, architecture).frozen();
  }

  private void round(DistributedTrainer trainer, LowBitHistory.Next next) throws IOException {
    context.describeJobs("%s: %s".formatted(system.id(), next.title()));
    long start = System.nanoTime();
    LowBitState before = current.state();
    RoundResult result =
        trainer.round(
            current.training(),
            new RoundPlan(
                next.round(),
                system.training().averagingsPerRound(),
                next.learningRate(),
                Optional.of(before.constraint())));
    current = new LowBitCheckpoint(result.state(), before.next(result.state().weights()));
    double seconds = (System.nanoTime() - start) / 1e9;
    LowBitRow row = row(next, before.penalty(), result, seconds);
    record(row);
    tell(row, next, result.tokens() / seconds);
  }

  /** What a round led to; measures dev perplexity. */
  private LowBitRow row(
      LowBitHistory.Next next, OptionalDouble penalty, RoundResult result, double seconds) {
    LowBitState after = current.state();
    AdmmResiduals residuals = after.residuals().orElseThrow();
    boolean admm = penalty.isPresent();
    return new LowBitRow(
        next.round(),
        next.phase().label(),
        history.last().tokens() + result.tokens(),
        result.trainNllNats(),
        admm ? OptionalDouble.of(perplexity(after.weights())) : OptionalDouble.empty(),
        perplexity(after.quantizedModel().weights()),
        residuals.primal(),
        admm ? OptionalDouble.of(residuals.dual()) : OptionalDouble.empty(),
        residuals.codesChanged(),
        penalty,
        next.learningRate(),
        seconds);
  }

  private void tell(LowBitRow row, LowBitHistory.Next next, double tokensPerSecond) {
    String full =
        row.devPerplexityFull().isPresent()
            ? "W %.2f, G ".formatted(row.devPerplexityFull().getAsDouble())
            : "";
    context
        .progress()
        .update(
            "  %s  train %.3f nats  dev perplexity %s%.2f  primal %.4f  codes changed %.3f %%  %,.0f tokens/s  %s left"
                .formatted(
                    next.title(),
                    row.trainNats(),
                    full,
                    row.devPerplexityQuantized(),
                    row.primalResidual(),
                    100 * row.codesChanged(),
                    tokensPerSecond,
                    Progress.duration((next.places() - next.place()) * row.seconds())));
  }

  private void record(LowBitRow row) throws IOException {
    history.add(row);
    checkpoints.write(row.round(), partial -> current.write(partial, vocabulary));
    Tables.write(context.spark(), folder.location(TABLE), SCHEMA, history.rows());
    checkpoints.keepOnly(Checkpoints.needed(row.round(), history::bestUpTo));
  }

  /** Takes the last checkpoint that is whole; later rounds are forgotten and done again. */
  private void restore(LmArchitecture architecture) throws IOException {
    if (!Tables.exists(context.spark(), folder.location(TABLE))) {
      return;
    }
    Tables.read(context.spark(), folder.location(TABLE), SCHEMA).forEach(history::add);
    int kept =
        checkpoints.restoreLast(
            history.rows().size() - 1,
            history::bestUpTo,
            checkpoint -> current = LowBitCheckpoint.read(checkpoint, system, architecture),
            context.progress());
    history.cutAfter(kept);
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
