package org.bitlattice.jobs.scoring;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.broadcast.Broadcast;
import org.bitlattice.jobs.experiment.Folders;
import org.bitlattice.jobs.job.HadoopFolder;
import org.bitlattice.jobs.job.Stage;
import org.bitlattice.jobs.job.StageContext;
import org.bitlattice.jobs.model.HeldOutText;
import org.bitlattice.jobs.quantization.QuantizeStage;
import org.bitlattice.jobs.rescoring.HypothesesStage;
import org.bitlattice.jobs.rescoring.ReferenceSystem;
import org.bitlattice.jobs.rescoring.WeightsChoice;
import org.bitlattice.jobs.table.RowSchema;
import org.bitlattice.jobs.table.Tables;
import org.bitlattice.ngram.ArpaModel;
import org.bitlattice.ngram.UnknownWords;
import org.bitlattice.report.ModelRow;
import org.bitlattice.report.UtteranceErrorsRow;
import org.bitlattice.report.WerRow;
import org.bitlattice.scoring.Mapsswe;
import org.bitlattice.scoring.MapssweResult;
import org.bitlattice.scoring.ScoredTranscript;
import org.bitlattice.scoring.TrnFile;
import org.bitlattice.scoring.Utterance;
import org.bitlattice.scoring.WordErrors;
import org.bitlattice.settings.ExperimentSettings;
import org.bitlattice.settings.LatticeSettings.LatticeSet;
import org.bitlattice.settings.SystemSettings;
import org.bitlattice.text.TextLikelihood;

/**
 * Counts the word errors of every system on every set, and tests the differences: quantized systems
 * against the baseline, the baseline against the n-gram model alone, that against the first pass.
 *
 * @param settings systems, sets, level of significance
 */
public record ScoreStage(ExperimentSettings settings) implements Stage.Work {
  /** Table of word errors by system. */
  public static final String WER = "wer";

  private static final String UTTERANCES = "utterances";

  @Override
  public Map<String, Double> run(StageContext context, HadoopFolder folder) throws IOException {
    Map<String, ModelRow> models = models(context);
    List<Outcome> outcomes = outcomes(context);
    List<OutcomeScore> scores = score(context, outcomes, references(context, outcomes));
    List<WerRow> rows = new ArrayList<>();
    for (int i = 0; i < outcomes.size(); i++) {
      rows.add(
          row(
              outcomes.get(i),
              scores.get(i),
              Optional.ofNullable(models.get(outcomes.get(i).system()))));
    }
    if (outcomes.isEmpty()) {
      models.values().forEach(model -> rows.add(withoutLattices(model)));
    }
    Tables.write(context.spark(), folder.location(WER), RowSchema.of(WerRow.class), rows);
    Tables.write(
        context.spark(),
        folder.location(UTTERANCES),
        RowSchema.of(UtteranceErrorsRow.class),
        scores.stream().flatMap(score -> score.utterances().stream()).toList());
    return Map.of("outcomes", (double) outcomes.size());
  }

  /** Size and perplexity by system; of the n-gram model only its perplexity is known. */
  private Map<String, ModelRow> models(StageContext context) throws IOException {
    Map<String, ModelRow> models = new LinkedHashMap<>();
    if (!settings.lattices().sets().isEmpty() && settings.arpa().isPresent()) {
      models.put(ReferenceSystem.NGRAM.id(), ngram(context));
    }
    for (SystemSettings system : settings.systems()) {
      models.put(system.id(), QuantizeStage.read(context, system.id()));
    }
    return models;
  }

  private ModelRow ngram(StageContext context) throws IOException {
    HeldOutText text = new HeldOutText(context);
    ArpaModel model =
        HypothesesStage.ngram(
            settings.arpa().orElseThrow(),
            context.spark().sparkContext().hadoopConfiguration(),
            text.vocabulary());
    Broadcast<ArpaModel> shared = context.sparkContext().broadcast(model);
    TextLikelihood dev = ngram(text, shared, "dev");
    TextLikelihood eval = ngram(text, shared, "eval");
    shared.destroy();
    return new ModelRow(
        ReferenceSystem.NGRAM.id(),
        Double.NaN,
        Double.NaN,
        0,
        Double.NaN,
        dev.perplexity(),
        eval.perplexity(),
        dev.tokens(),
        dev.unknownTokens(),
        eval.tokens(),
        eval.unknownTokens());
  }

