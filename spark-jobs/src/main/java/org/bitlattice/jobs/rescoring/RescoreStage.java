package org.bitlattice.jobs.rescoring;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaRDD;
import org.bitlattice.jobs.experiment.Folders;
import org.bitlattice.jobs.job.HadoopFolder;
import org.bitlattice.jobs.job.Stage;
import org.bitlattice.jobs.job.StageContext;
import org.bitlattice.jobs.model.StoredModel;
import org.bitlattice.jobs.rescoring.ScoredSet.Scored;
import org.bitlattice.jobs.table.RowSchema;
import org.bitlattice.jobs.table.Tables;
import org.bitlattice.lattice.LatticePath;
import org.bitlattice.lm.scoring.ScoredModel;
import org.bitlattice.lm.scoring.ScorerSettings;
import org.bitlattice.lm.scoring.ScoringMode;
import org.bitlattice.quant.ModelFolder;
import org.bitlattice.report.LatticeRow;
import org.bitlattice.report.NodeScoresRow;
import org.bitlattice.report.UtteranceRow;
import org.bitlattice.report.WeightsRow;
import org.bitlattice.rescoring.ScoreWeights;
import org.bitlattice.scoring.TrnFile;
import org.bitlattice.scoring.Utterance;
import org.bitlattice.settings.ExperimentSettings;
import org.bitlattice.settings.LatticeSettings.LatticeSet;

/**
 * Rescores one lattice set with one system. On the tuning set the score weights are tuned first;
 * every other set takes them from there. Component scores are kept, so tuning runs no network.
 *
 * @param system name of the system, or of a {@link ReferenceSystem}
 * @param set the lattices and references
 * @param settings grid, batches, names of baseline and tuning set
 */
public record RescoreStage(String system, LatticeSet set, ExperimentSettings settings)
    implements Stage.Work {
  private static final String NETWORK = "network";
  private static final String UTTERANCES = "utterances";
  private static final RowSchema<NodeScoresRow> SCORES = RowSchema.of(NodeScoresRow.class);

  @Override
  public Map<String, Double> run(StageContext context, HadoopFolder folder) throws IOException {
    context.describeJobs("rescoring %s with %s".formatted(set.name(), system));
    List<UtteranceRow> outcomes =
        system.equals(ReferenceSystem.FIRST_PASS.id())
            ? firstPass(context)
            : rescored(context, folder);
    Tables.write(
        context.spark(), folder.location(UTTERANCES), RowSchema.of(UtteranceRow.class), outcomes);
    for (WeightsChoice choice : WeightsChoice.values()) {
      transcript(
          folder,
          choice,
          outcomes.stream().filter(row -> row.weights().equals(choice.written())).toList());
    }
    long utterances = outcomes.stream().mapToInt(UtteranceRow::position).distinct().count();
    return new TreeMap<>(Map.of("utterances", (double) utterances));
  }

  private List<UtteranceRow> firstPass(StageContext context) {
    List<UtteranceRow> rows = new ArrayList<>();
    for (LatticeRow lattice : StoredLattices.figures(context, set.name())) {
      rows.add(
          new UtteranceRow(
              lattice.position(),
              lattice.utterance(),
              WeightsChoice.LATTICE.written(),
              Double.NaN,
              lattice.firstPassWords()));
    }
    return rows;
  }

  private List<UtteranceRow> rescored(StageContext context, HadoopFolder folder)
      throws IOException {
    StoredLattices stored = new StoredLattices(context, set.name());
    List<UtteranceRow> outcomes = new ArrayList<>();
    try (ScoredSet scored =
        ScoredSet.of(
            context,
            stored,
            network(context, folder, stored),
            settings.rescoring(),
            settings.lattices().shards())) {
      Map<WeightsChoice, ScoreWeights> weights = weights(context, folder, scored);
      for (Map.Entry<WeightsChoice, ScoreWeights> choice : weights.entrySet()) {
        String name = choice.getKey().written();
        ScoreWeights own = choice.getValue();
        outcomes.addAll(ordered(scored.lattices().map(lattice -> best(lattice, name, own))));
      }
      new RescoredOutput(set, settings)
          .write(context, folder, scored, weights.get(WeightsChoice.TUNED));
    }
    return outcomes;
  }

  /** The network's scores, computed and stored; none for a reference system. */
  private JavaRDD<NodeScoresRow> network(
      StageContext context, HadoopFolder folder, StoredLattices stored) throws IOException {
    if (ReferenceSystem.has(system)) {
      return context.sparkContext().emptyRDD();
    }
    ModelFolder model = StoredModel.read(context, Folders.system(system));
    ScoredModel scored = new ScoredModel(model.model(), inference());
    scored.mode().requireRuns(scored.model());
    ScorerSettings scorer = new ScorerSettings(settings.evaluation().batchRows());
    try (NetworkScoring scoring = new NetworkScoring(context, scored, model.vocabulary(), scorer)) {
      Tables.write(
          context.spark(),
          folder.location(NETWORK),
          SCORES,
          scoring.score(stored, settings.lattices()));
    }
    return Tables.rows(context.spark(), folder.location(NETWORK), SCORES);
  }

  private ScoringMode inference() {
    return settings.systems().stream()
        .filter(own -> own.id().equals(system))
        .findFirst()
        .orElseThrow()
        .inference();
  }

  private Map<WeightsChoice, ScoreWeights> weights(
      StageContext context, HadoopFolder folder, ScoredSet scored) throws IOException {
    WeightTuning tuning = new WeightTuning(system, settings);
    if (!set.name().equals(settings.lattices().tuningSet())) {
      return tuning.stored(context);
    }
    TrnFile references =
        HypothesesStage.references(set, context.spark().sparkContext().hadoopConfiguration());
    return tuning.tune(context, folder, scored, references);
  }

  /** The table of weights that a system was given on the tuning set. */
  public static List<WeightsRow> weightsRows(StageContext context, String system, String tuning) {
    return WeightTuning.rows(context, system, tuning);
  }

  private static UtteranceRow best(Scored scored, String choice, ScoreWeights weights) {
    LatticePath path = scored.lattice().best(weights);
    return new UtteranceRow(
        scored.position(),
        scored.lattice().utterance(),
        choice,
        path.total(),
        String.join(" ", path.words()));
  }

  private static List<UtteranceRow> ordered(JavaRDD<UtteranceRow> rows) {
    return rows.collect().stream().sorted(Comparator.comparingInt(UtteranceRow::position)).toList();
  }

  private static void transcript(HadoopFolder folder, WeightsChoice choice, List<UtteranceRow> rows)
      throws IOException {
    if (rows.isEmpty()) {
      return;
    }
    List<Utterance> utterances =
        rows.stream()
            .map(
                row ->
                    new Utterance(
                        row.utterance(),
                        row.words().isEmpty() ? List.of() : List.of(row.words().split(" "))))
            .toList();
    try (OutputStream out = folder.create(choice.transcript())) {
      TrnFile.of(utterances, folder.location(choice.transcript())).write(out);
    }
  }
}
