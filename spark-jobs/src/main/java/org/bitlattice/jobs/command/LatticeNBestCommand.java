package org.bitlattice.jobs.command;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.bitlattice.jobs.job.ExitCode;
import org.bitlattice.lattice.Lattice;
import org.bitlattice.lattice.LatticeLocation;
import org.bitlattice.lattice.NBest;
import org.bitlattice.lattice.NBestTsv;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** N-best lists of lattices. */
@Command(
    name = "nbest",
    description =
        "Writes the best distinct word sequences of every lattice as a table: utterance, rank, acoustic and LM score (natural logs, unscaled), words with the sentence end, scaled total, words.",
    footer = {
      "",
      "Example: bitlattice lattice nbest htk:dev.slf.tar.gz dev.nbest.tsv -n 20 --lm-scale 10"
    },
    mixinStandardHelpOptions = true)
final class LatticeNBestCommand implements Callable<Integer> {
  @Mixin private LatticeOptions options;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "OUT",
      description = "The table, also nbest:FILE (default: standard output).")
  private String output;

  @Option(
      names = "-n",
      paramLabel = "N",
      description = "Word sequences for each lattice, at most (default: ${DEFAULT-VALUE}).")
  private int n = 100;

  @Override
  public Integer call() throws IOException {
    LatticeLocation from = options.location();
    if (n < 1 || n > NBest.LARGEST_N) {
      throw options.wrong("-n is %d; allowed are 1 to %d".formatted(n, NBest.LARGEST_N));
    }
    String prefix = LatticeLocation.Kind.N_BEST.prefix();
    String path =
        output != null && output.startsWith(prefix) ? output.substring(prefix.length()) : output;
    try (TextOutput out = TextOutput.fileOrStandard(path, options.hadoop())) {
      out.writer().write(NBestTsv.HEADER);
      options.read(from, lattice -> write(lattice, out)).finish();
      out.keep();
    }
    return ExitCode.DONE.code();
  }

  private void write(Lattice lattice, TextOutput out) throws IOException {
    UtteranceNames.requireOneWord(lattice.utterance());
    NBestTsv.write(
        lattice.utterance(), NBest.of(lattice, options.scales(lattice), n), out.writer());
  }
}
