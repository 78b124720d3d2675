package org.bitlattice.jobs.quantization;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaRDD;
import org.bitlattice.allocation.PrecisionAssignment;
import org.bitlattice.jobs.allocation.AllocateStage;
import org.bitlattice.jobs.experiment.Folders;
import org.bitlattice.jobs.job.HadoopFolder;
import org.bitlattice.jobs.job.Stage;
import org.bitlattice.jobs.job.StageContext;
import org.bitlattice.jobs.model.HeldOutText;
import org.bitlattice.jobs.model.PerplexityJob;
import org.bitlattice.jobs.model.StoredModel;
import org.bitlattice.jobs.table.RowSchema;
import org.bitlattice.jobs.table.Tables;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.scoring.ScorerSettings;
import org.bitlattice.lowbit.PostTrainingQuantization;
import org.bitlattice.quant.ModelFolder;
import org.bitlattice.quant.ModelSize;
import org.bitlattice.quant.PackedModel;
import org.bitlattice.report.ModelRow;
import org.bitlattice.settings.BaselineSettings;
import org.bitlattice.settings.EvaluationSettings;
import org.bitlattice.settings.SystemSettings;
import org.bitlattice.text.TextLikelihood;
import org.bitlattice.text.Vocabulary;

/**
 * Makes the model of a system and measures its size and its perplexity on all of dev and eval.
 *
 * @param system the system
 * @param training workers and optimiser of methods that train
 * @param evaluation how perplexity is measured
 */
public record QuantizeStage(
    SystemSettings system, BaselineSettings training, EvaluationSettings evaluation)
    implements Stage.Work {
  private static final RowSchema<ModelRow> SCHEMA = RowSchema.of(ModelRow.class);
  private static final String TABLE = "measures";

  @Override
  public Map<String, Double> run(StageContext context, HadoopFolder folder) throws IOException {
    ModelFolder baseline = StoredModel.read(context, Folders.BASELINE);
    PrecisionAssignment assignment =
        AllocateStage.read(context, system.id(), baseline.model().architecture());
    PackedModel model = model(context, folder, baseline, assignment);
    ModelFolder.write(folder.folder(Folders.MODEL), model, baseline.vocabulary());
    ModelRow row = measure(context, model, baseline.vocabulary());
    Tables.write(context.spark(), folder.location(TABLE), SCHEMA, List.of(row));
    context
        .progress()
        .say(
            "  %.2f bits, %,d bytes, ratio %.2f, dev perplexity %.2f, eval perplexity %.2f"
                .formatted(
                    row.averageBits(),
                    row.modelBytes(),
                    row.compressionRatio(),
                    row.devPerplexity(),
                    row.evalPerplexity()));
    Map<String, Double> counts = new TreeMap<>();
    counts.put("model-bytes", (double) row.modelBytes());
    counts.put("dev-tokens", (double) row.devTokens());
    counts.put("eval-tokens", (double) row.evalTokens());
    return counts;
  }

  private PackedModel model(
      StageContext context,
      HadoopFolder folder,
      ModelFolder baseline,
      PrecisionAssignment assignment)
      throws IOException {
    LmWeights weights = baseline.model().weights();
    return switch (system.method()) {
      case FULL_PRECISION -> PackedModel.fullPrecision(weights);
      case PTQ -> PostTrainingQuantization.quantize(weights, assignment.storage());
      case STRAIGHT_THROUGH, ADMM -> {
        LowBitRounds.Trained trained =
            new LowBitRounds(context, folder, system, training, evaluation)
                .run(start(context, weights), weights, assignment);
        ModelFolder.write(
            folder.folder(Folders.LATENT),
            PackedModel.fullPrecision(trained.weights()),
            baseline.vocabulary());
        yield trained.model();
      }
    };
  }

  /** The weights that training starts from. */
  private LmWeights start(StageContext context, LmWeights baseline) throws IOException {
    if (system.startFrom().isEmpty()) {
      return baseline;
    }
    HadoopFolder other = context.output().folder(Folders.system(system.startFrom().get()));
    return ModelFolder.read(other.folder(Folders.LATENT)).model().weights();
  }

  private ModelRow measure(StageContext context, PackedModel model, Vocabulary vocabulary) {
    context.describeJobs("perplexity of " + system.id());
    TextLikelihood dev = likelihood(context, model, vocabulary, "dev");
    TextLikelihood eval = likelihood(context, model, vocabulary, "eval");
    ModelSize size = model.size();
    return new ModelRow(
        system.id(),
        size.averageBits(),
        size.storedBits(),
        size.bytes(),
        size.compressionRatio(),
        dev.perplexity(),
        eval.perplexity(),
        dev.tokens(),
        dev.unknownTokens(),
        eval.tokens(),
        eval.unknownTokens());
  }

  private TextLikelihood likelihood(
      StageContext context, PackedModel model, Vocabulary vocabulary, String set) {
    JavaRDD<List<int[]>> shards = new HeldOutText(context).shards(set, evaluation.shards());
    return PerplexityJob.measure(
        context.sparkContext(),
        model.weights(),
        vocabulary,
        shards,
        new ScorerSettings(evaluation.batchRows()));
  }

  /** Reads what the stage of a system measured. */
  public static ModelRow read(StageContext context, String system) {
    return Tables.read(
            context.spark(),
            context.output().folder(Folders.system(system)).location(TABLE),
            SCHEMA)
        .get(0);
  }
}
