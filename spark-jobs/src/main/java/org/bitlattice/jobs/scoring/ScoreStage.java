package org.bitlattice.jobs.scoring;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.Serializable;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.bitlattice.jobs.experiment.Folders;
import org.bitlattice.jobs.job.HadoopFolder;
import org.bitlattice.jobs.job.Stage;
import org.bitlattice.jobs.job.StageContext;
import org.bitlattice.jobs.job.UserError;
import org.bitlattice.jobs.job.WholeOutput;
import org.bitlattice.jobs.model.HeldOutText;
import org.bitlattice.jobs.quantization.EvaluateStage;
import org.bitlattice.jobs.rescoring.HypothesesStage;
import org.bitlattice.jobs.rescoring.ReferenceSystem;
import org.bitlattice.jobs.rescoring.WeightsChoice;
import org.bitlattice.jobs.table.RowSchema;
import org.bitlattice.jobs.table.Tables;
import org.bitlattice.ngram.ArpaModel;
import org.bitlattice.ngram.UnknownWords;
import org.bitlattice.report.ModelRow;
import org.bitlattice.report.SpeakerRow;
import org.bitlattice.report.UtteranceErrorsRow;
import org.bitlattice.report.WerRow;
import org.bitlattice.scoring.AlignmentListing;
import org.bitlattice.scoring.ScoredTranscript;
import org.bitlattice.scoring.SpeakerTable;
import org.bitlattice.scoring.TrnFile;
import org.bitlattice.scoring.Utterance;
import org.bitlattice.settings.ExperimentSettings;
import org.bitlattice.settings.LatticeSettings.LatticeSet;
import org.bitlattice.settings.SystemSettings;
import org.bitlattice.text.TextLikelihood;

/**
 * Counts the word errors of every system on every set, and tests the differences: quantized systems
 * against the baseline, the baseline against the n-gram model alone, that against the first pass.
 *
 * <p>Reads transcripts, references, sizes and perplexities. Writes the tables {@code wer}, {@code
 * speakers} and {@code utterances}, and the alignments {@code alignments/SET.SYSTEM.WEIGHTS.txt}.
 *
 * @param settings systems, sets, how they are compared
 */
public record ScoreStage(ExperimentSettings settings) implements Stage.Work {
  /** Table of word errors by system. */
  public static final String WER = "wer";

  /** Folder of the alignments for people, a text file for each outcome. */
  public static final String ALIGNMENTS = "alignments";

  private static final String UTTERANCES = "utterances";
  private static final String SPEAKERS = "speakers";

  @Override
  public Map<String, Double> run(StageContext context, HadoopFolder folder) throws IOException {
    Map<String, WerRows.Model> models = models(context);
    List<Outcome> outcomes = outcomes(context);
    Map<String, TrnFile> references = references(context, outcomes);
    checkSpeakers(references);
    List<OutcomeScore> scores = score(context, folder, outcomes, references);
    List<WerRow> rows = new ArrayList<>();
    for (int i = 0; i < outcomes.size(); i++) {
      Optional<WerRows.Model> model = Optional.ofNullable(models.get(outcomes.get(i).system()));
      rows.add(WerRows.of(outcomes.get(i), scores.get(i), model, settings.scores()));
    }
    if (outcomes.isEmpty()) {
      models.values().forEach(model -> rows.add(WerRows.withoutLattices(model)));
    }
    Tables.write(context.spark(), folder.location(WER), RowSchema.of(WerRow.class), rows);
    Tables.write(
        context.spark(),
        folder.location(UTTERANCES),
        RowSchema.of(UtteranceErrorsRow.class),
        scores.stream().flatMap(score -> score.utterances().stream()).toList());
    Tables.write(
        context.spark(),
        folder.location(SPEAKERS),
        RowSchema.of(SpeakerRow.class),
        scores.stream().flatMap(score -> score.speakers().stream()).toList());
    return Map.of("outcomes", (double) outcomes.size());
  }

