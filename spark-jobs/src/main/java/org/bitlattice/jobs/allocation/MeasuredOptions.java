package org.bitlattice.jobs.allocation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bitlattice.allocation.Allocator;
import org.bitlattice.allocation.SearchedPrecisions;
import org.bitlattice.allocation.UnitOption;
import org.bitlattice.jobs.experiment.Folders;
import org.bitlattice.jobs.job.StageContext;
import org.bitlattice.jobs.search.SearchStage;
import org.bitlattice.jobs.sensitivity.KlStage;
import org.bitlattice.jobs.table.RowSchema;
import org.bitlattice.jobs.table.Tables;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.quant.ModelUnits;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.TableForm;
import org.bitlattice.quant.WeightUnit;
import org.bitlattice.sensitivity.KlSensitivity;
import org.bitlattice.sensitivity.Sensitivity;
import org.bitlattice.settings.PrecisionChoice.Chosen;
import org.bitlattice.settings.PrecisionChoice.Source;

/**
 * What each source of a choice says about units and precisions, read from the tables of the stages
 * that measured it.
 *
 * @param context of the stage
 * @param tables form of the system's tables
 * @param chosen how its precisions are chosen
 */
record MeasuredOptions(StageContext context, TableForm tables, Chosen chosen) {
  /** An allocator for each source but uniform, which measures nothing. */
  Map<Source, Allocator> allocators(LmArchitecture architecture) {
    ModelUnits units = tables.words().cut(architecture);
    Map<Source, Allocator> allocators = new LinkedHashMap<>();
    for (Source source : chosen.sources()) {
      if (source != Source.UNIFORM) {
        allocators.put(
            source, Allocator.over(units, options(source, units), tables.scales(), chosen.rules()));
      }
    }
    return allocators;
  }

  private Map<String, List<UnitOption>> options(Source source, ModelUnits units) {
    return switch (source) {
      case KL -> measured(units, Folders.kl(tables), KlSensitivity.MEASURE);
      case HESSIAN -> measured(units, Folders.hessian(tables), chosen.trace().measure());
      case SEARCH -> searched(units);
      case UNIFORM -> throw new IllegalArgumentException("a uniform precision is not measured");
    };
  }

  private Map<String, List<UnitOption>> searched(ModelUnits units) {
    SearchedPrecisions found =
        SearchedPrecisions.forBudget(
            SearchStage.read(context, tables, units), units, chosen.budget());
    context
        .progress()
        .say(
            "  beta %s, whose most probable precisions take %,d bytes (%.2f bits a weight)"
                .formatted(
                    found.beta(), found.mostProbableBytes(units), found.mostProbableBits(units)));
    return found.options();
  }

  /** The rows of one measure in the table of a sensitivity stage. */
  private Map<String, List<UnitOption>> measured(ModelUnits units, String folder, String measure) {
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
          .add(UnitOption.of(byName.get(row.tensor()), precision, tables.scales(), row.value()));
    }
    return options;
  }
}
