package org.bitlattice.jobs.sensitivity;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.bitlattice.jobs.experiment.Folders;
import org.bitlattice.jobs.job.HadoopFolder;
import org.bitlattice.jobs.job.Stage;
import org.bitlattice.jobs.job.StageContext;
import org.bitlattice.jobs.model.HeldOutText;
import org.bitlattice.jobs.model.StoredModel;
import org.bitlattice.jobs.table.RowSchema;
import org.bitlattice.jobs.table.Tables;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.scoring.KlSum;
import org.bitlattice.lm.scoring.ScorerSettings;
import org.bitlattice.quant.ModelFolder;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.TableForm;
import org.bitlattice.quant.WeightUnit;
import org.bitlattice.sensitivity.KlProbe;
import org.bitlattice.sensitivity.KlSensitivity;
import org.bitlattice.sensitivity.ProbeTables;
import org.bitlattice.sensitivity.Sensitivity;
import org.bitlattice.settings.EvaluationSettings;
import org.bitlattice.settings.SensitivitySettings;

/**
 * Measures the KL divergence from the full-precision model to the model with one unit quantized (a
 * weight matrix or a block of its rows), for every unit and precision (method.md, section 4). A
 * task takes one shard of dev sentences and one unit; the full-precision distributions are computed
 * once in it for all precisions.
 *
 * @param tables units and scales of the quantization tables
 * @param sensitivity precisions, sentences and shards
 * @param evaluation how text is scored
 */
public record KlStage(
    TableForm tables, SensitivitySettings sensitivity, EvaluationSettings evaluation)
    implements Stage.Work {
  /** Table of a stage's folder. */
  public static final String TABLE = "table";

  private record Part(int unit, List<KlSum> sums, double seconds) implements Serializable {}

  @Override
  public Map<String, Double> run(StageContext context, HadoopFolder folder) throws IOException {
    ModelFolder baseline = StoredModel.read(context, Folders.BASELINE);
    LmWeights weights = baseline.model().weights();
    JavaRDD<List<int[]>> shards =
        new HeldOutText(context).sample("dev", sensitivity.sentences(), sensitivity.shards());
    List<WeightUnit> units = tables.words().cut(weights.architecture()).units();
    Probing probing =
        new Probing(
            units,
            sensitivity.precisions(),
            ProbeTables.of(weights, sensitivity.precisions(), tables.scales()),
            baseline.vocabulary().boundaryId(),
            evaluation.batchRows());
    List<Sensitivity> rows = merge(units, measure(context, weights, probing, shards));
    Tables.write(context.spark(), folder.location(TABLE), RowSchema.of(Sensitivity.class), rows);
    for (Sensitivity row : rows) {
      context
          .progress()
          .say(
              "  %-30s %2d bit  %.5f ± %.5f nats per token"
                  .formatted(row.tensor(), row.bits(), row.value(), row.standardError()));
    }
    return Map.of("probes", (double) rows.size(), "tokens", (double) rows.get(0).tokens());
  }

  /**
   * The parts of all tensors on the first shard, then on the second, and so on. A task takes its
   * shard from whoever cut it, so that a sentence travels to the tasks that need it only.
   */
  private List<Part> measure(
      StageContext context, LmWeights weights, Probing probing, JavaRDD<List<int[]>> shards) {
    List<Integer> places = IntStream.range(0, probing.units().size()).boxed().toList();
    Broadcast<LmWeights> model = context.sparkContext().broadcast(weights);
    try {
      return shards
          .cartesian(context.sparkContext().parallelize(places, places.size()))
          .map(task -> probing.measure(task._1(), task._2(), model.value()))
          .collect();
    } finally {
      model.destroy();
    }
  }

  /** What a task needs beside the model and the text. */
  private record Probing(
      List<WeightUnit> units,
      List<Precision> precisions,
      ProbeTables tables,
      int boundary,
      int batchRows)
      implements Serializable {
    Part measure(List<int[]> shard, int place, LmWeights weights) {
      long start = System.nanoTime();
      WeightUnit unit = units.get(place);
      List<KlProbe> probes =
          precisions.stream().map(precision -> new KlProbe(unit, precision)).toList();
      List<KlSum> sums =
          KlSensitivity.measure(
              weights, probes, tables, shard, boundary, new ScorerSettings(batchRows));
      return new Part(place, new ArrayList<>(sums), (System.nanoTime() - start) / 1e9);
    }
  }

  /** Adds up the shards of each probe in their order. */
  private List<Sensitivity> merge(List<WeightUnit> units, List<Part> parts) {
    List<Sensitivity> rows = new ArrayList<>();
    for (int unit = 0; unit < units.size(); unit++) {
      int wanted = unit;
      List<Part> own = parts.stream().filter(part -> part.unit() == wanted).toList();
      double seconds =
          own.stream().mapToDouble(Part::seconds).sum() / sensitivity.precisions().size();
      for (int i = 0; i < sensitivity.precisions().size(); i++) {
        int probe = i;
        Precision precision = sensitivity.precisions().get(i);
        List<KlSum> sums = own.stream().map(part -> part.sums().get(probe)).toList();
        rows.add(KlSensitivity.merge(new KlProbe(units.get(unit), precision), sums, seconds));
      }
    }
    return rows;
  }
}