  private TextLikelihood ngram(HeldOutText text, Broadcast<ArpaModel> model, String set) {
    return text
        .shards(set, settings.evaluation().shards())
        .map(shard -> model.value().likelihood(shard, UnknownWords.COUNTED))
        .collect()
        .stream()
        .reduce(TextLikelihood.EMPTY, TextLikelihood::plus);
  }

  private List<Outcome> outcomes(StageContext context) throws IOException {
    List<String> systems = new ArrayList<>();
    for (ReferenceSystem system : ReferenceSystem.of(settings)) {
      systems.add(system.id());
    }
    settings.systems().forEach(system -> systems.add(system.id()));
    List<Outcome> outcomes = new ArrayList<>();
    for (LatticeSet set : settings.lattices().sets()) {
      for (String system : systems) {
        HadoopFolder rescored = context.output().folder(Folders.rescored(system, set.name()));
        for (WeightsChoice weights : WeightsChoice.values()) {
          boolean first = weights == WeightsChoice.LATTICE;
          boolean belongs = first == system.equals(ReferenceSystem.FIRST_PASS.id());
          if (belongs && rescored.exists(weights.transcript())) {
            outcomes.add(
                new Outcome(system, set.name(), weights, read(rescored, weights.transcript())));
          }
        }
      }
    }
    return outcomes;
  }

  private static TrnFile read(HadoopFolder folder, String name) throws IOException {
    try (InputStream in = folder.open(name)) {
      return TrnFile.read(in, folder.location(name));
    }
  }

  /** References of each set, without the utterances that were rejected. */
  private Map<String, TrnFile> references(StageContext context, List<Outcome> outcomes)
      throws IOException {
    Configuration hadoop = context.spark().sparkContext().hadoopConfiguration();
    Map<String, TrnFile> references = new LinkedHashMap<>();
    for (LatticeSet set : settings.lattices().sets()) {
      TrnFile all = HypothesesStage.references(set, hadoop);
      TrnFile scored =
          outcomes.stream()
              .filter(o -> o.set().equals(set.name()))
              .findFirst()
              .orElseThrow()
              .hypotheses();
      List<Utterance> kept =
          all.utterances().stream().filter(u -> scored.contains(u.id())).toList();
      references.put(set.name(), TrnFile.of(kept, set.references()));
    }
    return references;
  }

  private List<OutcomeScore> score(
      StageContext context, List<Outcome> outcomes, Map<String, TrnFile> references) {
    if (outcomes.isEmpty()) {
      return List.of();
    }
    List<Comparison> comparisons = new ArrayList<>();
    for (Outcome outcome : outcomes) {
      comparisons.add(
          new Comparison(references.get(outcome.set()), outcome, versus(outcome, outcomes)));
    }
    return context
        .sparkContext()
        .parallelize(comparisons, comparisons.size())
        .map(ScoreStage::score)
        .collect();
  }

  /** An outcome, and the one that it is compared with, or null. */
  private record Comparison(TrnFile reference, Outcome outcome, Outcome versus)
      implements java.io.Serializable {}

