package org.bitlattice.jobs.history;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;
import org.bitlattice.jobs.table.RowSchema;
import org.bitlattice.jobs.table.Tables;
import org.bitlattice.report.WerRow;
import org.bitlattice.run.StageInputs;
import org.bitlattice.run.StageRecord;

/**
 * The folder of an experiment as its stages leave it, with the files that a history reads.
 *
 * @param folder where it lies
 * @param epochs a setting of training
 */
public record WrittenRun(Path folder, int epochs) {
  private static final double TRAIN_SECONDS = 60.5;

  /** A finished run with one system on dev and eval. */
  public static WrittenRun finished(
      SparkSession spark, Path folder, int epochs, double devWerPercent) {
    return new WrittenRun(folder, epochs)
        .begun()
        .scored(
            spark,
            List.of(
                row("first-pass", "dev", "lattice", OptionalLong.empty(), 30),
                row("admm-2", "dev", "tuned", OptionalLong.of(46_236), devWerPercent),
                row("admm-2", "eval", "tuned", OptionalLong.of(46_236), devWerPercent - 1)))
        .reported();
  }

  /** Everything before the scores. */
  public WrittenRun begun() {
    write("experiment.conf", "training.epochs = " + epochs + "\n");
    complete("corpus", prepare(), 1.25);
    complete("baseline", train(), TRAIN_SECONDS);
    complete("systems/admm-2", quantize(), 8);
    return this;
  }

  WrittenRun scored(SparkSession spark, List<WerRow> rows) {
    return scored(spark, RowSchema.of(WerRow.class), rows);
  }

  <T extends Record> WrittenRun scored(SparkSession spark, RowSchema<T> schema, List<T> rows) {
    Tables.write(spark, folder.resolve("scores/wer").toString(), schema, rows);
    complete("scores", score(), 0.5);
    return this;
  }

  WrittenRun reported() {
    write("report/summary.md", "# Results\n");
    complete("report", report(), 0.125);
    return this;
  }

  WrittenRun write(String name, String text) {
    try {
      Files.createDirectories(folder.resolve(name).getParent());
      Files.writeString(folder.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Lets a stage's record be as old as that. */
  public WrittenRun written(String stageFolder, Instant time) throws IOException {
    Files.setLastModifiedTime(
        folder.resolve(stageFolder).resolve("stage.json"), FileTime.from(time));
    return this;
  }

  private void complete(String stageFolder, StageInputs inputs, double seconds) {
    write(
        stageFolder + "/stage.json",
        new StageRecord(inputs, "0.1.0", "abc1234", new TreeMap<>(), seconds).toJson());
  }

  private StageInputs prepare() {
    return inputs("prepare", Map.of("corpus.shards", "4"), Map.of("corpus.train", "0123456789ab"));
  }

  private StageInputs train() {
    return inputs(
        "train",
        Map.of("training.epochs", Integer.toString(epochs)),
        Map.of("prepare", prepare().digest()));
  }

  private StageInputs quantize() {
    return inputs(
        "quantize/admm-2",
        Map.of(),
        Map.of("train", train().digest(), "prepare", prepare().digest()));
  }

  private StageInputs score() {
    return inputs("score", Map.of(), Map.of("quantize/admm-2", quantize().digest()));
  }

  private StageInputs report() {
    return inputs("report", Map.of(), Map.of("score", score().digest()));
  }

  private static StageInputs inputs(
      String stage, Map<String, String> settings, Map<String, String> digests) {
    return new StageInputs(stage, 1, new TreeMap<>(settings), new TreeMap<>(digests));
  }

  /** Of 1,000 words; of a model without lattices when the rate is not a number. */
  static WerRow row(
      String system, String set, String weights, OptionalLong bytes, double werPercent) {
    OptionalDouble none = OptionalDouble.empty();
    long errors = Double.isNaN(werPercent) ? 0 : Math.round(10 * werPercent);
    return new WerRow(
        system,
        set,
        weights,
        bytes.isPresent() ? Optional.of("exact") : Optional.empty(),
        bytes.isPresent() ? OptionalDouble.of(2) : none,
        bytes.isPresent() ? OptionalDouble.of(2.25) : none,
        bytes,
        bytes.isPresent() ? OptionalDouble.of(16) : none,
        bytes.isPresent() ? OptionalDouble.of(9.5) : none,
        bytes.isPresent() ? OptionalDouble.of(9.25) : none,
        Double.isNaN(werPercent) ? 0 : 1000,
        Double.isNaN(werPercent) ? 0 : 1000 - errors,
        errors,
        0,
        0,
        werPercent,
        none,
        none,
        Optional.empty(),
        none,
        none,
        false,
        none,
        none,
        none,
        none,
        none,
        none,
        Optional.empty());
  }
}
