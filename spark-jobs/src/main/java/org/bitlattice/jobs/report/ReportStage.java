package org.bitlattice.jobs.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bitlattice.jobs.experiment.Folders;
import org.bitlattice.jobs.job.HadoopFolder;
import org.bitlattice.jobs.job.Stage;
import org.bitlattice.jobs.job.StageContext;
import org.bitlattice.jobs.rescoring.HypothesesStage;
import org.bitlattice.jobs.rescoring.ReferenceSystem;
import org.bitlattice.jobs.rescoring.RescoreStage;
import org.bitlattice.jobs.rescoring.StoredLattices;
import org.bitlattice.jobs.scoring.ScoreStage;
import org.bitlattice.jobs.table.RowSchema;
import org.bitlattice.jobs.table.Tables;
import org.bitlattice.report.LatticeRow;
import org.bitlattice.report.RejectedRow;
import org.bitlattice.report.SetFigures;
import org.bitlattice.report.SummaryPage;
import org.bitlattice.report.WeightsRow;
import org.bitlattice.report.WerRow;
import org.bitlattice.settings.ExperimentSettings;
import org.bitlattice.settings.LatticeSettings.LatticeSet;
import org.bitlattice.settings.SystemSettings;

/**
 * Writes {@code summary.md}.
 *
 * @param settings the experiment
 */
public record ReportStage(ExperimentSettings settings) implements Stage.Work {
  /** Page of a stage's folder. */
  public static final String SUMMARY = "summary.md";

  @Override
  public Map<String, Double> run(StageContext context, HadoopFolder folder) {
    String table = context.output().folder(Folders.SCORES).location(ScoreStage.WER);
    List<WerRow> rows = Tables.read(context.spark(), table, RowSchema.of(WerRow.class));
    Map<String, List<WeightsRow>> weights = new LinkedHashMap<>();
    Map<String, SetFigures> sets = new LinkedHashMap<>();
    if (!settings.lattices().sets().isEmpty()) {
      for (String system : tunedSystems()) {
        weights.put(
            system, RescoreStage.weightsRows(context, system, settings.lattices().tuningSet()));
      }
      for (LatticeSet set : settings.lattices().sets()) {
        sets.put(set.name(), figures(context, set));
      }
    }
    SummaryPage page =
        new SummaryPage(
            context.output().path(),
            settings.notes(),
            rows,
            weights,
            sets,
            new SummaryPage.Rules(
                settings.lattices().tuningSet(),
                settings.scores().significance(),
                settings.scores().losslessMargin()));
    folder.writeText(SUMMARY, page.markdown());
    return Map.of("rows", (double) rows.size());
  }

  private static SetFigures figures(StageContext context, LatticeSet set) {
    String list =
        context.output().folder(Folders.hypotheses(set.name())).location(HypothesesStage.REJECTED);
    int rejected = Tables.read(context.spark(), list, RowSchema.of(RejectedRow.class)).size();
    List<LatticeRow> lattices = StoredLattices.figures(context, set.name());
    return new SetFigures(
        rejected,
        lattices.stream().mapToLong(LatticeRow::referenceWords).sum(),
        lattices.stream().mapToLong(LatticeRow::oracleErrors).sum(),
        lattices.stream().mapToLong(LatticeRow::keptOracleErrors).sum());
  }

  private List<String> tunedSystems() {
    List<String> systems = new ArrayList<>();
    if (settings.arpa().isPresent()) {
      systems.add(ReferenceSystem.NGRAM.id());
    }
    settings.systems().stream().map(SystemSettings::id).forEach(systems::add);
    return systems;
  }
}
