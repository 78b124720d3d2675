package org.bitlattice.jobs.rescoring;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.bitlattice.jobs.job.HadoopFolder;
import org.bitlattice.jobs.job.HadoopLatticeFiles;
import org.bitlattice.jobs.job.StageContext;
import org.bitlattice.jobs.rescoring.ScoredSet.Scored;
import org.bitlattice.jobs.table.RowSchema;
import org.bitlattice.jobs.table.Tables;
import org.bitlattice.lattice.KaldiArchiveWriter;
import org.bitlattice.lattice.KaldiLattice;
import org.bitlattice.lattice.Lattice;
import org.bitlattice.lattice.LatticePath;
import org.bitlattice.lattice.LatticeScaling;
import org.bitlattice.lattice.NBest;
import org.bitlattice.lattice.PathScales;
import org.bitlattice.lattice.SlfWriter;
import org.bitlattice.lattice.WordSymbols;
import org.bitlattice.report.NBestRow;
import org.bitlattice.rescoring.ScoreWeights;
import org.bitlattice.settings.ExperimentSettings;
import org.bitlattice.settings.LatticeSettings.LatticeSet;
import org.bitlattice.settings.RescoringSettings;

/**
 * Writes rescored lattices and n-best lists under a system's tuned weights. Kaldi lattices hold
 * −(LM + p/s) as graph cost and the acoustic cost as it was, so that LM weight s gives the path
 * scores of the rescoring, with one p more for the sentence end; HTK lattices have the scales in
 * their headers.
 *
 * @param set the lattices
 * @param settings what is written
 */
record RescoredOutput(LatticeSet set, ExperimentSettings settings) {
  private static final String LATTICES = "lattices";
  private static final String N_BEST = "n-best";

  void write(StageContext context, HadoopFolder folder, ScoredSet scored, ScoreWeights weights)
      throws IOException {
    RescoringSettings.Output output = settings.rescoring().output();
    if (output.nBest() > 0) {
      int n = output.nBest();
      Tables.write(
          context.spark(),
          folder.location(N_BEST),
          RowSchema.of(NBestRow.class),
          scored.lattices().flatMap(lattice -> nBest(lattice, weights, n).iterator()));
    }
    // What a killed run may have left.
    folder.delete(LATTICES);
    if (output.lattices() == RescoringSettings.Form.SLF) {
      writeFiles(context, folder, scored, weights);
    } else if (output.lattices() != RescoringSettings.Form.NONE) {
      writeArchives(context, folder, scored, weights, output.lattices());
    }
  }

  private static List<NBestRow> nBest(Scored scored, ScoreWeights weights, int n) {
    Lattice lattice = scored.lattice().toLattice(weights);
    List<NBestRow> rows = new ArrayList<>();
    for (LatticePath path : NBest.of(lattice, lattice.scales(), n)) {
      rows.add(
          new NBestRow(
              scored.position(),
              lattice.utterance(),
              rows.size() + 1,
              path.acousticLn(),
              path.lmLn(),
              path.total() - weights.wordInsertion(),
              String.join(" ", path.words())));
    }
    return rows;
  }

  private static void writeFiles(
      StageContext context, HadoopFolder folder, ScoredSet scored, ScoreWeights weights) {
    SerializableConfiguration hadoop = configuration(context);
    String path = folder.location(LATTICES);
    scored
        .lattices()
        .foreachPartition(
            partition -> {
              HadoopFolder target = HadoopFolder.at(path, hadoop.value());
              while (partition.hasNext()) {
                Lattice lattice = partition.next().lattice().toLattice(weights);
                StringBuilder text = new StringBuilder();
                SlfWriter.write(lattice, text);
                String name = lattice.utterance().replace('/', '_') + ".slf";
                target.writeOnce(
                    name,
                    TaskContext.get().taskAttemptId(),
                    text.toString().getBytes(StandardCharsets.UTF_8));
              }
            });
  }

  private void writeArchives(
      StageContext context,
      HadoopFolder folder,
      ScoredSet scored,
      ScoreWeights weights,
      RescoringSettings.Form form)
      throws IOException {
    Configuration hadoop = context.spark().sparkContext().hadoopConfiguration();
    String table = set.words().orElseThrow();
    WordSymbols symbols;
    try (InputStream in = new HadoopLatticeFiles(hadoop).open(table, 0)) {
      symbols = WordSymbols.read(in, table);
    }
    HadoopFolder target = folder.folder(LATTICES);
    target.create();
    try (OutputStream out = target.create("words.txt")) {
      symbols.write(out);
    }
    Broadcast<WordSymbols> shared = context.sparkContext().broadcast(symbols);
    SerializableConfiguration configuration = configuration(context);
    String path = folder.location(LATTICES);
    KaldiArchiveWriter.Form written =
        form == RescoringSettings.Form.KALDI
            ? KaldiArchiveWriter.Form.BINARY
            : KaldiArchiveWriter.Form.TEXT;
    scored
        .lattices()
        .foreachPartition(
            partition -> {
              if (partition.hasNext()) {
                String name = "shard-%04d.ark".formatted(TaskContext.getPartitionId());
                byte[] archive = archive(partition, weights, shared.value(), written);
                HadoopFolder.at(path, configuration.value())
                    .writeOnce(name, TaskContext.get().taskAttemptId(), archive);
              }
            });
    shared.destroy();
  }

  private static byte[] archive(
      Iterator<Scored> partition,
      ScoreWeights weights,
      WordSymbols symbols,
      KaldiArchiveWriter.Form form)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    double insertion =
        weights.languageScale() == 0 ? 0 : weights.wordInsertion() / weights.languageScale();
    try (KaldiArchiveWriter writer = new KaldiArchiveWriter(bytes, form)) {
      while (partition.hasNext()) {
        Lattice lattice = partition.next().lattice().toLattice(weights);
        Lattice whole = LatticeScaling.applied(lattice, new PathScales(1, 1, insertion));
        writer.write(lattice.utterance(), KaldiLattice.of(whole, symbols));
      }
    }
    return bytes.toByteArray();
  }

  private static SerializableConfiguration configuration(StageContext context) {
    return new SerializableConfiguration(context.spark().sparkContext().hadoopConfiguration());
  }
}
