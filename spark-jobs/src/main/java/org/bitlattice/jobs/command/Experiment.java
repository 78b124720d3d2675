package org.bitlattice.jobs.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.bitlattice.jobs.experiment.ExperimentPlan;
import org.bitlattice.jobs.experiment.ImportedBaseline;
import org.bitlattice.jobs.job.BuildInfo;
import org.bitlattice.jobs.job.ExitCode;
import org.bitlattice.jobs.job.HadoopFolder;
import org.bitlattice.jobs.job.HadoopLatticeFiles;
import org.bitlattice.jobs.job.HadoopPath;
import org.bitlattice.jobs.job.OutputLock;
import org.bitlattice.jobs.job.Progress;
import org.bitlattice.jobs.job.Stage;
import org.bitlattice.jobs.job.StageCommand;
import org.bitlattice.jobs.job.StageContext;
import org.bitlattice.jobs.job.StageRunner;
import org.bitlattice.jobs.job.StageStatus;
import org.bitlattice.jobs.job.UserError;
import org.bitlattice.jobs.session.HadoopSettings;
import org.bitlattice.jobs.session.SparkSessions;
import org.bitlattice.lattice.LatticeLocation;
import org.bitlattice.lattice.ScpFile;
import org.bitlattice.run.Seeds;
import org.bitlattice.settings.ExperimentLoader;
import org.bitlattice.settings.ExperimentSettings;

/** One command on an experiment: read the settings, make the plan, run the stages asked for. */
public final class Experiment {
  private final ExperimentSettings settings;
  private final List<Stage> plan;
  private final StageRunner runner;
  private final HadoopFolder output;
  private final Progress progress;

  private Experiment(ExperimentOptions options, Configuration hadoop) {
    progress = Progress.onStandardError();
    settings = load(options, hadoop);
    ImportedBaseline.check(settings, hadoop);
    Map<String, String> digests = new HashMap<>();
    plan =
        ExperimentPlan.of(
            settings,
            path -> digests.computeIfAbsent(path, p -> HadoopFolder.digest(p, hadoop)),
            location -> latticeFiles(location, hadoop));
    output = HadoopFolder.at(settings.output(), hadoop);
    runner = new StageRunner(output, BuildInfo.read(), progress);
  }

  /** The file or folder of some lattices, and the archives that a script file names. */
  private static List<String> latticeFiles(LatticeLocation location, Configuration hadoop) {
    List<String> files = new ArrayList<>(List.of(location.path()));
    if (location.kind() == LatticeLocation.Kind.KALDI_SCRIPT) {
      try (InputStream in = new HadoopLatticeFiles(hadoop).open(location.path(), 0)) {
        ScpFile.read(in, location.path()).stream()
            .map(ScpFile.Entry::path)
            .distinct()
            .forEach(files::add);
      } catch (IOException e) {
        throw new UserError("cannot read %s: %s".formatted(location, e.getMessage()), e);
      }
    }
    return files;
  }

  /** Runs the stages of some commands and returns the exit code. */
  static int run(ExperimentOptions options, Set<StageCommand> commands) throws IOException {
    Configuration hadoop = HadoopSettings.configuration();
    Experiment experiment = new Experiment(options, hadoop);
    List<Stage> stages =
        experiment.plan.stream().filter(stage -> commands.contains(stage.command())).toList();
    if (options.plan) {
      experiment.print(stages, options.overwritten());
    } else {
      experiment.runner.refuseDifferent(stages, options.overwritten());
      experiment.run(stages, options.overwritten());
    }
    return ExitCode.DONE.code();
  }

  private void run(List<Stage> stages, Set<StageCommand> overwrite) throws IOException {
    output.create();
    long start = System.nanoTime();
    try (OutputLock lock = OutputLock.take(output, progress)) {
      output.writeText("experiment.conf", settings.resolved().render());
      run(stages, overwrite, lock);
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

  private void print(List<Stage> stages, Set<StageCommand> overwrite) {
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

  private static ExperimentSettings load(ExperimentOptions options, Configuration hadoop) {
    String experiment;
    Path path = HadoopPath.of(options.configuration);
    try {
      FileSystem files = path.getFileSystem(hadoop);
      if (!files.exists(path)) {
        throw new UserError("there is no configuration file " + options.configuration);
      }
      try (InputStream in = files.open(path)) {
        experiment = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
    } catch (IOException e) {
      throw new UserError(
          "cannot read the configuration file %s: %s"
              .formatted(options.configuration, e.getMessage()),
          e);
    }
    return ExperimentLoader.load(reference(), experiment, options.configuration, options.overrides);
  }

  /** The defaults, which travel inside the jar. */
  private static String reference() {
    try (InputStream in = Experiment.class.getResourceAsStream("/bitlattice/reference.conf")) {
      if (in == null) {
        throw new IllegalStateException("bitlattice/reference.conf is not in the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read bitlattice/reference.conf", e);
    }
  }
}
