package org.bitlattice.jobs.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import org.apache.spark.broadcast.Broadcast;
import org.bitlattice.jobs.experiment.Folders;
import org.bitlattice.jobs.job.Checkpoints;
import org.bitlattice.jobs.job.HadoopFolder;
import org.bitlattice.jobs.job.Progress;
import org.bitlattice.jobs.job.StageContext;
import org.bitlattice.jobs.model.StoredModel;
import org.bitlattice.jobs.prepare.PreparedCorpus;
import org.bitlattice.jobs.table.RowSchema;
import org.bitlattice.jobs.table.Tables;
import org.bitlattice.jobs.training.DistributedTrainer;
import org.bitlattice.jobs.training.RoundPlan;
import org.bitlattice.jobs.training.RoundResult;
import org.bitlattice.jobs.training.TrainerFactory;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.quant.Precision;
import org.bitlattice.report.SearchRow;
import org.bitlattice.search.Branches;
import org.bitlattice.search.FrozenBranches;
import org.bitlattice.search.LogitPlan;
import org.bitlattice.search.PrecisionLogits;
import org.bitlattice.search.SampledShares;
import org.bitlattice.search.SearchProbability;
import org.bitlattice.search.SearchSpace;
import org.bitlattice.search.SearchState;
import org.bitlattice.search.SizeTerm;
import org.bitlattice.settings.BaselineSettings;
import org.bitlattice.settings.SearchSettings;

/**
 * The driver's side of a precision search: the searches of all β go through their rounds together.
 * In a round weights are trained on training shards, one search after another, then the logits of
 * all searches on held-out shards.
 */
final class SearchRounds implements AutoCloseable {
  private static final String TABLE = "rounds";
  private static final RowSchema<SearchRow> SCHEMA = RowSchema.of(SearchRow.class);

  private final StageContext context;
  private final HadoopFolder folder;
  private final SearchStage stage;
  private final SearchSettings settings;
  private final Checkpoints checkpoints;
  private final SearchSpace space;
  private final LmWeights baseline;
  private final Optional<Broadcast<Branches>> frozen;
  private final LogitJob logits;
  private final List<SearchRow> rows = new ArrayList<>();
  private List<SearchState> states = List.of();

  SearchRounds(StageContext context, HadoopFolder folder, SearchStage stage) throws IOException {
    this.context = context;
    this.folder = folder;
    this.stage = stage;
    this.settings = stage.search();
    this.checkpoints = new Checkpoints(folder);
    this.baseline = weights(Folders.BASELINE);
    this.space =
        new SearchSpace(
            stage.tables().words().cut(baseline.architecture()),
            settings.precisions(),
            stage.tables().scales());
    this.logits = LogitJob.open(context, space, stage, stage.segmentLength(), minibatchSegments());
    this.frozen = isFrozen() ? Optional.of(broadcast(branches())) : Optional.empty();
  }

  private boolean isFrozen() {
    return settings.branches() == SearchSettings.Branches.ADMM_UNIFORM;
  }

  private int minibatchSegments() {
    return stage.training().optimiser().batchSegments();
  }

  private LmWeights weights(String of) throws IOException {
    return StoredModel.read(context, of).model().weights();
  }

  private Broadcast<Branches> broadcast(Branches branches) {
    return context.sparkContext().broadcast(branches);
  }

  /** The models that systems of one precision each compute with. */
  private Branches branches() throws IOException {
    List<LmWeights> models = new ArrayList<>();
    for (Precision precision : settings.precisions()) {
      models.add(weights(Folders.system(settings.systems().get(precision))));
    }
    return new FrozenBranches(baseline, models);
  }

