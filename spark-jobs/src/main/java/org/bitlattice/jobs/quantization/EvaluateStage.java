package org.bitlattice.jobs.quantization;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaRDD;
import org.bitlattice.jobs.experiment.Folders;
import org.bitlattice.jobs.job.HadoopFolder;
import org.bitlattice.jobs.job.Stage;
import org.bitlattice.jobs.job.StageContext;
import org.bitlattice.jobs.model.HeldOutText;
import org.bitlattice.jobs.model.PerplexityJob;
import org.bitlattice.jobs.model.StoredModel;
import org.bitlattice.jobs.table.RowSchema;
import org.bitlattice.jobs.table.Tables;
import org.bitlattice.lm.scoring.ScoredModel;
import org.bitlattice.lm.scoring.ScorerSettings;
import org.bitlattice.lm.scoring.ScoringMode;
import org.bitlattice.quant.ModelFolder;
import org.bitlattice.report.InferenceRow;
import org.bitlattice.report.ModelRow;
import org.bitlattice.settings.EvaluationSettings;
import org.bitlattice.settings.SystemSettings;
import org.bitlattice.text.TextLikelihood;

/**
 * Measures the perplexity of a system on all of dev and eval in the mode that it is run in, beside
 * that in mode exact. Systems that are run exact have no such stage.
 *
 * <p>Reads the model and measures of {@link QuantizeStage}. Writes the table {@code perplexity}.
 *
 * @param system the system
 * @param evaluation batches and shards
 */
public record EvaluateStage(SystemSettings system, EvaluationSettings evaluation)
    implements Stage.Work {
  private static final RowSchema<InferenceRow> SCHEMA = RowSchema.of(InferenceRow.class);
  private static final String TABLE = "perplexity";

  @Override
  public Map<String, Double> run(StageContext context, HadoopFolder folder) throws IOException {
    ScoringMode mode = system.inference();
    context.describeJobs("perplexity of %s in mode %s".formatted(system.id(), mode.label()));
    ModelFolder model = StoredModel.read(context, Folders.system(system.id()));
    mode.requireRuns(model.model());
    ModelRow exact = QuantizeStage.read(context, system.id());
    List<InferenceRow> rows = new ArrayList<>();
    rows.add(row("dev", likelihood(context, model, "dev"), exact.devPerplexity()));
    rows.add(row("eval", likelihood(context, model, "eval"), exact.evalPerplexity()));
    Tables.write(context.spark(), folder.location(TABLE), SCHEMA, rows);
    Map<String, Double> counts = new TreeMap<>();
    for (InferenceRow row : rows) {
      context
          .progress()
          .say(
              "  %s, %s: perplexity %.2f, %+.3f %% from exact"
                  .formatted(
                      row.inference(), row.set(), row.perplexity(), row.differencePercent()));
      counts.put(row.set() + "-tokens", (double) row.tokens());
    }
    return counts;
  }

  private TextLikelihood likelihood(StageContext context, ModelFolder model, String set) {
    JavaRDD<List<int[]>> shards = new HeldOutText(context).shards(set, evaluation.shards());
    return PerplexityJob.measure(
        context.sparkContext(),
        new ScoredModel(model.model(), system.inference()),
        model.vocabulary(),
        shards,
        new ScorerSettings(evaluation.batchRows()));
  }

  private InferenceRow row(String set, TextLikelihood likelihood, double exact) {
    return new InferenceRow(
        system.id(),
        system.inference().label(),
        set,
        likelihood.tokens(),
        likelihood.unknownTokens(),
        likelihood.perplexity(),
        exact,
        100 * (likelihood.perplexity() / exact - 1));
  }

  /** Size and perplexities of a system, these in the mode that it is run in. */
  public static ModelRow figures(StageContext context, SystemSettings system) {
    ModelRow exact = QuantizeStage.read(context, system.id());
    if (system.inference() == ScoringMode.EXACT) {
      return exact;
    }
    String table = context.output().folder(Folders.evaluated(system.id())).location(TABLE);
    double dev = Double.NaN;
    double eval = Double.NaN;
    for (InferenceRow row : Tables.read(context.spark(), table, SCHEMA)) {
      if (row.set().equals("dev")) {
        dev = row.perplexity();
      } else {
        eval = row.perplexity();
      }
    }
    return exact.withPerplexities(dev, eval);
  }
}
