package org.bitlattice.jobs.command;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.bitlattice.jobs.job.ExitCode;
import org.bitlattice.jobs.job.WholeOutput;
import org.bitlattice.lattice.Lattice;
import org.bitlattice.lattice.LatticeLocation;
import org.bitlattice.lattice.LatticeScaling;
import org.bitlattice.lattice.PathScales;
import org.bitlattice.lattice.WordSymbols;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lattices from one format into another, and smaller ones. */
@Command(
    name = "convert",
    description = {
      "Converts lattices; scores stay as they are unless --apply-scales is given. From Kaldi to Kaldi without further options every lattice is copied as it stands, transition ids too. All other ways keep words and scores, not transition ids, fillers and pronunciation variants; HTK lattices get the scales in their header."
    },
    footer = {
      "",
      "Examples:",
      "  bitlattice lattice convert ark:lat.ark htk:lat-slf --words words.txt --lm-scale 10",
      "  bitlattice lattice convert htk:dev.slf.tar.gz ark:dev.ark --write-words words.txt --beam 8"
    },
    mixinStandardHelpOptions = true)
final class LatticeConvertCommand implements Callable<Integer> {
  private static final List<String> FILES = List.of(".tar", ".tgz", ".gz", ".slf", ".lat");

  @Mixin private LatticeOptions options;

  @Parameters(
      index = "1",
      paramLabel = "OUT",
      description =
          "ark:FILE (Kaldi, binary), ark,t:FILE (Kaldi, text; both as .gz too) or htk:FOLDER, which must not exist and gets one utterance.slf each.")
  private String output;

  @Option(
      names = "--write-words",
      paramLabel = "FILE",
      description = "Writes a new symbol table with the words seen, for a Kaldi archive as output.")
  private String writeWords;

  @Option(
      names = "--apply-scales",
      description =
          "Multiplies the scales into the scores; word insertion goes to the LM scores, that of the sentence end to the arcs into the end.")
  private boolean applyScales;

  @Mixin private LatticeChanges changes;

  @Override
  public Integer call() throws IOException {
    LatticeLocation from = options.location();
    changes.check(options);
    LatticeLocation to = options.location(output);
    check(to);
    if (isCopy(from, to)) {
      copy(from, to);
    } else {
      checkWords(to);
      convert(from, to);
    }
    return ExitCode.DONE.code();
  }

  private boolean isCopy(LatticeLocation from, LatticeLocation to) {
    return from.kind().needsWords()
        && to.kind().needsWords()
        && changes.isNone()
        && !applyScales
        && writeWords == null
        && options.fillers == null;
  }

  private void check(LatticeLocation to) {
    switch (to.kind()) {
      case KALDI_SCRIPT ->
          throw options.wrong(
              to + ": script files are not written; allowed are ark:, ark,t: and htk:");
      case N_BEST ->
          throw options.wrong(to + ": use bitlattice lattice nbest to write an n-best table");
      case HTK -> {
        if (FILES.stream().anyMatch(to.path()::endsWith)) {
          throw options.wrong(to + ": HTK lattices are written into a folder, one file each");
        }
        if (writeWords != null) {
          throw options.wrong("--write-words is for Kaldi archives as output, not for " + to);
        }
      }
      case KALDI_ARCHIVE, KALDI_TEXT -> {
        if (options.hasScales() && changes.isNone() && !applyScales) {
          throw options.wrong(
              "scales change nothing here, as Kaldi archives hold none; --apply-scales multiplies them into the scores");
        }
      }
    }
  }

  private void checkWords(LatticeLocation to) {
    if (to.kind().needsWords() && writeWords == null && !options.hasWords()) {
      throw options.wrong(
          "%s needs ids of words: --words FILE, or --write-words FILE for a new table"
              .formatted(to));
    }
  }

  private void copy(LatticeLocation from, LatticeLocation to) throws IOException {
    try (LatticeOutput.Kaldi out =
        new LatticeOutput.Kaldi(to, WordSymbols.growing(), options.hadoop())) {
      options.readKaldi(from, entry -> out.write(entry.utterance(), entry.orThrow())).finish();
      out.keep();
    }
  }

  private void convert(LatticeLocation from, LatticeLocation to) throws IOException {
    WordSymbols symbols =
        writeWords == null
            ? options.words().orElseGet(WordSymbols::growing)
            : WordSymbols.growing();
    try (LatticeOutput out =
            to.kind().needsWords()
                ? new LatticeOutput.Kaldi(to, symbols, options.hadoop())
                : new LatticeOutput.Slf(to, options.hadoop());
        WholeOutput table =
            writeWords == null ? null : WholeOutput.file(writeWords, options.hadoop())) {
      options.read(from, lattice -> out.write(changed(lattice))).finish();
      if (table != null) {
        symbols.write(table.stream());
        table.keep();
      }
      out.keep();
    }
  }

  private Lattice changed(Lattice lattice) {
    PathScales scales = options.scales(lattice);
    Lattice changed = changes.of(lattice, scales);
    return applyScales
        ? LatticeScaling.applied(changed, scales)
        : LatticeScaling.recommending(changed, scales);
  }
}