  private static OutcomeScore score(Comparison comparison) {
    Outcome outcome = comparison.outcome();
    ScoredTranscript scored = ScoredTranscript.of(comparison.reference(), outcome.hypotheses());
    List<UtteranceErrorsRow> utterances = new ArrayList<>();
    scored
        .alignments()
        .forEach(
            (utterance, alignment) -> {
              WordErrors errors = alignment.errors();
              utterances.add(
                  new UtteranceErrorsRow(
                      outcome.system(),
                      outcome.set(),
                      outcome.weights().written(),
                      utterance,
                      errors.referenceWords(),
                      errors.correct(),
                      errors.substitutions(),
                      errors.deletions(),
                      errors.insertions(),
                      String.join(" ", outcome.hypotheses().words(utterance))));
            });
    if (comparison.versus() == null) {
      return new OutcomeScore(scored.errors(), utterances, null, null);
    }
    ScoredTranscript other =
        ScoredTranscript.of(comparison.reference(), comparison.versus().hypotheses());
    return new OutcomeScore(
        scored.errors(), utterances, comparison.versus().name(), Mapsswe.compare(scored, other));
  }

  /**
   * What an outcome is compared with: the same weights where there are such, else the tuned ones.
   */
  private Outcome versus(Outcome outcome, List<Outcome> outcomes) {
    String baseline = settings.scores().baseline();
    String other;
    if (outcome.system().equals(ReferenceSystem.FIRST_PASS.id())) {
      return null;
    } else if (outcome.system().equals(ReferenceSystem.NGRAM.id())) {
      return find(outcomes, ReferenceSystem.FIRST_PASS.id(), outcome.set(), WeightsChoice.LATTICE);
    } else {
      other = outcome.system().equals(baseline) ? rival() : baseline;
    }
    if (other.equals(ReferenceSystem.FIRST_PASS.id())) {
      return find(outcomes, other, outcome.set(), WeightsChoice.LATTICE);
    }
    Outcome same = find(outcomes, other, outcome.set(), outcome.weights());
    return same != null ? same : find(outcomes, other, outcome.set(), WeightsChoice.TUNED);
  }

  /** What the baseline is compared with. */
  private String rival() {
    ReferenceSystem rival =
        settings.arpa().isPresent() ? ReferenceSystem.NGRAM : ReferenceSystem.FIRST_PASS;
    return rival.id();
  }

  private static Outcome find(
      List<Outcome> outcomes, String system, String set, WeightsChoice weights) {
    return outcomes.stream().filter(o -> o.is(system, set, weights)).findFirst().orElse(null);
  }

  private WerRow row(Outcome outcome, OutcomeScore score, Optional<ModelRow> model) {
    WordErrors errors = score.errors();
    Optional<ModelRow> packed = model.filter(m -> m.modelBytes() > 0);
    Optional<MapssweResult> test = Optional.ofNullable(score.test());
    return new WerRow(
        outcome.system(),
        outcome.set(),
        outcome.weights().written(),
        optional(packed.map(ModelRow::averageBits)),
        optional(packed.map(ModelRow::storedBits)),
        packed.map(m -> OptionalLong.of(m.modelBytes())).orElse(OptionalLong.empty()),
        optional(packed.map(ModelRow::compressionRatio)),
        optional(model.map(ModelRow::devPerplexity)),
        optional(model.map(ModelRow::evalPerplexity)),
        errors.referenceWords(),
        errors.correct(),
        errors.substitutions(),
        errors.deletions(),
        errors.insertions(),
        errors.percent(),
        Optional.ofNullable(score.versus()),
        optional(test.map(MapssweResult::z)),
        optional(test.map(MapssweResult::p)),
        test.isPresent() && test.get().p() < settings.scores().significance());
  }

  private static WerRow withoutLattices(ModelRow model) {
    return new WerRow(
        model.system(),
        "",
        "",
        OptionalDouble.of(model.averageBits()),
        OptionalDouble.of(model.storedBits()),
        OptionalLong.of(model.modelBytes()),
        OptionalDouble.of(model.compressionRatio()),
        OptionalDouble.of(model.devPerplexity()),
        OptionalDouble.of(model.evalPerplexity()),
        0,
        0,
        0,
        0,
        0,
        Double.NaN,
        Optional.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        false);
  }

  private static OptionalDouble optional(Optional<Double> value) {
    return value.map(OptionalDouble::of).orElse(OptionalDouble.empty());
  }
}
