package org.bitlattice.jobs.rescoring;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.zip.ZipException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.bitlattice.jobs.job.UserError;
import org.bitlattice.lattice.LatticeException;
import org.bitlattice.lattice.SlfArchive;

/** The lattices of a set: an archive, or a folder of files in the order of their names. */
final class LatticeSource {
  private final Path path;
  private final FileSystem files;

  LatticeSource(String path, Configuration configuration) throws IOException {
    this.path = new Path(path);
    this.files = this.path.getFileSystem(configuration);
    if (!files.exists(this.path)) {
      throw new UserError("there are no lattices at " + path);
    }
  }

  /**
   * Reads the lattices whose position is owned.
   *
   * @param sink gets position and entry
   */
  void read(IntPredicate owned, Sink sink) {
    try {
      if (files.getFileStatus(path).isFile()) {
        read(path, owned, entry -> sink.accept(entry.index(), entry));
        return;
      }
      List<Path> lattices = lattices();
      for (int position = 0; position < lattices.size(); position++) {
        if (owned.test(position)) {
          int place = position;
          readFile(lattices.get(position), entry -> sink.accept(place, entry));
        }
      }
    } catch (IOException e) {
      throw new UserError("cannot read the lattices %s: %s".formatted(path, e.getMessage()), e);
    } catch (UncheckedIOException e) {
      throw new UserError("cannot read the lattices: " + e.getCause().getMessage(), e);
    }
  }

  /** Takes a lattice. */
  @FunctionalInterface
  interface Sink {
    void accept(int position, SlfArchive.Entry entry);
  }

  /** A damaged file of a folder spoils its own lattice and no other, unlike a damaged archive. */
  private void readFile(Path file, Consumer<SlfArchive.Entry> sink) throws IOException {
    try {
      read(file, index -> true, sink);
    } catch (IOException | UncheckedIOException e) {
      Throwable cause = e;
      while (cause != null && !(cause instanceof EOFException || cause instanceof ZipException)) {
        cause = cause.getCause();
      }
      if (cause == null) {
        throw e;
      }
      String utterance = SlfArchive.utterance(file.getName());
      String reason = "the compressed lattice is damaged or cut off: " + cause.getMessage();
      LatticeException failure = new LatticeException(utterance, file.toString(), 0, reason);
      sink.accept(new SlfArchive.Entry(0, utterance, Optional.empty(), Optional.of(failure)));
    }
  }

  private void read(Path file, IntPredicate owned, Consumer<SlfArchive.Entry> sink)
      throws IOException {
    try (SlfArchive archive = SlfArchive.open(files.open(file), file.toString(), owned)) {
      archive.forEachRemaining(sink);
    }
  }

  private List<Path> lattices() throws IOException {
    FileStatus[] entries = files.listStatus(path);
    Arrays.sort(entries);
    List<Path> lattices = new ArrayList<>();
    for (FileStatus entry : entries) {
      if (entry.isFile() && SlfArchive.isLattice(entry.getPath().getName())) {
        lattices.add(entry.getPath());
      }
    }
    if (lattices.isEmpty()) {
      throw new UserError(
          "the folder %s holds no lattice (.slf, .lat, each also .gz)".formatted(path));
    }
    return lattices;
  }
}
