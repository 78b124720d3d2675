package org.bitlattice.jobs.command;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.bitlattice.jobs.job.HadoopLatticeFiles;
import org.bitlattice.jobs.job.UserError;
import org.bitlattice.jobs.session.HadoopSettings;
import org.bitlattice.lattice.KaldiArchive;
import org.bitlattice.lattice.Lattice;
import org.bitlattice.lattice.LatticeEntry;
import org.bitlattice.lattice.LatticeException;
import org.bitlattice.lattice.LatticeLocation;
import org.bitlattice.lattice.LatticeSource;
import org.bitlattice.lattice.LinkWords;
import org.bitlattice.lattice.PathScales;
import org.bitlattice.lattice.ReadSettings;
import org.bitlattice.lattice.WordLabels;
import org.bitlattice.lattice.WordSymbols;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What every lattice command reads, and at which scales it compares paths. */
final class LatticeOptions {
  @Parameters(
      index = "0",
      paramLabel = "IN",
      description =
          "Lattices: ark:FILE (Kaldi, binary or text), scp:FILE, htk:FILE-OR-FOLDER (.slf, .lat, .tar), nbest:FILE; each also as .gz. Without a prefix the suffix decides.")
  String input;

  @Option(
      names = "--words",
      paramLabel = "FILE",
      description = "Symbol table of Kaldi lattices (words.txt: word id).")
  private String words;

  @Option(
      names = "--acoustic-scale",
      paramLabel = "X",
      description =
          "Factor of acoustic scores. Default: the header's for HTK lattices, 1 for the others. Kaldi's --acoustic-scale=0.1 is 0.1 here too.")
  private Double acousticScale;

  @Option(
      names = "--lm-scale",
      paramLabel = "X",
      description =
          "Factor of language-model scores (Kaldi: graph costs). Default: the header's for HTK lattices, 1 for the others. --lm-scale 10 ranks paths as --acoustic-scale 0.1 does.")
  private Double lmScale;

  @Option(
      names = "--word-insertion",
      paramLabel = "X",
      description =
          "Score added for every word and for the sentence end, natural log, a penalty when negative. Default: the header's for HTK lattices, 0 for the others.")
  private Double wordInsertion;

  @Option(
      names = "--fillers",
      paramLabel = "LABEL",
      split = ",",
      description =
          "Labels that stand for no word (default: !NULL,<eps>,<sil>,<noise>). Boundaries such as <s> and noises such as [NOISE] or ++UH++ never do.")
  List<String> fillers;

  @Option(
      names = "--link-words",
      paramLabel = "END|START",
      description =
          "Whose node's word a link of an HTK lattice carries where words stand on nodes (default: ${DEFAULT-VALUE}; CMU PocketSphinx: START).")
  private LinkWords linkWords = LinkWords.END;

  @Option(
      names = "--max-rejected-fraction",
      paramLabel = "X",
      description =
          "Allowed fraction of lattices that cannot be used (default: ${DEFAULT-VALUE}); each is named on the standard error. With more the exit code is 2 and no file is written.")
  private double maxRejectedFraction;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  private Configuration hadoop;

  /** What is done with one lattice. */
  @FunctionalInterface
  interface Work {
    void accept(Lattice lattice) throws IOException;
  }

  /** What is done with one Kaldi lattice as it stands in its file. */
  @FunctionalInterface
  interface KaldiWork {
    void accept(KaldiArchive.Entry entry) throws IOException;
  }

  ParameterException wrong(String reason) {
    return new ParameterException(spec.commandLine(), reason);
  }

  Configuration hadoop() {
    if (hadoop == null) {
      hadoop = HadoopSettings.configuration();
    }
    return hadoop;
  }

  /** The input; refuses wrong options on the way. */
  LatticeLocation location() {
    if (!(maxRejectedFraction >= 0 && maxRejectedFraction <= 1)) {
      throw wrong(
          "--max-rejected-fraction is %s; allowed are numbers from 0 to 1"
              .formatted(maxRejectedFraction));
    }
    try {
      scales(PathScales.UNSCALED);
    } catch (IllegalArgumentException e) {
      throw wrong(e.getMessage());
    }
    return location(input);
  }

  LatticeLocation location(String written) {
    try {
      return LatticeLocation.parse(written);
    } catch (IllegalArgumentException e) {
      throw wrong(e.getMessage());
    }
  }

  /** The scales given, and for the others those of the lattice. */
  PathScales scales(Lattice lattice) {
    return scales(lattice.scales());
  }

  private PathScales scales(PathScales recommended) {
    return new PathScales(
        acousticScale == null ? recommended.acoustic() : acousticScale,
        lmScale == null ? recommended.language() : lmScale,
        wordInsertion == null ? recommended.wordInsertion() : wordInsertion);
  }

  Optional<WordSymbols> words() throws IOException {
    if (words == null) {
      return Optional.empty();
    }
    try (InputStream in = new HadoopLatticeFiles(hadoop()).open(words, 0)) {
      return Optional.of(WordSymbols.read(in, words));
    }
  }

  /** Whether a scale is given, instead of those of the lattices. */
  boolean hasScales() {
    return acousticScale != null || lmScale != null || wordInsertion != null;
  }

  boolean hasWords() {
    return words != null;
  }

  /** Reads all lattices and gives their counts, not finished yet. */
  LatticeTally read(LatticeLocation from, Work work) throws IOException {
    if (from.kind().needsWords() && words == null) {
      throw wrong("%s holds word ids: --words FILE must name their symbol table".formatted(from));
    }
    LatticeTally tally = new LatticeTally(from.toString(), maxRejectedFraction);
    Consumer<LatticeEntry> sink =
        entry ->
            tally.take(entry.utterance(), entry.position(), () -> work.accept(entry.orThrow()));
    LatticeSource source = source(from, words());
    reading(from, () -> source.readAll(sink)).ifPresent(tally::damaged);
    return tally;
  }

  /** Reads all Kaldi lattices as they stand. */
  LatticeTally readKaldi(LatticeLocation from, KaldiWork work) throws IOException {
    LatticeTally tally = new LatticeTally(from.toString(), maxRejectedFraction);
    Consumer<KaldiArchive.Entry> sink =
        entry -> tally.take(entry.utterance(), entry.position(), () -> work.accept(entry));
    LatticeSource source = source(from, Optional.empty());
    reading(from, () -> source.readAllKaldi(sink)).ifPresent(tally::damaged);
    return tally;
  }

  @FunctionalInterface
  private interface Reading {
    Optional<LatticeException> run() throws IOException;
  }

  private static Optional<LatticeException> reading(LatticeLocation from, Reading reading)
      throws IOException {
    try {
      return reading.run();
    } catch (FileNotFoundException | NoSuchFileException e) {
      throw e;
    } catch (IOException e) {
      throw new UserError("cannot read %s: %s".formatted(from, e.getMessage()), e);
    }
  }

  private LatticeSource source(LatticeLocation from, Optional<WordSymbols> symbols) {
    WordLabels labels = fillers == null ? WordLabels.DEFAULT : WordLabels.of(fillers);
    ReadSettings settings =
        new ReadSettings(labels, symbols.orElse(null), PathScales.UNSCALED, linkWords);
    return LatticeSource.open(from, new HadoopLatticeFiles(hadoop()), settings);
  }
}