  /** Runs all rounds that are left. */
  void run() throws IOException {
    restore();
    if (states.isEmpty()) {
      rows.clear();
      SearchState start =
          isFrozen() ? SearchState.frozen(space) : SearchState.refit(space, baseline);
      states = settings.betas().stream().map(beta -> start).toList();
    }
    if (!settings.trainsWeights()) {
      rounds(Optional.empty());
      return;
    }
    BaselineSettings training = stage.training().withDropout(settings.weightSteps().dropout());
    PreparedCorpus corpus = new PreparedCorpus(context.output().location(Folders.CORPUS));
    try (DistributedTrainer trainer =
        TrainerFactory.open(
            context, baseline.architecture(), training, corpus, stream("weights"))) {
      rounds(Optional.of(trainer));
    }
  }

  private long stream(String purpose) {
    return context.seeds().stream("%s/%s".formatted(Folders.search(stage.tables()), purpose));
  }

  private void rounds(Optional<DistributedTrainer> trainer) throws IOException {
    for (int round = done() + 1; round <= settings.rounds(); round++) {
      round(trainer, round);
    }
  }

  private int done() {
    return rows.size() / settings.betas().size();
  }

  private void round(Optional<DistributedTrainer> trainer, int round) throws IOException {
    long start = System.nanoTime();
    List<Trained> trained = new ArrayList<>();
    for (int place = 0; place < states.size(); place++) {
      trained.add(
          trainer.isPresent()
              ? weightSteps(trainer.get(), round, place)
              : new Trained(states.get(place), OptionalDouble.empty(), 0, 0));
    }
    states = trained.stream().map(Trained::state).toList();
    context.describeJobs("search round %d/%d: logits".formatted(round, settings.rounds()));
    long logitStart = System.nanoTime();
    List<LogitJob.Result> results = logitSteps(round);
    double seconds = (System.nanoTime() - logitStart) / 1e9 / states.size();
    List<SearchRow> added = new ArrayList<>();
    List<SearchState> reached = new ArrayList<>();
    for (int place = 0; place < states.size(); place++) {
      reached.add(states.get(place).withLogits(results.get(place).state()));
      added.add(row(round, place, trained.get(place), results.get(place), seconds));
    }
    states = reached;
    record(round, added);
    tell(round, added, (System.nanoTime() - start) / 1e9);
  }

  /**
   * A search after the weight steps of a round.
   *
   * @param trainNats their mean loss; empty without weight steps
   */
  private record Trained(
      SearchState state, OptionalDouble trainNats, long tokens, double seconds) {}

  private Trained weightSteps(DistributedTrainer trainer, int round, int place) {
    double beta = settings.betas().get(place);
    context.describeJobs(
        "search round %d/%d: weights at beta %s".formatted(round, settings.rounds(), beta));
    long start = System.nanoTime();
    SearchState state = states.get(place);
    SearchState.Weights running = state.running();
    SampledShares shares =
        new SampledShares(
            state.logits().logits(),
            settings.mixing().relaxation(),
            settings.mixing().temperature(round),
            stream("weight-mixtures"));
    RoundPlan plan =
        new RoundPlan(
            round,
            settings.weightSteps().averagings(),
            settings.weightSteps().learningRate(),
            Optional.of(running.tables().constraint(space, shares)));
    RoundResult result = trainer.round(running.training(), plan);
    SearchState moved = state.withWeights(space, result.state());
    return new Trained(
        moved,
        OptionalDouble.of(result.trainNllNats()),
        result.tokens(),
        (System.nanoTime() - start) / 1e9);
  }

  private List<LogitJob.Result> logitSteps(int round) {
    LogitPlan plan =
        new LogitPlan(
            settings.mixing().relaxation(),
            settings.mixing().temperature(round),
            settings.logitSteps().learningRate(),
            settings.logitSteps().steps(),
            minibatchSegments(),
            stream("logits"));
    List<LogitJob.Search> searches = new ArrayList<>();
    for (int place = 0; place < states.size(); place++) {
      SearchState state = states.get(place);
      searches.add(
          new LogitJob.Search(
              state.logits(),
              frozen.orElseGet(() -> broadcast(state.running().tables())),
              size(place)));
    }
    try {
      return logits.run(searches, plan);
    } finally {
      if (frozen.isEmpty()) {
        searches.forEach(search -> search.branches().destroy());
      }
    }
  }

