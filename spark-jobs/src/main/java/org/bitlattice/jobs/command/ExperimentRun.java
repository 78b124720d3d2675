package org.bitlattice.jobs.command;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.bitlattice.jobs.job.BuildInfo;
import org.bitlattice.jobs.job.HadoopFolder;
import org.bitlattice.jobs.job.OutputLock;
import org.bitlattice.jobs.job.Progress;
import org.bitlattice.jobs.job.Stage;
import org.bitlattice.jobs.job.StageCommand;
import org.bitlattice.jobs.job.StageContext;
import org.bitlattice.jobs.job.StageRunner;
import org.bitlattice.jobs.job.StageStatus;
import org.bitlattice.jobs.session.SparkSessions;
import org.bitlattice.run.Seeds;
import org.bitlattice.settings.ExperimentSettings;

/** Runs stages in the folder of an experiment, or tells what would be run. */
final class ExperimentRun {
  /** File of the resolved settings. */
  static final String SETTINGS = "experiment.conf";

  private final ExperimentSettings settings;
  private final HadoopFolder output;
  private final Progress progress = Progress.onStandardError();
  private final StageRunner runner;

  ExperimentRun(ExperimentSettings settings, Configuration hadoop) {
    this.settings = settings;
    this.output = HadoopFolder.at(settings.output(), hadoop);
    this.runner = new StageRunner(output, BuildInfo.read(), progress);
  }

  /** The folder. */
  HadoopFolder output() {
    return output;
  }

  /** The rules of its stages. */
  StageRunner runner() {
    return runner;
  }

  /**
   * Runs stages in their order, holding the folder's lock.
   *
   * @param overwrite commands whose stages are done again when their inputs differ
   * @param afterwards what is done once all are complete, with the lock still held
   */
  void run(List<Stage> stages, Set<StageCommand> overwrite, Runnable afterwards)
      throws IOException {
    output.create();
    long start = System.nanoTime();
    try (OutputLock lock = OutputLock.take(output, progress)) {
      output.writeText(SETTINGS, settings.resolved().render());
      run(stages, overwrite, lock);
      lock.requireHeld();
      afterwards.run();
    } finally {
      progress.say("elapsed: %s".formatted(Progress.duration((System.nanoTime() - start) / 1e9)));
    }
  }

  private void run(List<Stage> stages, Set<StageCommand> overwrite, OutputLock lock) {
    try (LazySession session = new LazySession()) {
      for (Stage stage : stages) {
        runner.run(stage, overwrite, () -> session.context(stage), lock::requireHeld);
      }
    } catch (RuntimeException e) {
      if (lock.isLost()) {
        // Whatever failed, failed because the thread was interrupted.
        lock.requireHeld();
      }
      throw e;
    }
  }

  /** Starts Spark when the first stage needs it. */
  private final class LazySession implements AutoCloseable {
    private SparkSession spark;

    StageContext context(Stage stage) {
      if (spark == null) {
        spark = SparkSessions.open("bitlattice " + output.path());
      }
      StageContext context = new StageContext(spark, output, new Seeds(settings.seed()), progress);
      context.describeJobs(stage.name());
      return context;
    }

    @Override
    public void close() {
      if (spark != null) {
        spark.stop();
      }
    }
  }

  /** Prints what would become of stages. */
  void print(List<Stage> stages, Set<StageCommand> overwrite) {
    System.out.println("experiment " + output.path());
    for (Stage stage : stages) {
      StageStatus status = runner.status(stage);
      System.out.printf("%-28s %s%n", stage.name(), intention(stage, status, overwrite));
      status.differences().forEach(difference -> System.out.println("    " + difference));
    }
  }

  private static String intention(Stage stage, StageStatus status, Set<StageCommand> overwrite) {
    if (status.differs()) {
      return overwrite.contains(stage.command())
          ? "would be computed again"
          : "would be refused: made from other settings or inputs (--overwrite "
              + stage.command().written()
              + ")";
    }
    return switch (status.kind()) {
      case ABSENT -> "would run";
      case BEGUN -> "would continue";
      case COMPLETE -> "complete, would be skipped";
    };
  }
}
