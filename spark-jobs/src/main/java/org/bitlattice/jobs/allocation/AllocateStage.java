package org.bitlattice.jobs.allocation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.bitlattice.allocation.Allocator;
import org.bitlattice.allocation.Allocator.Allocation;
import org.bitlattice.allocation.PrecisionAssignment;
import org.bitlattice.allocation.SizeAxis;
import org.bitlattice.jobs.experiment.Folders;
import org.bitlattice.jobs.job.HadoopFolder;
import org.bitlattice.jobs.job.Stage;
import org.bitlattice.jobs.job.StageContext;
import org.bitlattice.jobs.model.StoredModel;
import org.bitlattice.jobs.table.RowSchema;
import org.bitlattice.jobs.table.Tables;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.quant.ModelFolder;
import org.bitlattice.quant.ModelUnits;
import org.bitlattice.quant.Precision;
import org.bitlattice.report.FrontierRow;
import org.bitlattice.settings.EvaluationSettings;
import org.bitlattice.settings.PrecisionChoice;
import org.bitlattice.settings.PrecisionChoice.Source;
import org.bitlattice.settings.SystemSettings;

/**
 * Chooses the precision of every unit (a weight matrix or a block of its rows) of a system and
 * writes {@code assignment.json}. Solving for another budget measures no sensitivity again. Where
 * precisions are chosen under a budget, the table {@code frontier} has the best assignments of all
 * budgets ({@link FrontierRow}); where whole models decide, {@code candidates/} has them and what
 * was measured.
 *
 * @param system the system
 * @param precisions those that a uniform candidate may have
 * @param evaluation how whole models are measured
 */
public record AllocateStage(
    SystemSettings system, List<Precision> precisions, EvaluationSettings evaluation)
    implements Stage.Work {
  /** File of a stage's folder. */
  public static final String ASSIGNMENT = "assignment.json";

  private static final String FRONTIER = "frontier";

  /** Most rows of the table of a frontier, for each source and axis. */
  private static final int MOST_POINTS = 500;

  @Override
  public Map<String, Double> run(StageContext context, HadoopFolder folder) throws IOException {
    ModelFolder baseline = StoredModel.read(context, Folders.BASELINE);
    Map<String, Double> counts = new TreeMap<>();
    PrecisionAssignment assignment = assignment(context, folder, baseline, counts);
    folder.writeText(ASSIGNMENT, assignment.toJson());
    counts.put("average-bits", assignment.averageBits());
    counts.put("model-bytes", (double) assignment.bytes());
    return counts;
  }

  private PrecisionAssignment assignment(
      StageContext context, HadoopFolder folder, ModelFolder baseline, Map<String, Double> counts) {
    LmArchitecture architecture = baseline.model().architecture();
    if (system.precision() instanceof PrecisionChoice.Uniform uniform) {
      ModelUnits units =
          uniform.precision().quantized()
              ? system.tables().words().cut(architecture)
              : ModelUnits.whole(architecture);
      return PrecisionAssignment.uniform(units, uniform.precision(), system.tables().scales());
    }
    if (system.precision() instanceof PrecisionChoice.Given given) {
      byte[] json =
          HadoopFolder.content(given.path(), context.sparkContext().hadoopConfiguration());
      return PrecisionAssignment.fromJson(json, given.path(), architecture);
    }
    PrecisionChoice.Chosen chosen = (PrecisionChoice.Chosen) system.precision();
    Map<Source, Allocator> allocators =
        new MeasuredOptions(context, system.tables(), chosen).allocators(architecture);
    writeFrontiers(context, folder, allocators);
    allocators.forEach(
        (source, allocator) -> tellBest(context, source, allocator.best(chosen.budget()), counts));
    return chosen.candidates().isPresent()
        ? new CandidateTrial(context, system, chosen, precisions, evaluation)
            .best(folder, baseline, allocators, counts)
        : allocators.get(chosen.sources().get(0)).best(chosen.budget()).assignment();
  }

  /** Counts the least sum of a source, and says by how much it may not be the least. */
  private static void tellBest(
      StageContext context, Source source, Allocation best, Map<String, Double> counts) {
    counts.put(CandidateTrial.written(source) + "-damage", best.damage());
    counts.put(CandidateTrial.written(source) + "-damage-excess", best.excess());
    if (best.excess() > 0) {
      context
          .progress()
          .say(
              String.format(
                  Locale.ROOT,
                  "  the choice by %s has too many rivals to be exact: its sum of %.6g is at most %.3g above the least possible",
                  CandidateTrial.written(source),
                  best.damage(),
                  best.excess()));
    }
  }

  private void writeFrontiers(
      StageContext context, HadoopFolder folder, Map<Source, Allocator> allocators) {
    List<FrontierRow> rows = new ArrayList<>();
    allocators.forEach(
        (source, allocator) -> {
          for (SizeAxis axis : SizeAxis.values()) {
            for (Allocation point : allocator.frontier(axis, MOST_POINTS)) {
              rows.add(row(source, axis, point));
            }
          }
        });
    Tables.write(context.spark(), folder.location(FRONTIER), RowSchema.of(FrontierRow.class), rows);
  }

  private FrontierRow row(Source source, SizeAxis axis, Allocation point) {
    return new FrontierRow(
        system.id(),
        CandidateTrial.written(source),
        axis.label(),
        point.assignment().bytes(),
        point.assignment().averageBits(),
        point.damage(),
        point.excess(),
        point.assignment().bitsInOrder());
  }

  /** Reads the assignment that the stage of a system wrote. */
  public static PrecisionAssignment read(
      StageContext context, String system, LmArchitecture architecture) {
    HadoopFolder folder = context.output().folder(Folders.assignment(system));
    return PrecisionAssignment.fromJson(
        folder.readText(ASSIGNMENT).getBytes(StandardCharsets.UTF_8),
        folder.location(ASSIGNMENT),
        architecture);
  }
}
