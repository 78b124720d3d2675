package org.bitlattice.jobs.history;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.spark.sql.SparkSession;
import org.bitlattice.jobs.job.BuildInfo;
import org.bitlattice.jobs.job.HadoopFolder;
import org.bitlattice.jobs.job.OutputLock;
import org.bitlattice.jobs.job.UserError;
import org.bitlattice.jobs.table.RowSchema;
import org.bitlattice.jobs.table.Tables;
import org.bitlattice.report.RunHistory;
import org.bitlattice.report.RunRow;
import org.bitlattice.report.RunScoreRow;
import org.bitlattice.report.RunStageRow;

/**
 * The tables of a history, in the folder {@code history} beside the runs. The table of runs is
 * written last: a run that is not in it counts as not taken, whatever the others hold.
 */
final class HistoryTables {
  /** Folder of the history, beside the runs. */
  static final String FOLDER = "history";

  /** Number of the form in which this version writes; it grows with every change of columns. */
  static final int FORMAT = 1;

  static final String FORMAT_FILE = "format";
  static final String RUNS = "runs";
  static final String STAGES = "stages";
  static final String SCORES = "scores";

  private static final List<String> TABLES = List.of(RUNS, STAGES, SCORES);

  private final SparkSession spark;
  private final HadoopFolder folder;

  HistoryTables(SparkSession spark, HadoopFolder root) {
    this.spark = spark;
    this.folder = root.folder(FOLDER);
  }

  HadoopFolder folder() {
    return folder;
  }

  /**
   * Whether a history was begun in the folder.
   *
   * @throws UserError when something else lies there, or the history of a newer version
   */
  boolean begun() {
    if (folder.isFile()) {
      throw new UserError(
          "%s is a file, where the folder of the history would be; move it away".formatted(folder));
    }
    List<String> content =
        folder.names().stream()
            .filter(name -> !name.startsWith(".") && !name.equals(OutputLock.FILE))
            .toList();
    if (content.contains(FORMAT_FILE)) {
      requireKnownFormat();
      return true;
    }
    if (!content.isEmpty()) {
      throw new UserError(
          "%s holds %s and no file named %s, so it is no history of Bitlattice; move it away"
              .formatted(folder, String.join(", ", content), FORMAT_FILE));
    }
    return false;
  }

  private void requireKnownFormat() {
    String format = folder.readText(FORMAT_FILE).strip();
    if (!format.matches("[1-9][0-9]{0,8}")) {
      throw new UserError(
          "%s holds '%s', which is no number of a format; it was changed by hand or damaged"
              .formatted(folder.location(FORMAT_FILE), format));
    }
    if (Integer.parseInt(format) > FORMAT) {
      throw new UserError(
          "%s has the format %s of a newer Bitlattice, and version %s reads format %d; use the newer one"
              .formatted(folder, format, BuildInfo.read().version(), FORMAT));
    }
  }

  /**
   * Reads the history, and mends what a call left that was killed between writing a table and
   * moving it; only for the owner of the folder's lock.
   *
   * @throws UserError when a table is damaged or missing
   */
  RunHistory read() {
    return read(
        table -> Tables.exists(spark, folder.location(table)),
        "it was deleted or damaged; put it back, or move the folder away to begin a new history");
  }

  /**
   * Reads the history without changing anything.
   *
   * @throws UserError when a table is damaged or missing, perhaps because another call writes it
   */
  RunHistory look() {
    return read(
        this::isThere,
        "another call is writing it, or was cut off; call again, and without --read-only if that does not help");
  }

  private boolean isThere(String table) {
    try {
      return folder.exists(table);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look at " + folder.location(table), e);
    }
  }

  private RunHistory read(Predicate<String> isThere, String remedy) {
    List<String> missing = new ArrayList<>(TABLES);
    missing.removeIf(isThere);
    List<RunRow> runs = rows(RUNS, RunRow.class, missing);
    List<RunStageRow> stages = rows(STAGES, RunStageRow.class, missing);
    List<RunScoreRow> scores = rows(SCORES, RunScoreRow.class, missing);
    // Where all are empty, a call was cut off while it began the history.
    if (!missing.isEmpty() && !(runs.isEmpty() && stages.isEmpty() && scores.isEmpty())) {
      throw new UserError(
          "%s lacks the table %s: %s".formatted(folder, String.join(", ", missing), remedy));
    }
    return new RunHistory(runs, stages, scores);
  }

  private <T extends Record> List<T> rows(String table, Class<T> type, List<String> missing) {
    String location = folder.location(table);
    return missing.contains(table)
        ? List.of()
        : DamagedTable.told(location, () -> Tables.read(spark, location, RowSchema.of(type)));
  }

  /** Begins a history with empty tables, so that a missing one is known as lost from then on. */
  void begin(OutputLock lock) {
    folder.writeText(FORMAT_FILE, FORMAT + "\n");
    write(RunHistory.EMPTY, lock);
  }

  /** Replaces the history, table by table, each whole or not at all. */
  void write(RunHistory history, OutputLock lock) {
    write(STAGES, RunStageRow.class, history.stages(), lock);
    write(SCORES, RunScoreRow.class, history.scores(), lock);
    write(RUNS, RunRow.class, history.runs(), lock);
  }

  private <T extends Record> void write(
      String table, Class<T> type, List<T> rows, OutputLock lock) {
    lock.requireHeld();
    Tables.write(spark, folder.location(table), RowSchema.of(type), rows);
  }
}
