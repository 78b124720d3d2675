package org.bitlattice.jobs.history;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.SparkSession;
import org.bitlattice.jobs.job.HadoopFolder;
import org.bitlattice.jobs.job.OutputLock;
import org.bitlattice.jobs.job.Progress;
import org.bitlattice.jobs.job.UserError;
import org.bitlattice.report.RunHistory;
import org.bitlattice.report.RunKey;
import org.bitlattice.report.UnfinishedRun;
import org.bitlattice.report.UnreadableRun;

/**
 * Brings the history of a folder of runs up to date.
 *
 * <p>Reads {@code stage.json} of every stage and {@code scores/wer} of each run that is finished
 * and not in the history; writes {@code history/runs}, {@code history/stages} and {@code
 * history/scores}. Rows never leave the history, also when a run's folder is deleted.
 *
 * @param history all runs that are finished, those whose folders are gone among them
 * @param there results whose folders are there
 * @param unfinished runs without a result
 * @param unreadable runs with damaged files; they are not in the history
 */
public record HistoryUpdate(
    RunHistory history,
    Set<RunKey> there,
    List<UnfinishedRun> unfinished,
    List<UnreadableRun> unreadable) {
  /** How long to wait while another call has the history. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /**
   * Holds that a folder can have a history; needs no Spark.
   *
   * @throws UserError when it is absent, a file or one experiment, or holds neither a run nor a
   *     history
   */
  public static void requireRuns(HadoopFolder root) {
    if (root.isFile()) {
      throw new UserError("%s is a file; give the folder that holds the runs".formatted(root));
    }
    if (!root.exists()) {
      throw new UserError("there is no folder " + root);
    }
    try {
      if (root.exists(RunScan.EXPERIMENT)) {
        throw new UserError(
            "%s is one experiment; give the folder that holds it and other runs".formatted(root));
      }
      if (!RunScan.findsRun(root) && !root.exists(HistoryTables.FOLDER)) {
        throw new UserError(
            "there is no run in %s: none of the folders in it holds an %s"
                .formatted(root, RunScan.EXPERIMENT));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look at " + root, e);
    }
  }

  /**
   * Takes new runs into the history.
   *
   * @throws UserError when the history is damaged, is a newer version's or cannot be written
   */
  public static HistoryUpdate of(SparkSession spark, HadoopFolder root, Progress progress)
      throws IOException {
    HistoryTables tables = new HistoryTables(spark, root);
    if (!tables.begun()) {
      RunScan first = RunScan.of(root, RunHistory.EMPTY);
      if (first.fresh().isEmpty()) {
        return joined(spark, RunHistory.EMPTY, first);
      }
    }
    tables.folder().create();
    try (OutputLock lock = OutputLock.takeWithin(tables.folder(), progress, PATIENCE)) {
      try {
        return update(spark, root, tables, lock, progress);
      } catch (RuntimeException e) {
        if (lock.isLost()) {
          // Whatever failed, failed because the thread was interrupted.
          lock.requireHeld();
        }
        throw e;
      }
    }
  }

  private static HistoryUpdate update(
      SparkSession spark,
      HadoopFolder root,
      HistoryTables tables,
      OutputLock lock,
      Progress progress) {
    RunHistory before = tables.begun() ? tables.read() : RunHistory.EMPTY;
    HistoryUpdate update = joined(spark, before, RunScan.of(root, before));
    int added = update.history.runs().size() - before.runs().size();
    if (added > 0) {
      if (before.runs().isEmpty()) {
        tables.begin(lock);
      }
      tables.write(update.history, lock);
      progress.say(
          "%s to %s"
              .formatted(added == 1 ? "1 run added" : added + " runs added", tables.folder()));
    }
    return update;
  }

  /**
   * The history as it would be after an update; changes nothing and needs no lock.
   *
   * @throws UserError when the history is damaged, is a newer version's or is being written
   */
  public static HistoryUpdate withoutWriting(SparkSession spark, HadoopFolder root) {
    HistoryTables tables = new HistoryTables(spark, root);
    RunHistory before = tables.begun() ? tables.look() : RunHistory.EMPTY;
    return joined(spark, before, RunScan.of(root, before));
  }

  private static HistoryUpdate joined(SparkSession spark, RunHistory before, RunScan scan) {
    RunHistory history = before;
    List<UnreadableRun> unreadable = new ArrayList<>(scan.unreadable());
    for (FinishedRun run : scan.fresh()) {
      try {
        history = history.plus(run.rows(spark));
      } catch (UserError e) {
        unreadable.add(new UnreadableRun(run.key().run(), e.getMessage()));
      }
    }
    return new HistoryUpdate(history, scan.there(), scan.unfinished(), unreadable);
  }
}
