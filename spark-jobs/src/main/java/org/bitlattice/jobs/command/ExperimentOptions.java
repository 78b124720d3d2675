package org.bitlattice.jobs.command;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.bitlattice.jobs.job.StageCommand;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The arguments that every experiment command shares. */
final class ExperimentOptions {
  @Parameters(
      paramLabel = "CONF",
      description =
          "The experiment's configuration (HOCON); configs/reference.conf explains every key.")
  String configuration;

  @Option(
      names = "--set",
      paramLabel = "key=value",
      description = "Sets one configuration value; may be repeated.")
  List<String> overrides = new ArrayList<>();

  @Option(names = "--plan", description = "Prints what would run, and runs nothing.")
  boolean plan;

  @Option(
      names = "--overwrite",
      paramLabel = "STAGE",
      description =
          "Computes a stage (${COMPLETION-CANDIDATES}) and what depends on it again where its settings or inputs changed; may be repeated.")
  List<StageCommand> overwrite = new ArrayList<>();

  /** The stages to overwrite: those named and all later ones, which depend on them. */
  Set<StageCommand> overwritten() {
    EnumSet<StageCommand> stages = EnumSet.noneOf(StageCommand.class);
    for (StageCommand named : overwrite) {
      stages.addAll(EnumSet.range(named, StageCommand.REPORT));
    }
    return stages;
  }
}
