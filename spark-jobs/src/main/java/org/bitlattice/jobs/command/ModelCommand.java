package org.bitlattice.jobs.command;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Commands on models; none of them starts Spark. */
@Command(
    name = "model",
    description = "Looks at model folders, exports them, and imports models from PyTorch.",
    mixinStandardHelpOptions = true,
    subcommands = {ModelInfoCommand.class, ModelExportCommand.class, ModelImportCommand.class})
final class ModelCommand implements Runnable {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(),
        "a command is missing: " + String.join(", ", spec.subcommands().keySet()));
  }
}
