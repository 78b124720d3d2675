package org.bitlattice.jobs.rescoring;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.bitlattice.jobs.job.HadoopFolder;
import org.bitlattice.jobs.job.HadoopPath;
import org.bitlattice.jobs.job.Stage;
import org.bitlattice.jobs.job.StageContext;
import org.bitlattice.jobs.model.HeldOutText;
import org.bitlattice.jobs.rescoring.LatticeOutcome.Prepared;
import org.bitlattice.jobs.table.RowSchema;
import org.bitlattice.jobs.table.Tables;
import org.bitlattice.ngram.ArpaModel;
import org.bitlattice.report.LatticeRow;
import org.bitlattice.report.NodeScoresRow;
import org.bitlattice.report.RejectedRow;
import org.bitlattice.rescoring.ExpandedLatticeRow;
import org.bitlattice.scoring.TrnFile;
import org.bitlattice.settings.ExperimentSettings;
import org.bitlattice.settings.LatticeSettings.LatticeSet;
import org.bitlattice.settings.RescoringSettings;
import org.bitlattice.text.Vocabulary;

/**
 * Prepares what of a lattice set is rescored, for all systems: every lattice, or the n best word
 * sequences of it, as states and arcs over word histories, with the scores of the n-gram model.
 *
 * @param set the lattices and references
 * @param settings how lattices are read and rescored
 */
public record HypothesesStage(LatticeSet set, ExperimentSettings settings) implements Stage.Work {
  /** Table of expanded lattices in the stage's folder. */
  static final String TABLE = "table";

  /** Table of figures of every lattice. */
  static final String LATTICES = "lattices";

  /** Table of the n-gram model's scores. */
  static final String NGRAM = "ngram";

  /** Table of the scores of the first pass's own n-gram model. */
  static final String FIRST_PASS = "first-pass";

  /** Table of utterances that could not be used. */
  public static final String REJECTED = "rejected";

