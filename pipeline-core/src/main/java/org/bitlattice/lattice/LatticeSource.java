package org.bitlattice.lattice;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.zip.ZipException;

/**
 * Lattices of any format, streamed one utterance at a time. A source can be cut into shards that
 * are read independently, with the same indices however it is cut: a Kaldi archive that is not
 * compressed by an index pass, a script file by its lines; of every other format each shard passes
 * over what belongs to the others.
 */
public final class LatticeSource {
  private final LatticeLocation location;
  private final LatticeFiles files;
  private final ReadSettings settings;

  private LatticeSource(LatticeLocation location, LatticeFiles files, ReadSettings settings) {
    this.location = location;
    this.files = files;
    this.settings = settings;
  }

  /** The lattices at a location; nothing is read yet. */
  public static LatticeSource open(
      LatticeLocation location, LatticeFiles files, ReadSettings settings) {
    return new LatticeSource(location, files, settings);
  }

  /**
   * Cuts the source into at most {@code count} shards.
   *
   * @throws IOException when the source cannot be read
   * @throws LatticeException when a script file is wrong
   */
  public List<LatticeShard> shards(int count) throws IOException {
    return switch (location.kind()) {
      case KALDI_SCRIPT -> listed(count);
      case KALDI_ARCHIVE, KALDI_TEXT -> isPacked() ? every(count) : runs(count);
      case HTK, N_BEST -> every(count);
    };
  }

  private static List<LatticeShard> every(int count) {
    List<LatticeShard> shards = new ArrayList<>();
    for (int shard = 0; shard < count; shard++) {
      shards.add(new LatticeShard.Every(shard, count));
    }
    return shards;
  }

  private boolean isPacked() throws IOException {
    try (InputStream in = files.open(location.path(), 0)) {
      return in.read() == 0x1f && in.read() == 0x8b;
    }
  }

  private List<LatticeShard> listed(int count) throws IOException {
    List<ScpFile.Entry> entries;
    try (InputStream in = files.open(location.path(), 0)) {
      entries = ScpFile.read(in, location.path());
    }
    List<LatticeShard> shards = new ArrayList<>();
    for (int shard = 0; shard < count; shard++) {
      int from = share(shard, count, entries.size());
      int to = share(shard + 1, count, entries.size());
      if (to > from) {
        shards.add(new LatticeShard.Listed(from, new ArrayList<>(entries.subList(from, to))));
      }
    }
    return shards;
  }

  private static int share(int shard, int count, int all) {
    return (int) ((long) shard * all / count);
  }

  private List<LatticeShard> runs(int count) throws IOException {
    List<Long> offsets = new ArrayList<>();
    try (KaldiArchive archive =
        KaldiArchive.openAt(files.open(location.path(), 0), location.path(), 0)) {
      for (Optional<Long> key = archive.skip(); key.isPresent(); key = archive.skip()) {
        offsets.add(key.get());
      }
    }
    List<LatticeShard> shards = new ArrayList<>();
    for (int shard = 0; shard < count; shard++) {
      int from = share(shard, count, offsets.size());
      int to = share(shard + 1, count, offsets.size());
      if (to > from) {
        boolean last = to == offsets.size();
        shards.add(
            new LatticeShard.Run(offsets.get(from), from, last ? Integer.MAX_VALUE : to - from));
      }
    }
    return shards.isEmpty() ? List.of(new LatticeShard.Run(0, 0, Integer.MAX_VALUE)) : shards;
  }

  /**
   * Reads all lattices.
   *
   * @return the damage that made the rest of the source unreadable
   * @throws IOException as {@link #read}
   */
  public Optional<LatticeException> readAll(Consumer<LatticeEntry> sink) throws IOException {
    if (location.kind() == LatticeLocation.Kind.KALDI_SCRIPT) {
      for (LatticeShard all : listed(1)) {
        read(all, sink);
      }
      return Optional.empty();
    }
    return read(new LatticeShard.Every(0, 1), sink);
  }

