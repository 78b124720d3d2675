package org.bitlattice.lattice;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Reads damaged lattice files in a process of its own, whose memory is bounded from outside, and
 * exits with 0 when every case ended as documented: {@code java FuzzCases DATA CASES SEED}. DATA is
 * a folder of real files, or empty.
 *
 * <p>A case is a sound source with damage. It has to end with lattices, refused lattices and at
 * most one reason why the rest cannot be read, or with an exception that names the file; be the
 * same however it is cut into shards; and every lattice that is read has to give the same best path
 * by three ways, also after it was written and read again.
 */
final class FuzzCases {
  private static final int SECONDS_A_CASE = 20;

  /** Ids of the real files' symbol tables are below. */
  private static final int WORDS = 130_000;

  private static final int MOST_ARCS_WRITTEN = 2_000;

  private final List<FuzzSeeds.Seed> seeds;
  private final ReadSettings settings;
  private int lattices;
  private int refused;
  private int damaged;

  private FuzzCases(Path data) throws IOException {
    WordSymbols words = WordSymbols.growing();
    for (String word : List.of("a", "b", "c")) {
      words.id(word);
    }
    for (int id = words.size(); id < WORDS; id++) {
      words.id("w" + id);
    }
    this.settings = ReadSettings.DEFAULT.withWords(words);
    this.seeds = FuzzSeeds.of(data, words);
  }

  /** Reads a source as a whole or by shards; adds why no more could be read. */
  private interface Reading {
    void into(List<LatticeEntry> entries, Set<String> ends) throws IOException;
  }

  /**
   * How reading ended.
   *
   * @param entries in the order of their indices
   * @param ends reasons why no more could be read
   */
  private record Outcome(List<LatticeEntry> entries, Set<String> ends) {
    /** An exception that names the file is an end too: the source cannot be opened at all. */
    static Outcome of(Reading reading) {
      List<LatticeEntry> entries = new ArrayList<>();
      Set<String> ends = new TreeSet<>();
      try {
        reading.into(entries, ends);
      } catch (IOException | LatticeException e) {
        require(String.valueOf(e.getMessage()).contains("fuzz"), "no file is named: %s", e);
        ends.add(e.getMessage());
      }
      entries.sort(Comparator.comparingInt(LatticeEntry::index));
      return new Outcome(entries, ends);
    }

    /** What became of each lattice, one a line, then the ends. */
    String told() {
      StringBuilder told = new StringBuilder();
      for (LatticeEntry entry : entries) {
        String became =
            entry.lattice().isPresent()
                ? entry.orThrow().nodes() + " nodes"
                : entry.failure().orElseThrow().getMessage();
        told.append(
            "%d %s %s %s%n".formatted(entry.index(), entry.utterance(), entry.position(), became));
      }
      return told.append(ends).toString();
    }
  }

  private void run(long seed) throws IOException {
    Random random = new Random(seed);
    FuzzSeeds.Seed sound = seeds.get(random.nextInt(seeds.size()));
    LatticeFiles files = new MemoryFiles(damaged(sound, random));
    LatticeSource source =
        LatticeSource.open(new LatticeLocation(sound.kind(), sound.path()), files, settings);
    Outcome whole =
        Outcome.of(
            (entries, ends) ->
                source.readAll(entries::add).ifPresent(reason -> ends.add(reason.getMessage())));
    int shards = 1 + random.nextInt(4);
    Outcome cut =
        Outcome.of(
            (entries, ends) -> {
              for (LatticeShard shard : source.shards(shards)) {
                source.read(shard, entries::add).ifPresent(e -> ends.add(e.getMessage()));
              }
            });
    require(
        whole.told().equals(cut.told()),
        "in %d shards:%n%s%nas a whole:%n%s",
        shards,
        cut.told(),
        whole.told());
    require(whole.ends().size() <= 1, "several ends: %s", whole.ends());
    damaged += whole.ends().size();
    for (int index = 0; index < whole.entries().size(); index++) {
      require(whole.entries().get(index).index() == index, "%d is missing", index);
      check(whole.entries().get(index));
    }
  }

