package org.bitlattice.lattice;

import java.io.Closeable;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Streams the lattices of a {@code .tar.gz}, {@code .tar}, {@code .slf} or {@code .slf.gz} file,
 * one at a time and in the order of the file. Whether the stream is compressed is seen from its
 * first bytes; whether it is an archive from the file's name.
 *
 * <p>Several tasks can share an archive: each streams all of it, but reads only the entries whose
 * index it owns. The index counts lattices from 0, other files of the archive are passed over. The
 * utterance is the entry's file name without folder and suffix, whatever the lattice says itself.
 *
 * <p>A lattice that cannot be read becomes an entry with its {@link LatticeException}, and the
 * stream goes on. A damaged file ends the stream, since no later entry could be trusted.
 */
public final class SlfArchive implements Closeable {
  /** Bound on the unpacked size of one lattice in bytes. */
  public static final long LARGEST_ENTRY = 256L << 20;

  private static final String[] SUFFIXES = {".slf", ".lat", ".slf.gz", ".lat.gz"};

  private final String file;
  private final IntPredicate owned;
  private final SlfStream source;
  private final TarArchiveInputStream tar;
  private final ReadSettings settings;
  private final long largestEntry;
  private int index;
  private Optional<LatticeException> damage = Optional.empty();
  private boolean ended;
  private String at = "before the first entry";

  private SlfArchive(
      SlfStream source, String file, IntPredicate owned, ReadSettings settings, long largestEntry) {
    this.source = source;
    this.settings = settings;
    this.largestEntry = largestEntry;
    this.file = file;
    this.owned = owned;
    this.tar = isTar(file) ? new TarArchiveInputStream(source) : null;
  }

  /**
   * Opens a file.
   *
   * @param in the raw bytes of the file; closed with the archive
   * @param file name of the file: its suffix tells archives from single lattices
   * @param owned which entries, by their index, are read; the others are only passed over
   * @param settings how lattices are read
   * @throws IOException when reading fails for another reason than damage
   */
  public static SlfArchive open(
      InputStream in, String file, IntPredicate owned, ReadSettings settings) throws IOException {
    return open(in, file, owned, settings, LARGEST_ENTRY);
  }

  static SlfArchive open(
      InputStream in, String file, IntPredicate owned, ReadSettings settings, long largestEntry)
      throws IOException {
    try {
      return new SlfArchive(SlfStream.unpacked(in), file, owned, settings, largestEntry);
    } catch (EOFException | ZipException e) {
      SlfArchive damaged = new SlfArchive(SlfStream.plain(in), file, owned, settings, largestEntry);
      damaged.at = "at its beginning";
      damaged.end(e);
      return damaged;
    }
  }

  private static boolean isTar(String file) {
    return file.endsWith(".tar") || file.endsWith(".tar.gz") || file.endsWith(".tgz");
  }

  /** Whether a file in a folder or archive is taken as a lattice, by its suffix. */
  public static boolean isLattice(String file) {
    String name = file.substring(file.lastIndexOf('/') + 1);
    return !name.startsWith(".") && !utterance(name).equals(name);
  }

  /** The utterance of a file in a folder or archive: its name without folder and suffix. */
  public static String utterance(String entry) {
    String name = entry.substring(entry.lastIndexOf('/') + 1);
    for (String suffix : SUFFIXES) {
      if (name.endsWith(suffix) && name.length() > suffix.length()) {
        return name.substring(0, name.length() - suffix.length());
      }
    }
    return name;
  }

  /**
   * The next lattice; empty at the end and where damage makes the rest unreadable.
   *
   * @throws IOException when reading fails for another reason than damage
   */
  public Optional<LatticeEntry> next() throws IOException {
    if (ended) {
      return Optional.empty();
    }
    Optional<LatticeEntry> next = tar == null ? single() : fromTar();
    ended |= next.isEmpty() || tar == null;
    return next;
  }

  /** What made the rest of the file unreadable, once {@link #next()} has come to an end. */
  public Optional<LatticeException> damage() {
    return damage;
  }

  private Optional<LatticeEntry> single() throws IOException {
    if (!owned.test(0)) {
      return Optional.empty();
    }
    try {
      LatticeEntry entry = read(source, file);
      source.finish();
      return Optional.of(entry);
    } catch (IOException e) {
      return end(e);
    }
  }

  private Optional<LatticeEntry> fromTar() throws IOException {
    try {
      for (TarArchiveEntry e = tar.getNextTarEntry(); e != null; e = tar.getNextTarEntry()) {
        at = "at or after the entry " + e.getName();
        if (!e.isFile() || !isLattice(e.getName())) {
          continue;
        }
        if (owned.test(index)) {
          return Optional.of(read(tar, e.getName()));
        }
        index++;
      }
      source.finishTar();
      return Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      return end(e); // the archive's library throws both
    }
  }

  /** Tells damage from a file system that fails. */
  private Optional<LatticeEntry> end(Exception e) throws IOException {
    ended = true;
    if (source.failure().isPresent()) {
      IOException failure = source.failure().get();
      throw new IOException("cannot read %s: %s".formatted(file, failure.getMessage()), failure);
    }
    String where = tar == null ? "" : " (" + at + ")";
    damage =
        Optional.of(
            new LatticeException(
                tar == null ? utterance(file) : "",
                file,
                0,
                "damaged or cut off%s: %s".formatted(where, SlfStream.reason(e))));
    return Optional.empty();
  }

  private LatticeEntry read(InputStream in, String name) throws IOException {
    String utterance = utterance(name);
    String location = tar == null ? file : file + "!" + name;
    String position = tar == null ? "" : "entry " + name;
    try (InputStream plain = plain(in, name)) {
      InputStream bounded = new BoundedLattice(plain, largestEntry, utterance, location);
      Lattice lattice = SlfReader.read(bounded, location, utterance, settings);
      return LatticeEntry.read(index++, utterance, position, lattice);
    } catch (LatticeException e) {
      return LatticeEntry.failed(index++, utterance, position, e);
    } catch (EOFException | ZipException e) {
      String reason = "the compressed lattice is damaged or cut off: " + SlfStream.reason(e);
      LatticeException failure = new LatticeException(utterance, location, 0, reason);
      return LatticeEntry.failed(index++, utterance, position, failure);
    }
  }

  /** Only a lattice within an archive is still compressed here; closing leaves the archive open. */
  private InputStream plain(InputStream in, String name) throws IOException {
    InputStream open =
        new FilterInputStream(in) {
          @Override
          public void close() {
            // the archive goes on
          }
        };
    return tar != null && name.endsWith(".gz") ? new GZIPInputStream(open, 1 << 16) : open;
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