  @Override
  public Map<String, Double> run(StageContext context, HadoopFolder folder) throws IOException {
    Configuration hadoop = context.spark().sparkContext().hadoopConfiguration();
    TrnFile references = references(set, hadoop);
    LatticePreparation.Inputs inputs = inputs(context, hadoop, references);
    Broadcast<LatticePreparation.Inputs> shared = context.sparkContext().broadcast(inputs);
    JavaRDD<LatticeOutcome> outcomes =
        new LatticeTasks(set, settings)
            .outcomes(context.sparkContext(), hadoop, shared)
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      Admission admission =
          Admission.of(set, outcomes.map(LatticeOutcome::place).collect(), references);
      Tables.write(
          context.spark(),
          folder.location(REJECTED),
          RowSchema.of(RejectedRow.class),
          admission.rejected());
      admission.check(settings.lattices().maxRejectedFraction());
      write(context, folder, admitted(outcomes, admission.unusedPositions()));
      return counts(context, folder, admission);
    } finally {
      outcomes.unpersist();
      shared.destroy();
    }
  }

  private LatticePreparation.Inputs inputs(
      StageContext context, Configuration hadoop, TrnFile references) throws IOException {
    Vocabulary vocabulary = new HeldOutText(context).vocabulary();
    ArpaModel ngram = ngram(context, settings.arpa(), hadoop, vocabulary);
    ArpaModel firstPass = ngram(context, settings.rescoring().firstPassArpa(), hadoop, vocabulary);
    RescoringSettings rescoring = settings.rescoring();
    if (rescoring.mode() == RescoringSettings.Mode.LATTICE
        && ngram != null
        && rescoring.ngramOrder() < ngram.order()) {
      context
          .progress()
          .say(
              "  warning: rescoring.ngram-order = %d is below the n-gram model's order %d: its scores are approximate"
                  .formatted(rescoring.ngramOrder(), ngram.order()));
    }
    return new LatticePreparation.Inputs(references, vocabulary, ngram, firstPass);
  }

  private static ArpaModel ngram(
      StageContext context, Optional<String> arpa, Configuration hadoop, Vocabulary vocabulary)
      throws IOException {
    if (arpa.isEmpty()) {
      return null;
    }
    ArpaModel model = ngram(arpa.get(), hadoop, vocabulary);
    context
        .progress()
        .say(
            "  %s: n-gram model of order %d; %d words of the vocabulary are unknown to it"
                .formatted(
                    HadoopPath.of(arpa.get()).getName(), model.order(), model.missingWords()));
    return model;
  }

  /** Rows of the lattices that are used. */
  private static JavaRDD<Prepared> admitted(JavaRDD<LatticeOutcome> outcomes, Set<Integer> unused) {
    return outcomes
        .filter(outcome -> !unused.contains(outcome.place().position()))
        .map(LatticeOutcome::prepared);
  }

  private void write(StageContext context, HadoopFolder folder, JavaRDD<Prepared> prepared) {
    Tables.write(
        context.spark(),
        folder.location(TABLE),
        RowSchema.of(ExpandedLatticeRow.class),
        prepared.map(Prepared::expanded));
    Tables.write(
        context.spark(),
        folder.location(LATTICES),
        RowSchema.of(LatticeRow.class),
        prepared.map(Prepared::lattice));
    RowSchema<NodeScoresRow> scores = RowSchema.of(NodeScoresRow.class);
    if (settings.arpa().isPresent()) {
      Tables.write(context.spark(), folder.location(NGRAM), scores, prepared.map(Prepared::ngram));
    }
    if (settings.rescoring().firstPassArpa().isPresent()) {
      Tables.write(
          context.spark(), folder.location(FIRST_PASS), scores, prepared.map(Prepared::firstPass));
    }
  }

  private Map<String, Double> counts(
      StageContext context, HadoopFolder folder, Admission admission) {
    List<LatticeRow> rows =
        Tables.read(context.spark(), folder.location(LATTICES), RowSchema.of(LatticeRow.class));
    admission.requireAllAccountedFor(rows.size());
    long words = rows.stream().mapToLong(LatticeRow::referenceWords).sum();
    long oracle = rows.stream().mapToLong(LatticeRow::oracleErrors).sum();
    long kept = rows.stream().mapToLong(LatticeRow::keptOracleErrors).sum();
    Map<String, Double> counts = new TreeMap<>();
    counts.put("lattices", (double) rows.size());
    counts.put("rejected", (double) admission.rejected().size());
    counts.put("arcs", (double) rows.stream().mapToLong(LatticeRow::arcs).sum());
    counts.put("kept-arcs", (double) rows.stream().mapToLong(LatticeRow::keptArcs).sum());
    counts.put("expanded-arcs", (double) rows.stream().mapToLong(LatticeRow::expandedArcs).sum());
    counts.put("tree-nodes", (double) rows.stream().mapToLong(LatticeRow::treeNodes).sum());
    counts.put("reference-words", (double) words);
    counts.put("oracle-errors", (double) oracle);
    counts.put("kept-oracle-errors", (double) kept);
    context
        .progress()
        .say(
            "  %,d lattices, %,d utterances rejected; oracle word error rate %.2f %%, of what is rescored %.2f %%"
                .formatted(
                    rows.size(),
                    admission.rejected().size(),
                    100.0 * oracle / words,
                    100.0 * kept / words));
    return counts;
  }

  /** Reads the reference transcripts of a set. */
  public static TrnFile references(LatticeSet set, Configuration hadoop) throws IOException {
    Path path = HadoopPath.of(set.references());
    try (InputStream in = path.getFileSystem(hadoop).open(path)) {
      return TrnFile.read(in, set.references());
    }
  }

  /** Reads an n-gram model, plain or gzip as its first bytes say. */
  public static ArpaModel ngram(String arpa, Configuration hadoop, Vocabulary vocabulary)
      throws IOException {
    Path path = HadoopPath.of(arpa);
    try (InputStream in = new BufferedInputStream(path.getFileSystem(hadoop).open(path), 1 << 16)) {
      return ArpaModel.read(in, arpa, vocabulary);
    }
  }
}