  /** One file of the source is damaged, most are compressed before or after it now and then. */
  private static Map<String, byte[]> damaged(FuzzSeeds.Seed sound, Random random)
      throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>(sound.files());
    List<String> paths = new ArrayList<>(files.keySet());
    String chosen = paths.get(random.nextInt(paths.size()));
    boolean packable = paths.size() == 1 && !chosen.endsWith(".gz");
    int packing = packable ? random.nextInt(5) : 2;
    byte[] bytes = files.get(chosen);
    FuzzDamage damage = new FuzzDamage(random);
    files.put(
        chosen,
        switch (packing) {
          case 0 -> damage.of(FuzzSeeds.packed(bytes));
          case 1 -> FuzzSeeds.packed(damage.of(bytes));
          default -> damage.of(bytes);
        });
    return files;
  }

  private void check(LatticeEntry entry) throws IOException {
    require(
        entry.lattice().isPresent() != entry.failure().isPresent(),
        "an entry has both a lattice and a failure, or neither");
    if (entry.failure().isPresent()) {
      String message = entry.failure().get().getMessage();
      require(message.contains("fuzz"), "no file is named: %s", message);
      refused++;
      return;
    }
    lattices++;
    Lattice lattice = entry.orThrow();
    require(lattice.utterance().equals(entry.utterance()), "named %s", lattice.utterance());
    LatticePath best = BestPath.of(lattice, PathScales.UNSCALED);
    List<LatticePath> first = NBest.of(lattice, PathScales.UNSCALED, 3);
    for (LatticePath path : first) {
      requireClose(best.total(), Math.max(path.total(), first.get(0).total()), 1e-9);
    }
    if (lattice.arcs() <= MOST_ARCS_WRITTEN) {
      written(lattice, best.total());
    }
  }

  /** Both formats that hold whole lattices give the same best path back. */
  private void written(Lattice lattice, double total) throws IOException {
    StringBuilder slf = new StringBuilder();
    SlfWriter.write(lattice, slf);
    Lattice fromSlf = SlfReader.read(bytes(slf.toString()), "written.slf", "", settings);
    require(fromSlf.utterance().equals(lattice.utterance()), "named %s", fromSlf.utterance());
    require(fromSlf.scales().equals(lattice.scales()), "scales %s", fromSlf.scales());
    requireClose(total, BestPath.of(fromSlf, PathScales.UNSCALED).total(), 0);
    WordSymbols symbols = WordSymbols.growing();
    ByteArrayOutputStream archive = new ByteArrayOutputStream();
    try (KaldiArchiveWriter out = new KaldiArchiveWriter(archive, KaldiArchiveWriter.Form.BINARY)) {
      out.write("u", KaldiLattice.of(lattice, symbols));
    }
    try (KaldiArchive in =
        KaldiArchive.open(new ByteArrayInputStream(archive.toByteArray()), "written.ark")) {
      Lattice back =
          in.next().orElseThrow().orThrow().lattice("u", "written", settings.withWords(symbols));
      requireClose(total, BestPath.of(back, PathScales.UNSCALED).total(), 1e-4);
    }
  }

  private static InputStream bytes(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private static void require(boolean holds, String sentence, Object... values) {
    if (!holds) {
      throw new AssertionError(sentence.formatted(values));
    }
  }

  private static void requireClose(double expected, double found, double tolerance) {
    require(
        Math.abs(expected - found) <= tolerance * Math.max(1, Math.abs(expected)),
        "the best path has %s, then %s",
        expected,
        found);
  }

  /** Runs all cases; prints the first one that does not end as documented. */
  public static void main(String[] arguments) throws Exception {
    Path data = arguments[0].isEmpty() ? null : Path.of(arguments[0]);
    int cases = Integer.parseInt(arguments[1]);
    long seed = Long.parseLong(arguments[2]);
    FuzzCases fuzz = new FuzzCases(data);
    ExecutorService worker = Executors.newSingleThreadExecutor();
    for (int i = 0; i < cases; i++) {
      long own = seed + i;
      try {
        Future<?> ended =
            worker.submit(
                () -> {
                  fuzz.run(own);
                  return null;
                });
        ended.get(SECONDS_A_CASE, TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        System.err.printf("case %d of seed %d hangs%n", i, own);
        System.exit(3);
      } catch (ExecutionException e) {
        System.err.printf("case %d of seed %d%n", i, own);
        e.getCause().printStackTrace();
        System.exit(4);
      }
    }
    System.out.printf(
        "%d cases: %d lattices read, %d refused, %d files damaged%n",
        cases, fuzz.lattices, fuzz.refused, fuzz.damaged);
    System.exit(fuzz.lattices > 0 && fuzz.refused > 0 && fuzz.damaged > 0 ? 0 : 5);
  }
}
