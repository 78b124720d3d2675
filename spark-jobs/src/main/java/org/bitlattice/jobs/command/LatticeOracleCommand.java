package org.bitlattice.jobs.command;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.bitlattice.jobs.job.ExitCode;
import org.bitlattice.jobs.job.HadoopLatticeFiles;
import org.bitlattice.lattice.Lattice;
import org.bitlattice.lattice.LatticeException;
import org.bitlattice.lattice.LatticeLocation;
import org.bitlattice.lattice.OracleErrors;
import org.bitlattice.scoring.TrnFile;
import org.bitlattice.scoring.WordErrors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The errors that no choice of paths could avoid. */
@Command(
    name = "oracle",
    description =
        "Word errors of the path that has the fewest, by plain Levenshtein distance (every error counts 1, ASCII case folded).",
    footer = {
      "",
      "Example: bitlattice lattice oracle ark:lat.ark --words words.txt --ref dev.ref.trn"
    },
    mixinStandardHelpOptions = true)
final class LatticeOracleCommand implements Callable<Integer> {
  @Mixin private LatticeOptions options;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "OUT",
      description = "Also writes a table of counts and words for every lattice.")
  private String output;

  @Option(
      names = "--ref",
      paramLabel = "REF.trn",
      required = true,
      description = "Reference transcripts.")
  private String reference;

  @Mixin private LatticeChanges changes;

  private WordErrors errors = WordErrors.NONE;

  @Override
  public Integer call() throws IOException {
    LatticeLocation from = options.location();
    changes.check(options);
    TrnFile references;
    try (InputStream in = new HadoopLatticeFiles(options.hadoop()).open(reference, 0)) {
      references = TrnFile.read(in, reference);
    }
    try (TextOutput table = output == null ? null : TextOutput.file(output, options.hadoop())) {
      if (table != null) {
        table
            .writer()
            .write("utterance\treference_words\tsubstitutions\tdeletions\tinsertions\twords\n");
      }
      LatticeTally tally = options.read(from, lattice -> add(lattice, references, table));
      tally.finish();
      print(references, tally);
      if (table != null) {
        table.keep();
      }
    }
    return ExitCode.DONE.code();
  }

  private void add(Lattice lattice, TrnFile references, TextOutput table) throws IOException {
    String utterance = lattice.utterance();
    if (!references.contains(utterance)) {
      throw new LatticeException(utterance, reference, 0, "there is no transcript of " + utterance);
    }
    List<String> words = references.words(utterance);
    OracleErrors oracle = OracleErrors.of(changes.of(lattice, options.scales(lattice)), words);
    int correct = words.size() - oracle.substitutions() - oracle.deletions();
    errors =
        errors.plus(
            new WordErrors(
                words.size(),
                correct,
                oracle.substitutions(),
                oracle.deletions(),
                oracle.insertions()));
    if (table != null) {
      table
          .writer()
          .write(
              "%s\t%d\t%d\t%d\t%d\t%s\n"
                  .formatted(
                      utterance,
                      words.size(),
                      oracle.substitutions(),
                      oracle.deletions(),
                      oracle.insertions(),
                      String.join(" ", oracle.words())));
    }
  }

  private void print(TrnFile references, LatticeTally tally) {
    if (tally.done() < references.size()) {
      System.err.printf(
          "%s: %d of %d transcripts have no lattice and are not counted%n",
          reference, references.size() - tally.done(), references.size());
    }
    System.out.printf(
        Locale.ROOT,
        "oracle: %d lattices, %d words, %d sub, %d del, %d ins, %d errors, WER %.2f %%%n",
        tally.done(),
        errors.referenceWords(),
        errors.substitutions(),
        errors.deletions(),
        errors.insertions(),
        errors.errors(),
        errors.percent());
  }
}