  /**
   * Reads all lattices of a Kaldi archive or script file as they stand, with their transition ids.
   *
   * @return the damage that made the rest of the source unreadable
   * @throws IOException as {@link #read}
   * @throws IllegalArgumentException when the source is of another format
   */
  public Optional<LatticeException> readAllKaldi(Consumer<KaldiArchive.Entry> sink)
      throws IOException {
    if (location.kind() == LatticeLocation.Kind.KALDI_SCRIPT) {
      try (InputStream in = files.open(location.path(), 0)) {
        ScpFile.read(in, location.path()).forEach(place -> sink.accept(listed(place)));
      }
      return Optional.empty();
    }
    if (!location.kind().needsWords()) {
      throw new IllegalArgumentException(location + " does not hold Kaldi lattices");
    }
    try (KaldiArchive archive =
        KaldiArchive.open(files.open(location.path(), 0), location.path())) {
      for (Optional<KaldiArchive.Entry> e = archive.next(); e.isPresent(); e = archive.next()) {
        sink.accept(e.get());
      }
      return archive.damage();
    }
  }

  /**
   * Reads the lattices of a shard.
   *
   * @param sink takes every lattice, and every reason why one could not be read
   * @return the damage that made the rest of the source unreadable
   * @throws IOException when the source cannot be opened, or reading fails for another reason than
   *     damage
   */
  public Optional<LatticeException> read(LatticeShard shard, Consumer<LatticeEntry> sink)
      throws IOException {
    if (shard instanceof LatticeShard.Run run) {
      return readRun(run, sink);
    }
    if (shard instanceof LatticeShard.Listed listed) {
      readListed(listed, sink);
      return Optional.empty();
    }
    LatticeShard.Every every = (LatticeShard.Every) shard;
    IntPredicate owned = index -> index % every.shards() == every.remainder();
    return switch (location.kind()) {
      case HTK -> readHtk(owned, sink);
      case N_BEST -> readNBest(owned, sink);
      case KALDI_ARCHIVE, KALDI_TEXT -> readArchive(owned, sink);
      case KALDI_SCRIPT -> throw new IllegalArgumentException("a script file has listed shards");
    };
  }

  private Optional<LatticeException> readRun(LatticeShard.Run run, Consumer<LatticeEntry> sink)
      throws IOException {
    InputStream in = files.open(location.path(), run.offset());
    try (KaldiArchive archive = KaldiArchive.openAt(in, location.path(), run.offset())) {
      for (int read = 0; read < run.count(); read++) {
        Optional<KaldiArchive.Entry> entry = archive.next();
        if (entry.isEmpty()) {
          return archive.damage();
        }
        sink.accept(converted(run.firstIndex() + read, entry.get()));
      }
      return Optional.empty();
    }
  }

  private Optional<LatticeException> readArchive(IntPredicate owned, Consumer<LatticeEntry> sink)
      throws IOException {
    try (KaldiArchive archive =
        KaldiArchive.open(files.open(location.path(), 0), location.path())) {
      for (int index = 0; ; index++) {
        if (owned.test(index)) {
          Optional<KaldiArchive.Entry> entry = archive.next();
          if (entry.isEmpty()) {
            return archive.damage();
          }
          sink.accept(converted(index, entry.get()));
        } else if (archive.skip().isEmpty()) {
          return archive.damage();
        }
      }
    }
  }

  private LatticeEntry converted(int index, KaldiArchive.Entry entry) {
    String utterance = entry.utterance();
    try {
      Lattice lattice = entry.orThrow().lattice(utterance, location.path(), settings);
      return LatticeEntry.read(index, utterance, entry.position(), lattice);
    } catch (LatticeException e) {
      return LatticeEntry.failed(index, utterance, entry.position(), e);
    }
  }

  private void readListed(LatticeShard.Listed listed, Consumer<LatticeEntry> sink) {
    for (int i = 0; i < listed.entries().size(); i++) {
      sink.accept(converted(listed.firstIndex() + i, listed(listed.entries().get(i))));
    }
  }

