package org.bitlattice.jobs.command;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Callable;
import org.bitlattice.jobs.job.StageCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code run}, and one command for each kind of stage. */
@Command(mixinStandardHelpOptions = true)
final class StageCommands implements Callable<Integer> {
  private final Set<StageCommand> stages;

  @Mixin private ExperimentOptions options;

  private StageCommands(Set<StageCommand> stages) {
    this.stages = stages;
  }

  /** Adds the commands to {@code bitlattice}. */
  static void addTo(CommandLine bitlattice) {
    add(
        bitlattice,
        "run",
        "Runs all stages of an experiment; skips those that are complete for the same inputs.",
        EnumSet.allOf(StageCommand.class));
    for (StageCommand stage : StageCommand.values()) {
      add(bitlattice, stage.written(), stage.description(), EnumSet.of(stage));
    }
  }

  private static void add(
      CommandLine bitlattice, String name, String description, Set<StageCommand> stages) {
    CommandLine command = new CommandLine(new StageCommands(stages));
    command
        .getCommandSpec()
        .usageMessage()
        .description(description)
        .footer("", "Example: bitlattice %s configs/quickstart.conf --set seed=2".formatted(name));
    bitlattice.addSubcommand(name, command);
  }

  @Override
  public Integer call() throws IOException {
    return Experiment.run(options, stages);
  }
}
