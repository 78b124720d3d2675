package org.bitlattice.jobs.command;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Commands on lattices of every format; none of them starts Spark. */
@Command(
    name = "lattice",
    description = {
      "Looks at lattices, converts them and searches in them. Formats: Kaldi archives (ark:, ark,t:, scp:), HTK lattices (htk:), n-best tables (nbest:).",
      "Scores are natural logarithms; a cost of Kaldi is a score with the sign changed."
    },
    mixinStandardHelpOptions = true,
    subcommands = {
      LatticeInfoCommand.class,
      LatticeConvertCommand.class,
      LatticeBestPathCommand.class,
      LatticeNBestCommand.class,
      LatticeOracleCommand.class
    })
final class LatticeCommand implements Runnable {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(),
        "a command is missing: " + String.join(", ", spec.subcommands().keySet()));
  }
}