  private SizeTerm size(int place) {
    return SizeTerm.of(space, settings.sizeCost(), settings.betas().get(place));
  }

  private double divisor(int round) {
    return settings.mixing().relaxation().divisor(settings.mixing().temperature(round));
  }

  private SearchRow row(
      int round, int place, Trained trained, LogitJob.Result result, double seconds) {
    PrecisionLogits reached = result.state().logits();
    double[][] probabilities = reached.probabilities(divisor(round));
    if (!Double.isFinite(result.taskNats())) {
      throw new IllegalArgumentException(
          "the search at beta %s diverged in round %d: its loss is %s; lower search.weight-learning-rate or search.logit-learning-rate"
              .formatted(settings.betas().get(place), round, result.taskNats()));
    }
    long before = round == 1 ? 0 : rows.get(rows.size() - states.size() + place).tokens();
    return new SearchRow(
        settings.betas().get(place),
        round,
        trained.trainNats(),
        result.taskNats(),
        size(place).at(probabilities),
        reached.entropy(divisor(round)),
        space.expectedBytes(probabilities),
        settings.mixing().temperature(round),
        before + trained.tokens() + result.tokens(),
        trained.seconds() + seconds);
  }

  private void record(int round, List<SearchRow> added) throws IOException {
    rows.addAll(added);
    checkpoints.write(
        round,
        partial -> {
          for (int place = 0; place < states.size(); place++) {
            states.get(place).write(partial.folder(name(place)));
          }
        });
    Tables.write(context.spark(), folder.location(TABLE), SCHEMA, rows);
    checkpoints.keepOnly(Checkpoints.needed(round, IntUnaryOperator.identity()));
  }

  private static String name(int place) {
    return "search-%d".formatted(place);
  }

  private void tell(int round, List<SearchRow> added, double seconds) {
    String searches =
        added.stream()
            .map(
                row ->
                    "beta %s: %.3f nats, entropy %.3f, %,.0f bytes"
                        .formatted(
                            row.beta(), row.taskNats(), row.entropyNats(), row.expectedBytes()))
            .collect(Collectors.joining("; "));
    context
        .progress()
        .update(
            "  search round %d/%d  %s  %s left"
                .formatted(
                    round,
                    settings.rounds(),
                    searches,
                    Progress.duration((settings.rounds() - round) * seconds)));
  }

  /** Takes the last checkpoint that is whole; later rounds are forgotten and done again. */
  private void restore() throws IOException {
    if (!Tables.exists(context.spark(), folder.location(TABLE))) {
      return;
    }
    rows.addAll(Tables.read(context.spark(), folder.location(TABLE), SCHEMA));
    int kept =
        checkpoints.restoreLast(
            done(), IntUnaryOperator.identity(), this::read, context.progress());
    rows.subList(Math.max(0, kept) * settings.betas().size(), rows.size()).clear();
  }

  private void read(HadoopFolder checkpoint) throws IOException {
    List<SearchState> read = new ArrayList<>();
    for (int place = 0; place < settings.betas().size(); place++) {
      HadoopFolder own = checkpoint.folder(name(place));
      read.add(isFrozen() ? SearchState.readFrozen(own, space) : SearchState.readRefit(own, space));
    }
    states = read;
  }

  /** Rows of the last round. */
  List<SearchRow> lastRows() {
    return rows.subList(rows.size() - states.size(), rows.size());
  }

  /** What the searches found. */
  List<SearchProbability> probabilities() {
    List<SearchProbability> found = new ArrayList<>();
    for (int place = 0; place < states.size(); place++) {
      found.addAll(
          space.rows(
              settings.betas().get(place),
              states.get(place).logits().logits(),
              divisor(settings.rounds())));
    }
    return found;
  }

  @Override
  public void close() {
    logits.close();
    frozen.ifPresent(Broadcast::destroy);
  }
}
