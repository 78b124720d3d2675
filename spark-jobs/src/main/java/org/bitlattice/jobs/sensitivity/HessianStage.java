package org.bitlattice.jobs.sensitivity;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.bitlattice.jobs.experiment.Folders;
import org.bitlattice.jobs.job.HadoopFolder;
import org.bitlattice.jobs.job.Stage;
import org.bitlattice.jobs.job.StageContext;
import org.bitlattice.jobs.model.StoredModel;
import org.bitlattice.jobs.table.RowSchema;
import org.bitlattice.jobs.table.Tables;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.TableForm;
import org.bitlattice.quant.WeightUnit;
import org.bitlattice.sensitivity.HessianSensitivity;
import org.bitlattice.sensitivity.HessianTrace;
import org.bitlattice.sensitivity.KlProbe;
import org.bitlattice.sensitivity.Perturbation;
import org.bitlattice.sensitivity.ProbeTables;
import org.bitlattice.sensitivity.Sensitivity;

/**
 * The Hessian sensitivities of every unit at every precision, by both measures, from the traces
 * that {@link TraceStage} left and from the squared errors of table fits (method.md, section 4).
 *
 * @param tables units and scales of the quantization tables
 * @param precisions precisions that are probed
 */
public record HessianStage(TableForm tables, List<Precision> precisions) implements Stage.Work {
  /** Table of a stage's folder. */
  public static final String TABLE = KlStage.TABLE;

  @Override
  public Map<String, Double> run(StageContext context, HadoopFolder folder) throws IOException {
    LmWeights weights = StoredModel.read(context, Folders.BASELINE).model().weights();
    Map<String, HessianTrace> traces = new LinkedHashMap<>();
    TraceStage.read(context, tables.words()).forEach(trace -> traces.put(trace.unit(), trace));
    List<WeightUnit> units = tables.words().cut(weights.architecture()).units();
    List<List<Perturbation>> perturbations = perturbations(context, weights, units);
    List<Sensitivity> rows = new ArrayList<>();
    for (HessianSensitivity.Kind kind : HessianSensitivity.Kind.values()) {
      for (int unit = 0; unit < units.size(); unit++) {
        HessianTrace trace = traces.get(units.get(unit).name());
        for (int i = 0; i < precisions.size(); i++) {
          int bits = precisions.get(i).bits();
          rows.add(HessianSensitivity.of(trace, bits, perturbations.get(unit).get(i), kind));
        }
      }
    }
    Tables.write(context.spark(), folder.location(TABLE), RowSchema.of(Sensitivity.class), rows);
    rows.stream()
        .filter(row -> row.measure().equals(HessianSensitivity.Kind.MEAN.measure()))
        .forEach(
            row ->
                context
                    .progress()
                    .say(
                        "  %-30s %2d bit  %.5f ± %.5f nats per token"
                            .formatted(
                                row.tensor(), row.bits(), row.value(), row.standardError())));
    return Map.of("units", (double) units.size(), "rows", (double) rows.size());
  }

  /** For each unit its perturbations at all precisions. */
  private List<List<Perturbation>> perturbations(
      StageContext context, LmWeights weights, List<WeightUnit> units) {
    List<List<KlProbe>> probes = new ArrayList<>();
    for (WeightUnit unit : units) {
      probes.add(
          new ArrayList<>(precisions.stream().map(bits -> new KlProbe(unit, bits)).toList()));
    }
    JavaSparkContext spark = context.sparkContext();
    Broadcast<LmWeights> model = spark.broadcast(weights);
    try {
      List<KlProbe> all = probes.stream().flatMap(List::stream).toList();
      ProbeTables fitted = TableFitJob.fit(spark, model, all, tables.scales());
      Broadcast<ProbeTables> shared = spark.broadcast(fitted);
      try {
        return spark
            .parallelize(probes, probes.size())
            .map(own -> perturbations(own, shared.value(), model.value()))
            .collect();
      } finally {
        shared.destroy();
      }
    } finally {
      model.destroy();
    }
  }

  private static List<Perturbation> perturbations(
      List<KlProbe> probes, ProbeTables tables, LmWeights weights) {
    return new ArrayList<>(
        probes.stream().map(probe -> tables.perturbation(weights, probe)).toList());
  }
}
