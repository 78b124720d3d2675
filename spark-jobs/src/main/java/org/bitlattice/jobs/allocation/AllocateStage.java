package org.bitlattice.jobs.allocation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bitlattice.allocation.Allocator;
import org.bitlattice.allocation.Budget;
import org.bitlattice.allocation.PrecisionAssignment;
import org.bitlattice.allocation.TensorOption;
import org.bitlattice.jobs.experiment.Folders;
import org.bitlattice.jobs.job.HadoopFolder;
import org.bitlattice.jobs.job.Stage;
import org.bitlattice.jobs.job.StageContext;
import org.bitlattice.jobs.sensitivity.KlStage;
import org.bitlattice.jobs.table.RowSchema;
import org.bitlattice.jobs.table.Tables;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.TensorShape;
import org.bitlattice.quant.ModelFolder;
import org.bitlattice.quant.Precision;
import org.bitlattice.sensitivity.Sensitivity;
import org.bitlattice.settings.PrecisionChoice;
import org.bitlattice.settings.SystemSettings;

/**
 * Chooses the precision of every tensor of a system and writes {@code assignment.json}. Solving for
 * another budget measures nothing again.
 *
 * @param system the system
 */
public record AllocateStage(SystemSettings system) implements Stage.Work {
  /** File of a stage's folder. */
  public static final String ASSIGNMENT = "assignment.json";

  @Override
  public Map<String, Double> run(StageContext context, HadoopFolder folder) throws IOException {
    LmArchitecture architecture =
        ModelFolder.read(context.output().folder(Folders.BASELINE).folder(Folders.MODEL))
            .model()
            .architecture();
    PrecisionAssignment assignment = assignment(context, architecture);
    folder.writeText(ASSIGNMENT, assignment.toJson());
    return Map.of("average-bits", assignment.averageBits(architecture));
  }

  private PrecisionAssignment assignment(StageContext context, LmArchitecture architecture) {
    if (system.precision() instanceof PrecisionChoice.Uniform uniform) {
      return PrecisionAssignment.uniform(architecture, uniform.precision(), system.scope());
    }
    return byKl(context, architecture, ((PrecisionChoice.ByKl) system.precision()).budget());
  }

  private PrecisionAssignment byKl(
      StageContext context, LmArchitecture architecture, Budget budget) {
    String table =
        context
            .output()
            .folder(Folders.kl(system.scope().name().toLowerCase(Locale.ROOT)))
            .location(KlStage.TABLE);
    Map<String, List<TensorOption>> options = new LinkedHashMap<>();
    Map<String, TensorShape> shapes = new LinkedHashMap<>();
    architecture.quantizable().forEach(shape -> shapes.put(shape.name(), shape));
    for (Sensitivity row : Tables.read(context.spark(), table, RowSchema.of(Sensitivity.class))) {
      options
          .computeIfAbsent(row.tensor(), name -> new ArrayList<>())
          .add(
              TensorOption.of(
                  shapes.get(row.tensor()),
                  Precision.ofBits(row.bits()),
                  system.scope(),
                  row.value()));
    }
    return Allocator.allocate(architecture, options, budget, system.scope());
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
