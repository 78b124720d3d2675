package org.bitlattice.jobs.allocation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bitlattice.allocation.Allocator;
import org.bitlattice.allocation.Budget;
import org.bitlattice.allocation.PrecisionAssignment;
import org.bitlattice.allocation.SearchedPrecisions;
import org.bitlattice.allocation.UnitOption;
import org.bitlattice.jobs.experiment.Folders;
import org.bitlattice.jobs.job.HadoopFolder;
import org.bitlattice.jobs.job.Stage;
import org.bitlattice.jobs.job.StageContext;
import org.bitlattice.jobs.model.StoredModel;
import org.bitlattice.jobs.search.SearchStage;
import org.bitlattice.jobs.sensitivity.KlStage;
import org.bitlattice.jobs.table.RowSchema;
import org.bitlattice.jobs.table.Tables;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.quant.ModelUnits;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.ScaleForm;
import org.bitlattice.quant.WeightUnit;
import org.bitlattice.sensitivity.KlSensitivity;
import org.bitlattice.sensitivity.Sensitivity;
import org.bitlattice.settings.PrecisionChoice;
import org.bitlattice.settings.SystemSettings;

/**
 * Chooses the precision of every unit (a weight matrix or a block of its rows) of a system and
 * writes {@code assignment.json}. Solving for another budget measures nothing again.
 *
 * @param system the system
 */
public record AllocateStage(SystemSettings system) implements Stage.Work {
  /** File of a stage's folder. */
  public static final String ASSIGNMENT = "assignment.json";

  @Override
  public Map<String, Double> run(StageContext context, HadoopFolder folder) throws IOException {
    LmArchitecture architecture =
        StoredModel.read(context, Folders.BASELINE).model().architecture();
    PrecisionAssignment assignment = assignment(context, architecture);
    folder.writeText(ASSIGNMENT, assignment.toJson());
    return Map.of("average-bits", assignment.averageBits());
  }

  private PrecisionAssignment assignment(StageContext context, LmArchitecture architecture) {
    ScaleForm scales = system.tables().scales();
    if (system.precision() instanceof PrecisionChoice.Uniform uniform) {
      ModelUnits units =
          uniform.precision().quantized()
              ? system.tables().words().cut(architecture)
              : ModelUnits.whole(architecture);
      return PrecisionAssignment.uniform(units, uniform.precision(), scales);
    }
    ModelUnits units = system.tables().words().cut(architecture);
    if (system.precision() instanceof PrecisionChoice.BySearch search) {
      return bySearch(context, units, search.budget());
    }
    if (system.precision() instanceof PrecisionChoice.ByHessian hessian) {
      String folder = Folders.hessian(system.tables());
      return measured(context, units, hessian.budget(), folder, hessian.trace().measure());
    }
    Budget budget = ((PrecisionChoice.ByKl) system.precision()).budget();
    return measured(context, units, budget, Folders.kl(system.tables()), KlSensitivity.MEASURE);
  }

  private PrecisionAssignment bySearch(StageContext context, ModelUnits units, Budget budget) {
    ScaleForm scales = system.tables().scales();
    SearchedPrecisions found =
        SearchedPrecisions.forBudget(
            SearchStage.read(context, system.tables(), units), units, budget);
    context
        .progress()
        .say(
            "  beta %s, whose most probable precisions take %,d bytes (%.2f bits a weight)"
                .formatted(
                    found.beta(), found.mostProbableBytes(units), found.mostProbableBits(units)));
    return Allocator.allocate(units, found.options(), budget, scales);
  }

  /** By the rows of one measure in the table of a sensitivity stage. */
  private PrecisionAssignment measured(
      StageContext context, ModelUnits units, Budget budget, String folder, String measure) {
    ScaleForm scales = system.tables().scales();
    String table = context.output().folder(folder).location(KlStage.TABLE);
    Map<String, WeightUnit> byName = new LinkedHashMap<>();
    units.units().forEach(unit -> byName.put(unit.name(), unit));
    Map<String, List<UnitOption>> options = new LinkedHashMap<>();
    for (Sensitivity row : Tables.read(context.spark(), table, RowSchema.of(Sensitivity.class))) {
      if (!row.measure().equals(measure)) {
        continue;
      }
      Precision precision = Precision.ofBits(row.bits());
      options
          .computeIfAbsent(row.tensor(), name -> new ArrayList<>())
          .add(UnitOption.of(byName.get(row.tensor()), precision, scales, row.value()));
    }
    return Allocator.allocate(units, options, budget, scales);
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
