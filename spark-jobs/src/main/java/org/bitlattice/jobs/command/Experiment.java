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
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.bitlattice.jobs.experiment.ExperimentPlan;
import org.bitlattice.jobs.experiment.ImportedBaseline;
import org.bitlattice.jobs.job.ExitCode;
import org.bitlattice.jobs.job.HadoopFolder;
import org.bitlattice.jobs.job.HadoopLatticeFiles;
import org.bitlattice.jobs.job.HadoopPath;
import org.bitlattice.jobs.job.Stage;
import org.bitlattice.jobs.job.StageCommand;
import org.bitlattice.jobs.job.UserError;
import org.bitlattice.jobs.session.HadoopSettings;
import org.bitlattice.lattice.LatticeLocation;
import org.bitlattice.lattice.ScpFile;
import org.bitlattice.settings.ExperimentLoader;
import org.bitlattice.settings.ExperimentSettings;

/** One command on an experiment: read the settings, make the plan, run the stages asked for. */
final class Experiment {
  private Experiment() {}

  /** Runs the stages of some commands and returns the exit code. */
  static int run(ExperimentOptions options, Set<StageCommand> commands) throws IOException {
    Configuration hadoop = HadoopSettings.configuration();
    ExperimentSettings settings = load(options, hadoop);
    ImportedBaseline.check(settings, hadoop);
    List<Stage> plan = plan(settings, path -> HadoopFolder.digest(path, hadoop), hadoop);
    ExperimentRun run = new ExperimentRun(settings, hadoop);
    List<Stage> stages = plan.stream().filter(stage -> commands.contains(stage.command())).toList();
    if (options.plan) {
      run.print(stages, options.overwritten());
    } else {
      run.runner().refuseDifferent(stages, options.overwritten());
      run.run(stages, options.overwritten(), () -> {});
    }
    return ExitCode.DONE.code();
  }

  /**
   * All stages of an experiment.
   *
   * @param digest digest of a file or folder by its path; asked for once for each
   */
  static List<Stage> plan(
      ExperimentSettings settings, Function<String, String> digest, Configuration hadoop) {
    Map<String, String> digests = new HashMap<>();
    return ExperimentPlan.of(
        settings,
        path -> digests.computeIfAbsent(path, digest),
        location -> latticeFiles(location, hadoop));
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
  static String reference() {
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
