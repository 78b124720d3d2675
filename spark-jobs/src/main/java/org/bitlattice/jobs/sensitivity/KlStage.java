package org.bitlattice.jobs.sensitivity;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
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
import org.bitlattice.quant.ModelFolder;
import org.bitlattice.quant.ModelUnits;
import org.bitlattice.quant.TableForm;
import org.bitlattice.sensitivity.KlSampling;
import org.bitlattice.sensitivity.KlStopping;
import org.bitlattice.sensitivity.ProbeTables;
import org.bitlattice.sensitivity.Sensitivity;
import org.bitlattice.settings.EvaluationSettings;
import org.bitlattice.settings.SensitivitySettings;

/**
 * Measures the KL divergence from the full-precision model to the model with one unit quantized (a
 * weight matrix or a block of its rows), for every unit and precision (method.md, section 4).
 * Shards of dev sentences are measured in batches, until leaving one out changes no allocation by
 * much or all are measured. Tables are fitted once, before that. A task takes some shards and
 * units; the full-precision distributions are computed once in it for all their precisions.
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

  @Override
  public Map<String, Double> run(StageContext context, HadoopFolder folder) throws IOException {
    ModelFolder baseline = StoredModel.read(context, Folders.BASELINE);
    LmWeights weights = baseline.model().weights();
    ModelUnits units = tables.words().cut(weights.architecture());
    KlSampling sampling = new KlSampling(units, sensitivity.precisions(), tables.scales());
    JavaSparkContext spark = context.sparkContext();
    Broadcast<LmWeights> model = spark.broadcast(weights);
    List<Sensitivity> rows;
    try {
      context.describeJobs("%s: tables".formatted(Folders.kl(tables)));
      ProbeTables fitted = TableFitJob.fit(spark, model, sampling.probes(), tables.scales());
      KlJob.Probing probing =
          new KlJob.Probing(
              sampling.probes(),
              sensitivity.precisions().size(),
              fitted,
              baseline.vocabulary().boundaryId(),
              evaluation.batchRows());
      Broadcast<KlJob.Probing> shared = spark.broadcast(probing);
      try {
        sample(context, sampling, job(context, model, shared, units.units().size()));
      } finally {
        shared.destroy();
      }
      rows = sampling.sensitivities(fitted);
    } finally {
      model.destroy();
    }
    Tables.write(context.spark(), folder.location(TABLE), RowSchema.of(Sensitivity.class), rows);
    for (Sensitivity row : rows) {
      context
          .progress()
          .say(
              "  %-30s %2d bit  %.5f ± %.5f nats per token"
                  .formatted(row.tensor(), row.bits(), row.value(), row.standardError()));
    }
    return Map.of(
        "probes", (double) rows.size(),
        "shards", (double) sampling.shards(),
        "tokens", (double) rows.get(0).tokens());
  }

  private KlJob job(
      StageContext context,
      Broadcast<LmWeights> model,
      Broadcast<KlJob.Probing> probing,
      int units) {
    JavaSparkContext spark = context.sparkContext();
    int batch = Math.min(sensitivity.kl().batch(), sensitivity.shards());
    KlJob.TaskSize size = KlJob.TaskSize.of(units, batch, spark.defaultParallelism());
    JavaRDD<List<List<int[]>>> shards =
        new HeldOutText(context)
            .sample("dev", sensitivity.sentences(), sensitivity.shards(), size.shards());
    return new KlJob(spark, shards, model, probing, size);
  }

  /** Measures batches of shards until the rule is content twice in a row or none is left. */
  private void sample(StageContext context, KlSampling sampling, KlJob job) {
    int all = sensitivity.shards();
    boolean ended = false;
    boolean contentBefore = false;
    while (!ended) {
      int from = sampling.shards();
      int to = (int) Math.min((long) from + sensitivity.kl().batch(), all);
      context.describeJobs(
          "%s: shards %d to %d of at most %d".formatted(Folders.kl(tables), from + 1, to, all));
      sampling.add(job.measure(from, to));
      KlStopping.Look look = sampling.look(sensitivity.kl().stopping());
      boolean settled = contentBefore && look.settled();
      contentBefore = look.settled();
      ended = settled || to == all;
      if (to == all) {
        context.progress().say("  all %d shards measured: %s".formatted(all, look.words()));
      } else if (settled) {
        context
            .progress()
            .say("  settled after %d of %d shards: %s".formatted(to, all, look.words()));
      } else {
        context.progress().update("  %d of %d shards: %s".formatted(to, all, look.words()));
      }
    }
  }
}
