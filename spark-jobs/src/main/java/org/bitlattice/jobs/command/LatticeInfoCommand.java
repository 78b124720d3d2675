package org.bitlattice.jobs.command;

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.bitlattice.jobs.job.ExitCode;
import org.bitlattice.lattice.Lattice;
import org.bitlattice.lattice.LatticeInfo;
import org.bitlattice.lattice.LatticeLocation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Sizes of lattices. */
@Command(
    name = "info",
    description =
        "Writes a table: nodes, arcs, arcs with words, distinct words, natural log of the number of paths, arcs per node and seconds of every lattice.",
    footer = {"", "Example: bitlattice lattice info ark:lat.ark --words words.txt --beam 5"},
    mixinStandardHelpOptions = true)
final class LatticeInfoCommand implements Callable<Integer> {
  @Mixin private LatticeOptions options;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "OUT",
      description = "The table (default: standard output).")
  private String output;

  @Mixin private LatticeChanges changes;

  private double nodes;
  private double arcs;
  private double words;
  private double pathsLn;

  @Override
  public Integer call() throws IOException {
    LatticeLocation from = options.location();
    changes.check(options);
    try (TextOutput out = TextOutput.fileOrStandard(output, options.hadoop())) {
      out.writer()
          .write(
              "utterance\tnodes\tarcs\twords\tdistinct_words\tln_paths\tarcs_per_node\tseconds\n");
      LatticeTally tally = options.read(from, lattice -> out.writer().write(row(lattice)));
      out.writer().flush();
      tally.finish();
      double all = Math.max(1, tally.done());
      System.err.printf(
          Locale.ROOT,
          "mean: %.1f nodes, %.1f arcs, %.1f words, ln paths %.2f%n",
          nodes / all,
          arcs / all,
          words / all,
          pathsLn / all);
      out.keep();
    }
    return ExitCode.DONE.code();
  }

  private String row(Lattice lattice) {
    LatticeInfo info = LatticeInfo.of(changes.of(lattice, options.scales(lattice)));
    nodes += info.nodes();
    arcs += info.arcs();
    words += info.words();
    pathsLn += info.pathsLn();
    return String.format(
        Locale.ROOT,
        "%s\t%d\t%d\t%d\t%d\t%.4f\t%.3f\t%s\n",
        lattice.utterance(),
        info.nodes(),
        info.arcs(),
        info.words(),
        info.distinctWords(),
        info.pathsLn(),
        info.arcsPerNode(),
        Double.isNaN(info.durationSeconds())
            ? "-"
            : String.format(Locale.ROOT, "%.2f", info.durationSeconds()));
  }
}
