package org.bitlattice.jobs.command;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.zip.GZIPInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.bitlattice.jobs.job.ExitCode;
import org.bitlattice.jobs.job.HadoopFolder;
import org.bitlattice.jobs.job.UserError;
import org.bitlattice.jobs.model.DivergenceJob;
import org.bitlattice.jobs.model.HeldOutText;
import org.bitlattice.jobs.model.PerplexityJob;
import org.bitlattice.jobs.session.HadoopSettings;
import org.bitlattice.jobs.session.SparkSessions;
import org.bitlattice.lm.scoring.KlSum;
import org.bitlattice.lm.scoring.ScoredModel;
import org.bitlattice.lm.scoring.ScorerSettings;
import org.bitlattice.lm.scoring.ScoringMode;
import org.bitlattice.quant.ModelFolder;
import org.bitlattice.text.LineFormat;
import org.bitlattice.text.Sentence;
import org.bitlattice.text.SentenceReader;
import org.bitlattice.text.TextLikelihood;
import org.bitlattice.text.Vocabulary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Perplexity of a text, and the divergence of a second model. */
@Command(
    name = "perplexity",
    description =
        "Perplexity of a text under a model; the model's state starts anew in every sentence, sentence ends and the unknown word are counted.",
    footer = {
      "",
      "Example: bitlattice perplexity --model runs/x/systems/fp32/model --text eval.txt"
          + " --versus runs/x/systems/admm-2/model"
    },
    mixinStandardHelpOptions = true)
final class PerplexityCommand implements Callable<Integer> {
  private static final int SHARDS = 8;

  @Option(names = "--model", paramLabel = "DIR", required = true, description = "A model folder.")
  private String model;

  @Option(
      names = "--text",
      paramLabel = "FILE",
      required = true,
      description = "Text, plain or gzip, one sentence a line.")
  private String text;

  @Option(
      names = "--versus",
      paramLabel = "DIR",
      description =
          "A second model of the same vocabulary: its perplexity, and the KL divergence from the first to it.")
  private String versus;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      defaultValue = "exact",
      description =
          "How the model is run: exact (weights de-quantized, single precision), int8 (8-bit integer products) or compact (weights stay packed).")
  private ScoringMode mode;

  @Option(
      names = "--versus-mode",
      paramLabel = "MODE",
      description = "How the second model is run; exact by default.")
  private ScoringMode versusMode;

  @Option(
      names = "--with-ids",
      description = "Every line starts with an utterance id, which is left out.")
  private boolean withIds;

  @Override
  public Integer call() throws IOException {
    if (versus == null && versusMode != null) {
      throw new UserError(
          "--versus-mode %s has no second model; --versus names it".formatted(versusMode.label()));
    }
    Configuration hadoop = HadoopSettings.configuration();
    ModelFolder first = ModelFolder.read(HadoopFolder.at(model, hadoop));
    ModelFolder second = versus == null ? null : ModelFolder.read(HadoopFolder.at(versus, hadoop));
    if (second != null && !second.vocabulary().words().equals(first.vocabulary().words())) {
      throw new UserError(
          "%s and %s have different vocabularies; a divergence needs the same one"
              .formatted(model, versus));
    }
    ScoredModel scored = new ScoredModel(first.model(), mode);
    mode.requireRuns(first.model());
    ScoredModel other = second == null ? null : new ScoredModel(second.model(), secondMode());
    if (other != null) {
      other.mode().requireRuns(other.model());
    }
    List<int[]> sentences = sentences(first.vocabulary(), hadoop);
    try (SparkSession session = SparkSessions.open("bitlattice perplexity")) {
      JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
      JavaRDD<List<int[]>> shards = spark.parallelize(HeldOutText.dealt(sentences, SHARDS), SHARDS);
      print(spark, name(model, mode), scored, first.vocabulary(), shards);
      if (second != null) {
        print(spark, name(versus, other.mode()), other, second.vocabulary(), shards);
        KlSum divergence =
            DivergenceJob.measure(
                spark,
                scored,
                other,
                first.vocabulary().boundaryId(),
                shards,
                ScorerSettings.DEFAULT);
        System.out.printf(
            Locale.ROOT,
            "KL divergence from %s to %s: %.6f nats per token%n",
            name(model, mode),
            name(versus, other.mode()),
            divergence.perToken());
      }
    }
    return ExitCode.DONE.code();
  }

  private ScoringMode secondMode() {
    return versusMode == null ? ScoringMode.EXACT : versusMode;
  }

  /** A model's folder, and the mode where it is not exact. */
  private static String name(String folder, ScoringMode mode) {
    return mode == ScoringMode.EXACT ? folder : "%s (%s)".formatted(folder, mode.label());
  }

  private static void print(
      JavaSparkContext spark,
      String name,
      ScoredModel model,
      Vocabulary vocabulary,
      JavaRDD<List<int[]>> shards) {
    TextLikelihood likelihood =
        PerplexityJob.measure(spark, model, vocabulary, shards, ScorerSettings.DEFAULT);
    System.out.printf(
        Locale.ROOT,
        "%s: perplexity %.3f, %,d tokens (sentence ends included), %,d unknown words%n",
        name,
        likelihood.perplexity(),
        likelihood.tokens(),
        likelihood.unknownTokens());
  }

  private List<int[]> sentences(Vocabulary vocabulary, Configuration hadoop) throws IOException {
    LineFormat format = withIds ? LineFormat.ID_AND_WORDS : LineFormat.WORDS;
    Path path = new Path(text);
    try (InputStream raw = path.getFileSystem(hadoop).open(path);
        InputStream in = text.endsWith(".gz") ? new GZIPInputStream(raw) : raw) {
      List<int[]> sentences =
          SentenceReader.readAll(in, text, format).stream()
              .map(Sentence::words)
              .map(vocabulary::ids)
              .toList();
      if (sentences.isEmpty()) {
        throw new UserError("%s holds no sentence".formatted(text));
      }
      return sentences;
    }
  }
}
