package org.bitlattice.jobs.command;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.bitlattice.jobs.job.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a synthetic corpus with lattices. */
@Command(
    name = "sample",
    description = "Writes a synthetic corpus, bigram LM, lattices and references for trying things out.",
    mixinStandardHelpOptions = true)
final class SampleCommand implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "Folder to write; must be absent or empty.")
  private Path folder;

  @Option(names = "--seed", description = "Seed of the random choices (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(names = "--debug", description = "Prints stack traces of errors.")
  private boolean debug;

  @Override
  public Integer call() throws Exception {
    return ExitCode.DONE.code();
  }
}
