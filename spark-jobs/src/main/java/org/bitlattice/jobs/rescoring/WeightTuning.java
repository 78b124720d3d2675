package org.bitlattice.jobs.rescoring;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bitlattice.jobs.experiment.Folders;
import org.bitlattice.jobs.job.HadoopFolder;
import org.bitlattice.jobs.job.StageContext;
import org.bitlattice.jobs.table.RowSchema;
import org.bitlattice.jobs.table.Tables;
import org.bitlattice.report.WeightsRow;
import org.bitlattice.rescoring.ScoreWeights;
import org.bitlattice.rescoring.TunedWeights;
import org.bitlattice.rescoring.TuningRow;
import org.bitlattice.rescoring.WeightGrid;
import org.bitlattice.rescoring.WeightSearch;
import org.bitlattice.scoring.TrnFile;
import org.bitlattice.settings.ExperimentSettings;

/**
 * The score weights of a system: tuned on the tuning set, and read from there by every other set.
 *
 * @param system name of the system
 * @param settings grid, names of baseline and tuning set
 */
record WeightTuning(String system, ExperimentSettings settings) {
  private static final String WEIGHTS = "weights";
  private static final RowSchema<WeightsRow> SCHEMA = RowSchema.of(WeightsRow.class);

  /** Searches the weights of each choice, and stores them with the table of each search. */
  Map<WeightsChoice, ScoreWeights> tune(
      StageContext context, HadoopFolder folder, ScoredSet scored, TrnFile references)
      throws IOException {
    Map<WeightsChoice, ScoreWeights> chosen = new LinkedHashMap<>();
    List<WeightsRow> rows = new ArrayList<>();
    for (Map.Entry<WeightsChoice, WeightGrid> grid : grids().entrySet()) {
      TunedWeights tuned =
          WeightSearch.search(grid.getValue(), points -> scored.errors(references, points));
      chosen.put(grid.getKey(), tuned.weights());
      String atLimit = String.join(", ", tuned.atLimit());
      rows.add(row(grid.getKey(), tuned.weights(), tuned.errors(), atLimit));
      Tables.write(
          context.spark(),
          folder.location("tuning-" + grid.getKey().written()),
          RowSchema.of(TuningRow.class),
          tuned.table());
    }
    String baseline = settings.scores().baseline();
    if (!ReferenceSystem.has(system) && !system.equals(baseline)) {
      ScoreWeights theirs = stored(context, baseline).get(WeightsChoice.TUNED);
      chosen.put(WeightsChoice.BASELINE_WEIGHTS, theirs);
      long errors = scored.errors(references, List.of(theirs))[0];
      rows.add(row(WeightsChoice.BASELINE_WEIGHTS, theirs, errors, ""));
    }
    Tables.write(context.spark(), folder.location(WEIGHTS), SCHEMA, rows);
    rows.forEach(row -> context.progress().say(sentence(row)));
    return chosen;
  }

  private String sentence(WeightsRow row) {
    return "  %-16s s %.2f  μ %.2f  p %.2f  %,d errors on %s%s"
        .formatted(
            row.weights(),
            row.languageScale(),
            row.interpolation(),
            row.wordInsertion(),
            row.tuningErrors(),
            settings.lattices().tuningSet(),
            row.atLimit().isEmpty() ? "" : "  (at a limit of the grid: " + row.atLimit() + ")");
  }

  private Map<WeightsChoice, WeightGrid> grids() {
    WeightGrid grid = settings.rescoring().grid();
    Map<WeightsChoice, WeightGrid> grids = new LinkedHashMap<>();
    if (system.equals(ReferenceSystem.NGRAM.id())) {
      grids.put(WeightsChoice.TUNED, grid.withInterpolation(0));
    } else {
      grids.put(WeightsChoice.TUNED, grid);
      grids.put(WeightsChoice.NETWORK_ALONE, grid.withInterpolation(1));
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

  /** The weights that this system was given on the tuning set. */
  Map<WeightsChoice, ScoreWeights> stored(StageContext context) {
    return stored(context, system);
  }

  private Map<WeightsChoice, ScoreWeights> stored(StageContext context, String of) {
    Map<WeightsChoice, ScoreWeights> weights = new LinkedHashMap<>();
    for (WeightsRow row : rows(context, of, settings.lattices().tuningSet())) {
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
  static List<WeightsRow> rows(StageContext context, String system, String tuning) {
    HadoopFolder folder = context.output().folder(Folders.rescored(system, tuning));
    return Tables.read(context.spark(), folder.location(WEIGHTS), SCHEMA);
  }
}
