package org.bitlattice.lattice;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
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
 * stream goes on. A damaged archive ends the stream with an {@link UncheckedIOException} that names
 * file and entry, since no later entry could be trusted.
 */
public final class SlfArchive implements Iterator<SlfArchive.Entry>, Closeable {
  /** Bound on the unpacked size of one lattice in bytes. */
  public static final long LARGEST_ENTRY = 256L << 20;

  private static final String[] SUFFIXES = {".slf", ".lat", ".slf.gz", ".lat.gz"};

  private final String file;
  private final IntPredicate owned;
  private final SlfStream source;
  private final TarArchiveInputStream tar;
  private final long largestEntry;
  private int index;
  private Entry next;
  private boolean ended;

  /**
   * One lattice of the file, or the reason why it could not be read.
   *
   * @param index place among the lattices of the file, counted from 0
   * @param utterance file name of the entry without folder and suffix
   */
  public record Entry(
      int index, String utterance, Optional<Lattice> lattice, Optional<LatticeException> failure) {

    /**
     * The lattice.
     *
     * @throws LatticeException the reason why there is none
     */
    public Lattice orThrow() {
      return lattice.orElseThrow(failure::orElseThrow);
    }
  }

  private SlfArchive(SlfStream source, String file, IntPredicate owned, long largestEntry) {
    this.source = source;
    this.largestEntry = largestEntry;
    this.file = file;
    this.owned = owned;
    this.tar = isTar(file) ? new TarArchiveInputStream(source) : null;
  }

  /**
   * Opens a file for all its entries; see {@link #open(InputStream, String, IntPredicate)}.
   *
   * @throws IOException naming the file when it cannot be read
   */
  public static SlfArchive open(InputStream in, String file) throws IOException {
    return open(in, file, index -> true);
  }

  /**
   * Opens a file.
   *
   * @param in the raw bytes of the file; closed with the archive
   * @param file name of the file: its suffix tells archives from single lattices
   * @param owned which entries, by their index, are read; the others are only passed over
   * @throws IOException naming the file when it cannot be read
   */
  public static SlfArchive open(InputStream in, String file, IntPredicate owned)
      throws IOException {
    return open(in, file, owned, LARGEST_ENTRY);
  }

  static SlfArchive open(InputStream in, String file, IntPredicate owned, long largestEntry)
      throws IOException {
    try {
      return new SlfArchive(SlfStream.unpacked(in), file, owned, largestEntry);
    } catch (EOFException | ZipException e) {
      throw new IOException(file + ": damaged or cut off at its beginning", e);
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

  @Override
  public boolean hasNext() {
    if (next == null && !ended) {
      next = tar == null ? single() : fromTar();
      ended = next == null;
    }
    return next != null;
  }

  @Override
  public Entry next() {
    if (!hasNext()) {
      throw new NoSuchElementException("no further lattice in " + file);
    }
    Entry entry = next;
    next = null;
    return entry;
  }

  private Entry single() {
    if (index > 0 || !owned.test(0)) {
      return null;
    }
    try {
      Entry entry = read(source, file);
      source.finish();
      return entry;
    } catch (IOException e) {
      throw damaged("", e);
    }
  }

  private Entry fromTar() {
    String at = "before the first entry";
    try {
      for (TarArchiveEntry e = tar.getNextTarEntry(); e != null; e = tar.getNextTarEntry()) {
        at = "at or after the entry " + e.getName();
        if (!e.isFile() || !isLattice(e.getName())) {
          continue;
        }
        if (owned.test(index)) {
          return read(tar, e.getName());
        }
        index++;
      }
      source.finishTar();
      return null;
    } catch (IOException | IllegalArgumentException e) {
      throw damaged(at, e); // the archive's library throws both
    }
  }

  private UncheckedIOException damaged(String at, Exception e) {
    ended = true;
    String where = at.isEmpty() ? "" : " (" + at + ")";
    return new UncheckedIOException(
        new IOException("%s: damaged or cut off%s: %s".formatted(file, where, e.getMessage()), e));
  }

  private Entry read(InputStream in, String name) throws IOException {
    String utterance = utterance(name);
    String location = tar == null ? file : file + "!" + name;
    try {
      InputStream bounded = new BoundedLattice(plain(in, name), largestEntry, utterance, location);
      Lattice lattice = SlfReader.read(bounded, location, utterance);
      return new Entry(index++, utterance, Optional.of(lattice), Optional.empty());
    } catch (LatticeException e) {
      return new Entry(index++, utterance, Optional.empty(), Optional.of(e));
    } catch (EOFException | ZipException e) {
      String reason = "the compressed lattice is damaged or cut off: " + e.getMessage();
      LatticeException failure = new LatticeException(utterance, location, 0, reason);
      return new Entry(index++, utterance, Optional.empty(), Optional.of(failure));
    }
  }

  /** Only a lattice within an archive is still compressed here. */
  private InputStream plain(InputStream in, String name) throws IOException {
    return tar != null && name.endsWith(".gz") ? new GZIPInputStream(in, 1 << 16) : in;
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
