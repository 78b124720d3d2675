package org.bitlattice.jobs.rescoring;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.bitlattice.jobs.experiment.Folders;
import org.bitlattice.jobs.job.HadoopFolder;
import org.bitlattice.jobs.job.Stage;
import org.bitlattice.jobs.job.StageContext;
import org.bitlattice.jobs.table.RowSchema;
import org.bitlattice.jobs.table.Tables;
import org.bitlattice.lm.scoring.ScorerSettings;
import org.bitlattice.quant.ModelFolder;
import org.bitlattice.report.NetworkScoreRow;
import org.bitlattice.report.UtteranceRow;
import org.bitlattice.report.WeightsRow;
import org.bitlattice.rescoring.ScoreWeights;
import org.bitlattice.rescoring.ScoredUtterance;
import org.bitlattice.rescoring.TunedWeights;
import org.bitlattice.rescoring.TuningRow;
import org.bitlattice.rescoring.WeightGrid;
import org.bitlattice.rescoring.WeightSearch;
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
  private static final String WEIGHTS = "weights";
  private static final RowSchema<NetworkScoreRow> NETWORK_SCHEMA =
      RowSchema.of(NetworkScoreRow.class);
  private static final RowSchema<WeightsRow> WEIGHTS_SCHEMA = RowSchema.of(WeightsRow.class);

  @Override
  public Map<String, Double> run(StageContext context, HadoopFolder folder) throws IOException {
    context.describeJobs("rescoring %s with %s".formatted(set.name(), system));
    int shards = settings.lattices().shards();
    JavaPairRDD<Integer, ScoredUtterance> scored =
        StoredHypotheses.scored(
            StoredHypotheses.rows(context, set.name()), network(context, folder), shards);
    List<UtteranceRow> outcomes = new ArrayList<>();
    if (system.equals(ReferenceSystem.FIRST_PASS.id())) {
      outcomes.addAll(ordered(scored.map(pair -> firstPass(pair._1(), pair._2()))));
    } else {
      for (Map.Entry<WeightsChoice, ScoreWeights> choice :
          weights(context, folder, scored).entrySet()) {
        String name = choice.getKey().written();
        ScoreWeights weights = choice.getValue();
        outcomes.addAll(ordered(scored.map(pair -> best(pair._1(), pair._2(), name, weights))));
      }
    }
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

  /** The network's scores, computed and stored; none for a reference system. */
  private JavaRDD<NetworkScoreRow> network(StageContext context, HadoopFolder folder)
      throws IOException {
    if (ReferenceSystem.has(system)) {
      return context.sparkContext().emptyRDD();
    }
    ModelFolder model =
        ModelFolder.read(context.output().folder(Folders.system(system)).folder(Folders.MODEL));
    JavaRDD<NetworkScoreRow> rows =
        NetworkScoring.score(
            context,
            model,
            set.name(),
            settings.lattices(),
            new ScorerSettings(settings.evaluation().batchRows()));
    Tables.write(context.spark(), folder.location(NETWORK), NETWORK_SCHEMA, rows);
    return Tables.rows(context.spark(), folder.location(NETWORK), NETWORK_SCHEMA);
  }

  private Map<WeightsChoice, ScoreWeights> weights(
      StageContext context, HadoopFolder folder, JavaPairRDD<Integer, ScoredUtterance> scored)
      throws IOException {
    String tuning = settings.lattices().tuningSet();
    if (!set.name().equals(tuning)) {
      return read(context, system, tuning);
    }
    List<ScoredUtterance> development =
        new ArrayList<>(new TreeMap<>(scored.collectAsMap()).values());
    TrnFile references =
        HypothesesStage.references(set, context.spark().sparkContext().hadoopConfiguration());
    WeightSearch search = WeightSearch.over(development, references);
    Map<WeightsChoice, ScoreWeights> chosen = new LinkedHashMap<>();
    List<WeightsRow> rows = new ArrayList<>();
    for (Map.Entry<WeightsChoice, WeightGrid> grid : grids().entrySet()) {
      TunedWeights tuned = search.search(grid.getValue());
      chosen.put(grid.getKey(), tuned.weights());
      rows.add(
          row(
              grid.getKey(),
              tuned.weights(),
              tuned.errors().errors(),
              String.join(", ", tuned.atLimit())));
      Tables.write(
          context.spark(),
          folder.location("tuning-" + grid.getKey().written()),
          RowSchema.of(TuningRow.class),
          tuned.table());
    }
    if (!ReferenceSystem.has(system) && !system.equals(settings.scores().baseline())) {
      ScoreWeights baseline =
          read(context, settings.scores().baseline(), tuning).get(WeightsChoice.TUNED);
      chosen.put(WeightsChoice.BASELINE_WEIGHTS, baseline);
      rows.add(row(WeightsChoice.BASELINE_WEIGHTS, baseline, search.errors(baseline).errors(), ""));
    }
    Tables.write(context.spark(), folder.location(WEIGHTS), WEIGHTS_SCHEMA, rows);
    rows.forEach(
        row ->
            context
                .progress()
                .say(
                    "  %-16s s %.2f  μ %.2f  p %.2f  %,d errors on %s%s"
                        .formatted(
                            row.weights(),
                            row.languageScale(),
                            row.interpolation(),
                            row.wordInsertion(),
                            row.tuningErrors(),
                            tuning,
                            row.atLimit().isEmpty()
                                ? ""
                                : "  (at a limit of the grid: " + row.atLimit() + ")")));
    return chosen;
  }

  private Map<WeightsChoice, WeightGrid> grids() {
    Map<WeightsChoice, WeightGrid> grids = new LinkedHashMap<>();
    if (system.equals(ReferenceSystem.NGRAM.id())) {
      grids.put(WeightsChoice.TUNED, settings.weightGrid().withInterpolation(0));
    } else {
      grids.put(WeightsChoice.TUNED, settings.weightGrid());
      grids.put(WeightsChoice.NETWORK_ALONE, settings.weightGrid().withInterpolation(1));
    }
    return grids;
  }

  private static WeightsRow row(
      WeightsChoice choice, ScoreWeights weights, long errors, String atLimit) {
    return new WeightsRow(
        choice.written(),
        weights.acousticScale(),
        weights.languageScale(),
        weights.interpolation(),
        weights.wordInsertion(),
        errors,
        atLimit);
  }

  /** Reads the weights that a system was given on the tuning set. */
  private static Map<WeightsChoice, ScoreWeights> read(
      StageContext context, String system, String tuning) {
    Map<WeightsChoice, ScoreWeights> weights = new LinkedHashMap<>();
    for (WeightsRow row : weightsRows(context, system, tuning)) {
      for (WeightsChoice choice : WeightsChoice.values()) {
        if (choice.written().equals(row.weights())) {
          weights.put(
              choice,
              new ScoreWeights(
                  row.acousticScale(),
                  row.languageScale(),
                  row.interpolation(),
                  row.wordInsertion()));
        }
      }
    }
    return weights;
  }

  /** The table of weights that a system was given on the tuning set. */
  public static List<WeightsRow> weightsRows(StageContext context, String system, String tuning) {
    HadoopFolder folder = context.output().folder(Folders.rescored(system, tuning));
    return Tables.read(context.spark(), folder.location(WEIGHTS), WEIGHTS_SCHEMA);
  }

  private static UtteranceRow firstPass(int position, ScoredUtterance utterance) {
    return new UtteranceRow(
        position,
        utterance.utterance(),
        WeightsChoice.LATTICE.written(),
        1,
        Double.NaN,
        String.join(" ", utterance.hypotheses().get(0).hypothesis().words()));
  }

  private static UtteranceRow best(
      int position, ScoredUtterance utterance, String choice, ScoreWeights weights) {
    int best = utterance.bestIndex(weights);
    return new UtteranceRow(
        position,
        utterance.utterance(),
        choice,
        best + 1,
        weights.score(utterance.hypotheses().get(best)),
        String.join(" ", utterance.hypotheses().get(best).hypothesis().words()));
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
