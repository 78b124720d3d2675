package org.bitlattice.jobs.command;

import org.bitlattice.jobs.job.BuildInfo;
import org.bitlattice.jobs.job.ExitCode;
import org.bitlattice.jobs.job.Failure;
import org.bitlattice.jobs.job.HadoopPath;
import org.bitlattice.settings.Secrets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The {@code bitlattice} command. */
@Command(
    name = "bitlattice",
    description = {
      "Finds a precision for every weight tensor of a neural language model, trains the low-bit"
          + " model, and shows on rescored lattices whether recognition got worse.",
      ""
    },
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = BitlatticeCommand.Version.class,
    sortOptions = false,
    footer = {
      "",
      "Options for spark-submit follow after --, for example:",
      "  bitlattice run configs/quickstart.conf -- --master local[2] --driver-memory 6g",
      "",
      "Exit codes: 0 done, 1 wrong command line, 2 wrong setting, file or data, 3 internal error."
    })
public final class BitlatticeCommand implements Runnable {
  @CommandLine.Option(
      names = "--debug",
      scope = CommandLine.ScopeType.INHERIT,
      description = "Prints stack traces of errors.")
  private boolean debug;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /** Runs a command line and returns the exit code of the process. */
  public static int execute(String... arguments) {
    BitlatticeCommand bitlattice = new BitlatticeCommand();
    CommandLine line = new CommandLine(bitlattice);
    StageCommands.addTo(line);
    line.addSubcommand(new CompressCommand());
    line.addSubcommand(new SampleCommand());
    line.addSubcommand(new PerplexityCommand());
    line.addSubcommand(new WerCommand());
    line.addSubcommand(new LatticeCommand());
    line.addSubcommand(new ModelCommand());
    line.addSubcommand(new CompareCommand());
    line.addSubcommand(new HistoryCommand());
    line.addSubcommand(new CommandLine.HelpCommand());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler(
        (exception, rejected) -> {
          CommandLine command = exception.getCommandLine();
          command.getErr().println("bitlattice: " + Secrets.hidden(exception.getMessage()));
          command
              .getErr()
              .println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
          return ExitCode.BAD_COMMAND_LINE.code();
        });
    line.setExecutionExceptionHandler(
        (exception, command, parsed) -> {
          Failure failure = Failure.of(exception);
          command.getErr().println("bitlattice: " + failure.message());
          if (bitlattice.debug) {
            exception.printStackTrace(command.getErr());
          }
          return failure.exitCode().code();
        });
    try {
      // Before anything that could repeat or keep them.
      for (String argument : arguments) {
        HadoopPath.requireNoCredentials(argument);
      }
      return line.execute(arguments);
    } catch (Throwable error) {
      // Errors pass by the handler above: a lack of memory, of a native library, or of room on a
      // disk, which is an FSError of Hadoop's.
      Failure failure = Failure.of(error);
      line.getErr().println("bitlattice: " + failure.message());
      if (bitlattice.debug) {
        error.printStackTrace(line.getErr());
      }
      return failure.exitCode().code();
    }
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing");
  }

  /** Version and commit of the build. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      BuildInfo build = BuildInfo.read();
      return new String[] {"bitlattice %s (commit %s)".formatted(build.version(), build.commit())};
    }
  }
}
