package org.bitlattice.jobs.command;

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.bitlattice.jobs.job.ExitCode;
import org.bitlattice.lattice.BestPath;
import org.bitlattice.lattice.Lattice;
import org.bitlattice.lattice.LatticeLocation;
import org.bitlattice.lattice.LatticePath;
import org.bitlattice.lattice.PathScales;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Best paths of lattices. */
@Command(
    name = "best-path",
    description =
        "Writes the words of every lattice's best path: utterance word word ... Of equally good paths the one with the earlier arc is taken.",
    footer = {
      "",
      "Example: bitlattice lattice best-path ark:lat.ark best.txt --words words.txt --acoustic-scale 0.1 --costs costs.tsv"
    },
    mixinStandardHelpOptions = true)
final class LatticeBestPathCommand implements Callable<Integer> {
  @Mixin private LatticeOptions options;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "OUT",
      description = "The words (default: standard output).")
  private String output;

  @Option(
      names = "--costs",
      paramLabel = "FILE",
      description =
          "Also writes a table of utterance, graph cost (with word insertion), acoustic cost, both scaled, their sum, and the words. Costs are negative natural logs.")
  private String costs;

  @Override
  public Integer call() throws IOException {
    LatticeLocation from = options.location();
    try (TextOutput out = TextOutput.fileOrStandard(output, options.hadoop());
        TextOutput table = costs == null ? null : TextOutput.file(costs, options.hadoop())) {
      if (table != null) {
        table
            .writer()
            .write("utterance\tgraph_cost_scaled\tacoustic_cost_scaled\ttotal_cost\twords\n");
      }
      options.read(from, lattice -> write(lattice, out, table)).finish();
      out.keep();
      if (table != null) {
        table.keep();
      }
    }
    return ExitCode.DONE.code();
  }

  private void write(Lattice lattice, TextOutput out, TextOutput table) throws IOException {
    UtteranceNames.requireOneWord(lattice.utterance());
    PathScales scales = options.scales(lattice);
    LatticePath path = BestPath.of(lattice, scales);
    String words = String.join(" ", path.words());
    out.writer().write((lattice.utterance() + " " + words).strip() + "\n");
    if (table != null) {
      double acoustic = scales.acoustic() * path.acousticLn();
      table
          .writer()
          .write(
              String.format(
                  Locale.ROOT,
                  "%s\t%.4f\t%.4f\t%.4f\t%s\n",
                  lattice.utterance(),
                  acoustic - path.total(),
                  0 - acoustic,
                  0 - path.total(),
                  words));
    }
  }
}