  /** A file that cannot be opened costs the lattices that are in it, and no others. */
  private KaldiArchive.Entry listed(ScpFile.Entry place) {
    String utterance = place.utterance();
    try (InputStream in = files.open(place.path(), place.offset())) {
      return KaldiArchive.single(in, place.path(), place.offset(), utterance);
    } catch (IOException e) {
      String reason = "cannot read %s: %s".formatted(place.path(), e.getMessage());
      LatticeException failure =
          new LatticeException(utterance, location.path(), place.line(), reason);
      return new KaldiArchive.Entry(
          utterance, 0, 0, "line " + place.line(), Optional.empty(), Optional.of(failure));
    }
  }

  private Optional<LatticeException> readHtk(IntPredicate owned, Consumer<LatticeEntry> sink)
      throws IOException {
    if (!files.isFolder(location.path())) {
      return readHtkFile(location.path(), owned, sink);
    }
    List<String> lattices =
        files.list(location.path()).stream().filter(SlfArchive::isLattice).toList();
    if (lattices.isEmpty()) {
      throw new IOException(
          "the folder %s holds no lattice (.slf, .lat, each also .gz)".formatted(location.path()));
    }
    for (int index = 0; index < lattices.size(); index++) {
      if (owned.test(index)) {
        int place = index;
        String file = lattices.get(index);
        // A damaged file of a folder spoils its own lattice and no other, unlike an archive.
        readHtkFile(file, first -> true, entry -> sink.accept(at(place, entry)))
            .ifPresent(
                damage ->
                    sink.accept(
                        LatticeEntry.failed(place, SlfArchive.utterance(file), "", damage)));
      }
    }
    return Optional.empty();
  }

  private static LatticeEntry at(int index, LatticeEntry entry) {
    return new LatticeEntry(
        index, entry.utterance(), entry.position(), entry.lattice(), entry.failure());
  }

  private Optional<LatticeException> readHtkFile(
      String file, IntPredicate owned, Consumer<LatticeEntry> sink) throws IOException {
    try (InputStream in = files.open(file, 0);
        SlfArchive archive = SlfArchive.open(in, file, owned, settings)) {
      archive.forEachRemaining(sink);
      return Optional.empty();
    } catch (UncheckedIOException e) {
      return Optional.of(damage(file, e.getCause()));
    } catch (IOException e) {
      if (e.getCause() instanceof EOFException || e.getCause() instanceof ZipException) {
        return Optional.of(damage(file, e));
      }
      throw e;
    }
  }

  private static LatticeException damage(String file, IOException e) {
    String message = String.valueOf(e.getMessage());
    String reason =
        message.startsWith(file + ": ") ? message.substring(file.length() + 2) : message;
    return new LatticeException(SlfArchive.utterance(file), file, 0, reason);
  }

  private Optional<LatticeException> readNBest(IntPredicate owned, Consumer<LatticeEntry> sink)
      throws IOException {
    int[] index = {0};
    try (InputStream raw = files.open(location.path(), 0);
        InputStream in = KaldiInput.unpacked(raw)) {
      NBestTsv.forEach(
          in,
          location.path(),
          list -> {
            if (owned.test(index[0])) {
              sink.accept(nBest(index[0], list));
            }
            index[0]++;
          });
      return Optional.empty();
    } catch (LatticeException e) {
      return Optional.of(e);
    } catch (EOFException | ZipException e) {
      return Optional.of(
          new LatticeException("", location.path(), 0, "damaged or cut off: " + e.getMessage()));
    }
  }

  private LatticeEntry nBest(int index, NBestTsv.Utterance list) {
    String position = "line " + list.line();
    try {
      Lattice lattice = list.lattice(location.path(), settings.scalesOfHeaderless());
      return LatticeEntry.read(index, list.name(), position, lattice);
    } catch (LatticeException e) {
      return LatticeEntry.failed(index, list.name(), position, e);
    }
  }
}
