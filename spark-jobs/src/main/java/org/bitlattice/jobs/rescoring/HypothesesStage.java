package org.bitlattice.jobs.rescoring;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.bitlattice.jobs.job.HadoopFolder;
import org.bitlattice.jobs.job.Stage;
import org.bitlattice.jobs.job.StageContext;
import org.bitlattice.jobs.job.UserError;
import org.bitlattice.jobs.model.HeldOutText;
import org.bitlattice.jobs.table.RowSchema;
import org.bitlattice.jobs.table.Tables;
import org.bitlattice.ngram.ArpaModel;
import org.bitlattice.report.HypothesisRow;
import org.bitlattice.report.RejectedRow;
import org.bitlattice.scoring.TrnFile;
import org.bitlattice.settings.LatticeSettings;
import org.bitlattice.settings.LatticeSettings.LatticeSet;
import org.bitlattice.text.Vocabulary;

/**
 * Takes the n best distinct word sequences out of every lattice of a set, with their first-pass
 * scores and the n-gram model's. All systems share them.
 *
 * @param set the lattices and references
 * @param arpa path of the n-gram model
 * @param lattices n, shards, and how many utterances may be rejected
 */
public record HypothesesStage(LatticeSet set, String arpa, LatticeSettings lattices)
    implements Stage.Work {
  /** Table of hypotheses in a stage's folder. */
  public static final String TABLE = "table";

  /** Table of utterances that could not be used. */
  public static final String REJECTED = "rejected";

  @Override
  public Map<String, Double> run(StageContext context, HadoopFolder folder) throws IOException {
    Configuration hadoop = context.spark().sparkContext().hadoopConfiguration();
    TrnFile references = references(set, hadoop);
    Vocabulary vocabulary = new HeldOutText(context).vocabulary();
    ArpaModel ngram = ngram(arpa, hadoop, vocabulary);
    context
        .progress()
        .say(
            "  n-gram model of order %d; %d words of the vocabulary are unknown to it"
                .formatted(ngram.order(), ngram.missingWords()));
    JavaRDD<LatticeOutcome> outcomes =
        outcomes(context, hadoop, references, vocabulary, ngram).cache();
    List<LatticeOutcome.Place> places = outcomes.map(LatticeOutcome::place).collect();
    List<RejectedRow> rejected = rejected(places, references);
    long hypotheses = places.stream().mapToLong(LatticeOutcome.Place::hypotheses).sum();
    Tables.write(
        context.spark(), folder.location(REJECTED), RowSchema.of(RejectedRow.class), rejected);
    check(places, rejected);
    Tables.write(
        context.spark(),
        folder.location(TABLE),
        RowSchema.of(HypothesisRow.class),
        outcomes.flatMap(outcome -> outcome.hypotheses().iterator()));
    outcomes.unpersist();
    Map<String, Double> counts = new TreeMap<>();
    counts.put("lattices", (double) places.size());
    counts.put("hypotheses", (double) hypotheses);
    counts.put("rejected", (double) rejected.size());
    context
        .progress()
        .say(
            "  %,d lattices, %,d hypotheses, %,d utterances rejected"
                .formatted(places.size(), hypotheses, rejected.size()));
    return counts;
  }

  private JavaRDD<LatticeOutcome> outcomes(
      StageContext context,
      Configuration hadoop,
      TrnFile references,
      Vocabulary vocabulary,
      ArpaModel ngram) {
    int shards = lattices.shards();
    List<Integer> numbers = new ArrayList<>();
    for (int shard = 0; shard < shards; shard++) {
      numbers.add(shard);
    }
    Broadcast<ArpaModel> sharedNgram = context.sparkContext().broadcast(ngram);
    Broadcast<Vocabulary> sharedVocabulary = context.sparkContext().broadcast(vocabulary);
    Broadcast<TrnFile> sharedReferences = context.sparkContext().broadcast(references);
    SerializableConfiguration configuration = new SerializableConfiguration(hadoop);
    String path = set.path();
    int nBest = lattices.nBest();
    return context
        .sparkContext()
        .parallelize(numbers, shards)
        .flatMap(
            shard -> {
              List<LatticeOutcome> outcomes = new ArrayList<>();
              LatticeScoring scoring =
                  new LatticeScoring(
                      path,
                      sharedReferences.value(),
                      sharedVocabulary.value(),
                      sharedNgram.value(),
                      nBest);
              new LatticeSource(path, configuration.value())
                  .read(
                      position -> position % shards == shard,
                      (position, entry) -> outcomes.add(scoring.outcome(position, entry)));
              return outcomes.iterator();
            });
  }

  /** Everything rejected: lattices that could not be used, and references without a lattice. */
  private List<RejectedRow> rejected(List<LatticeOutcome.Place> places, TrnFile references) {
    Map<String, Integer> positions = new HashMap<>();
    List<RejectedRow> rejected = new ArrayList<>();
    for (LatticeOutcome.Place place : places) {
      Integer earlier = positions.putIfAbsent(place.utterance(), place.position());
      if (earlier != null) {
        throw new UserError(
            "%s: the utterance %s has two lattices, number %d and %d; every utterance has one"
                .formatted(set.path(), place.utterance(), earlier + 1, place.position() + 1));
      }
      if (!place.reason().isEmpty()) {
        rejected.add(new RejectedRow(place.utterance(), set.path(), place.reason()));
      }
    }
    references
        .utterances()
        .forEach(
            reference -> {
              if (!positions.containsKey(reference.id())) {
                rejected.add(
                    new RejectedRow(
                        reference.id(),
                        references.location(),
                        "there is no lattice for this reference"));
              }
            });
    rejected.sort(java.util.Comparator.comparing(RejectedRow::utterance));
    return rejected;
  }

  private void check(List<LatticeOutcome.Place> places, List<RejectedRow> rejected) {
    if (places.isEmpty()) {
      throw new UserError("%s holds no lattice".formatted(set.path()));
    }
    long unusable = places.stream().filter(place -> !place.reason().isEmpty()).count();
    long withoutLattice = rejected.size() - unusable;
    double share = (double) rejected.size() / (places.size() + withoutLattice);
    if (share > lattices.maxRejectedFraction()) {
      RejectedRow first = rejected.get(0);
      throw new UserError(
          "%d utterances of the set %s cannot be used, more than lattices.max-rejected-fraction = %s allows; the first: %s: %s"
              .formatted(
                  rejected.size(),
                  set.name(),
                  lattices.maxRejectedFraction(),
                  first.utterance(),
                  first.reason()));
    }
  }

  /** Reads the reference transcripts of a set. */
  public static TrnFile references(LatticeSet set, Configuration hadoop) throws IOException {
    Path path = new Path(set.references());
    try (InputStream in = path.getFileSystem(hadoop).open(path)) {
      return TrnFile.read(in, set.references());
    }
  }

  /** Reads an n-gram model, plain or gzip. */
  public static ArpaModel ngram(String arpa, Configuration hadoop, Vocabulary vocabulary)
      throws IOException {
    Path path = new Path(arpa);
    try (InputStream raw = new BufferedInputStream(path.getFileSystem(hadoop).open(path), 1 << 16);
        InputStream in = arpa.endsWith(".gz") ? new GZIPInputStream(raw, 1 << 16) : raw) {
      return ArpaModel.read(in, arpa, vocabulary);
    }
  }
}
