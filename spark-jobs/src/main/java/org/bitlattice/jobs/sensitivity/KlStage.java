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
import org.bitlattice.jobs.table.RowSchema;
import org.bitlattice.jobs.table.Tables;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.TensorShape;
import org.bitlattice.lm.scoring.KlSum;
import org.bitlattice.lm.scoring.ScorerSettings;
import org.bitlattice.quant.ModelFolder;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.ScaleScope;
import org.bitlattice.sensitivity.KlProbe;
import org.bitlattice.sensitivity.KlSensitivity;
import org.bitlattice.sensitivity.Sensitivity;
import org.bitlattice.settings.EvaluationSettings;
import org.bitlattice.settings.SensitivitySettings;

/**
 * Measures the KL divergence from the full-precision model to the model with one tensor quantized,
 * for every tensor and precision (method.md, section 4). A task takes one shard of dev sentences
 * and one tensor; the full-precision distributions are computed once in it for all precisions.
 *
 * @param scope what shares a scale
 * @param sensitivity precisions, sentences and shards
 * @param evaluation how text is scored
 */
public record KlStage(
    ScaleScope scope, SensitivitySettings sensitivity, EvaluationSettings evaluation)
    implements Stage.Work {
  /** Table of a stage's folder. */
  public static final String TABLE = "table";

  private record Part(int tensor, List<KlSum> sums, double seconds) implements Serializable {}

  @Override
  public Map<String, Double> run(StageContext context, HadoopFolder folder) throws IOException {
    ModelFolder baseline =
        ModelFolder.read(context.output().folder(Folders.BASELINE).folder(Folders.MODEL));
    LmWeights weights = baseline.model().weights();
    JavaRDD<List<int[]>> shards =
        new HeldOutText(context).sample("dev", sensitivity.sentences(), sensitivity.shards());
    List<TensorShape> tensors = weights.architecture().quantizable();
    List<Part> parts =
        measure(context, weights, baseline.vocabulary().boundaryId(), shards, tensors);
    List<Sensitivity> rows = merge(tensors, parts);
    Tables.write(context.spark(), folder.location(TABLE), RowSchema.of(Sensitivity.class), rows);
    for (Sensitivity row : rows) {
      context
          .progress()
          .say(
              "  %-22s %2d bit  %.5f ± %.5f nats per token"
                  .formatted(row.tensor(), row.bits(), row.value(), row.standardError()));
    }
    return Map.of("probes", (double) rows.size(), "tokens", (double) rows.get(0).tokens());
  }

  /**
   * The parts of all tensors on the first shard, then on the second, and so on. A task takes its
   * shard from whoever cut it, so that a sentence travels to the tasks that need it only.
   */
  private List<Part> measure(
      StageContext context,
      LmWeights weights,
      int boundary,
      JavaRDD<List<int[]>> shards,
      List<TensorShape> tensors) {
    List<Integer> places = IntStream.range(0, tensors.size()).boxed().toList();
    Probing probing =
        new Probing(scope, sensitivity.precisions(), boundary, evaluation.batchRows());
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
  private record Probing(ScaleScope scope, List<Precision> precisions, int boundary, int batchRows)
      implements Serializable {
    Part measure(List<int[]> shard, int place, LmWeights weights) {
      long start = System.nanoTime();
      String tensor = weights.architecture().quantizable().get(place).name();
      List<KlProbe> probes =
          precisions.stream().map(precision -> new KlProbe(tensor, precision)).toList();
      List<KlSum> sums =
          KlSensitivity.measure(
              weights, probes, scope, shard, boundary, new ScorerSettings(batchRows));
      return new Part(place, new ArrayList<>(sums), (System.nanoTime() - start) / 1e9);
    }
  }

  /** Adds up the shards of each probe in their order. */
  private List<Sensitivity> merge(List<TensorShape> tensors, List<Part> parts) {
    List<Sensitivity> rows = new ArrayList<>();
    for (int tensor = 0; tensor < tensors.size(); tensor++) {
      int wanted = tensor;
      List<Part> own = parts.stream().filter(part -> part.tensor() == wanted).toList();
      double seconds =
          own.stream().mapToDouble(Part::seconds).sum() / sensitivity.precisions().size();
      for (int i = 0; i < sensitivity.precisions().size(); i++) {
        int probe = i;
        Precision precision = sensitivity.precisions().get(i);
        List<KlSum> sums = own.stream().map(part -> part.sums().get(probe)).toList();
        rows.add(
            KlSensitivity.merge(new KlProbe(tensors.get(tensor).name(), precision), sums, seconds));
      }
    }
    return rows;
  }
}
