package org.bitlattice.jobs.command;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.bitlattice.jobs.job.WholeOutput;
import org.bitlattice.lattice.KaldiArchiveWriter;
import org.bitlattice.lattice.KaldiLattice;
import org.bitlattice.lattice.Lattice;
import org.bitlattice.lattice.LatticeException;
import org.bitlattice.lattice.LatticeLocation;
import org.bitlattice.lattice.SlfWriter;
import org.bitlattice.lattice.WordSymbols;

/** Where lattices go; appears whole or not at all. */
interface LatticeOutput extends Closeable {
  /**
   * Adds a lattice.
   *
   * @throws LatticeException when the format cannot hold it
   */
  void write(Lattice lattice) throws IOException;

  void keep() throws IOException;

  /** A Kaldi archive. */
  final class Kaldi implements LatticeOutput {
    private final WholeOutput file;
    private final KaldiArchiveWriter writer;
    private final WordSymbols symbols;

    /**
     * @param symbols ids of words; not needed for Kaldi lattices as they stand
     */
    Kaldi(LatticeLocation to, WordSymbols symbols, Configuration hadoop) {
      this.symbols = symbols;
      this.file = WholeOutput.file(to.path(), hadoop);
      this.writer =
          new KaldiArchiveWriter(
              file.stream(),
              to.kind() == LatticeLocation.Kind.KALDI_TEXT
                  ? KaldiArchiveWriter.Form.TEXT
                  : KaldiArchiveWriter.Form.BINARY);
    }

    @Override
    public void write(Lattice lattice) throws IOException {
      write(lattice.utterance(), KaldiLattice.of(lattice, symbols));
    }

    void write(String utterance, KaldiLattice lattice) throws IOException {
      UtteranceNames.requireOneWord(utterance);
      writer.write(utterance, lattice);
    }

    @Override
    public void keep() throws IOException {
      writer.close();
      file.keep();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  /** A folder with one HTK lattice an utterance. */
  final class Slf implements LatticeOutput {
    private final WholeOutput folder;

    Slf(LatticeLocation to, Configuration hadoop) {
      this.folder = WholeOutput.folder(to.path(), hadoop);
    }

    @Override
    public void write(Lattice lattice) throws IOException {
      UtteranceNames.requireFileName(lattice.utterance());
      try (Writer out =
          new OutputStreamWriter(
              folder.create(lattice.utterance() + ".slf"), StandardCharsets.UTF_8)) {
        SlfWriter.write(lattice, out);
      }
    }

    @Override
    public void keep() {
      folder.keep();
    }

    @Override
    public void close() throws IOException {
      folder.close();
    }
  }
}