  /** Size and perplexity by system; of the n-gram model only its perplexity is known. */
  private Map<String, WerRows.Model> models(StageContext context) throws IOException {
    Map<String, WerRows.Model> models = new LinkedHashMap<>();
    if (!settings.lattices().sets().isEmpty() && settings.arpa().isPresent()) {
      models.put(ReferenceSystem.NGRAM.id(), new WerRows.Model(ngram(context), Optional.empty()));
    }
    for (SystemSettings system : settings.systems()) {
      models.put(
          system.id(),
          new WerRows.Model(
              EvaluateStage.figures(context, system), Optional.of(system.inference().label())));
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
      Optional<TrnFile> scored =
          outcomes.stream()
              .filter(o -> o.set().equals(set.name()))
              .map(Outcome::hypotheses)
              .findFirst();
      List<Utterance> kept =
          all.utterances().stream()
              .filter(u -> scored.isPresent() && scored.get().contains(u.id()))
              .toList();
      references.put(set.name(), TrnFile.of(kept, set.references()));
    }
    return references;
  }

  /** Refuses a pattern that does not fit the ids before anything is scored. */
  private void checkSpeakers(Map<String, TrnFile> references) {
    Pattern pattern = Pattern.compile(settings.scores().speaker());
    for (TrnFile file : references.values()) {
      for (Utterance utterance : file.utterances()) {
        try {
          SpeakerTable.speaker(utterance.id(), pattern);
        } catch (IllegalArgumentException e) {
          throw new UserError(
              "scores.speaker does not fit the utterances of %s: %s"
                  .formatted(file.location(), e.getMessage()),
              e);
        }
      }
    }
  }

  /**
   * Scores every outcome in a task of its own. Transcripts travel once; alignments are written by
   * the tasks.
   */
  private List<OutcomeScore> score(
      StageContext context,
      HadoopFolder folder,
      List<Outcome> outcomes,
      Map<String, TrnFile> references) {
    if (outcomes.isEmpty()) {
      return List.of();
    }
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < outcomes.size(); i++) {
      pairs.add(new Pair(i, outcomes.indexOf(versus(outcomes.get(i), outcomes))));
    }
    context.describeJobs("scoring %d transcripts".formatted(outcomes.size()));
    Broadcast<Transcripts> shared =
        context
            .sparkContext()
            .broadcast(new Transcripts(List.copyOf(outcomes), new LinkedHashMap<>(references)));
    OutcomeScoring scoring =
        OutcomeScoring.of(settings.scores(), context.seeds().stream("bootstrap"));
    SerializableConfiguration hadoop =
        new SerializableConfiguration(context.spark().sparkContext().hadoopConfiguration());
    HadoopFolder alignments = folder.folder(ALIGNMENTS);
    alignments.create();
    String location = alignments.path();
    List<OutcomeScore> scores =
        context
            .sparkContext()
            .parallelize(pairs, pairs.size())
            .map(pair -> shared.value().score(pair, scoring, location, hadoop.value()))
            .collect();
    shared.destroy();
    return scores;
  }

  /** Places of an outcome and of what it is compared with, −1 for nothing. */
  private record Pair(int outcome, int versus) implements Serializable {}

  /** What all tasks share. */
  private record Transcripts(List<Outcome> outcomes, Map<String, TrnFile> references)
      implements Serializable {
    /** Scores an outcome and writes its alignments. */
    OutcomeScore score(Pair pair, OutcomeScoring scoring, String alignments, Configuration hadoop)
        throws IOException {
      Outcome outcome = outcomes.get(pair.outcome());
      TrnFile reference = references.get(outcome.set());
      ScoredTranscript scored = ScoredTranscript.of(reference, outcome.hypotheses());
      String file = alignments + "/" + outcome.file();
      try (WholeOutput output = WholeOutput.file(file, hadoop)) {
        Writer listing =
            new BufferedWriter(new OutputStreamWriter(output.stream(), StandardCharsets.UTF_8));
        AlignmentListing.write(scored, reference, outcome.hypotheses(), listing);
        listing.flush();
        output.keep();
      }
      if (pair.versus() < 0) {
        return scoring.score(outcome, scored, null, null);
      }
      Outcome versus = outcomes.get(pair.versus());
      return scoring.score(
          outcome, scored, versus, ScoredTranscript.of(reference, versus.hypotheses()));
    }
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
}
