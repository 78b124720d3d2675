package org.bitlattice.lattice;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.GZIPOutputStream;

/**
 * Reads damaged lattice files in a process of its own, whose memory is bounded from outside, and
 * exits with 0 when every case ended as documented: {@code java FuzzCases DATA CASES SEED}. DATA is
 * a folder of real files, or empty.
 */
final class FuzzCases {
  private static final int SECONDS_A_CASE = 20;
  private static final int LARGEST_SEED_FILE = 60_000;
  private static final String[] NUMBERS = {
    "-1", "NaN", "1e999", "99999999999", "0", "2147483647", "-Infinity", "", "0x10", "4e-324"
  };

  /** A file to damage. */
  private record Seed(LatticeLocation.Kind kind, String suffix, byte[] bytes) {}

  private final List<Seed> seeds = new ArrayList<>();
  private final ReadSettings settings;
  private int lattices;
  private int refused;
  private int damaged;

  private FuzzCases(Path data) throws IOException {
    WordSymbols words = WordSymbols.growing();
    for (int id = 1; id <= 40; id++) {
      words.id("w" + id);
    }
    this.settings = ReadSettings.DEFAULT.withWords(words);
    invented();
    if (data != null) {
      real(data);
    }
  }

  /** Small files of every format. */
  private void invented() throws IOException {
    Random random = new Random(1);
    StringBuilder slf = new StringBuilder();
    StringBuilder table = new StringBuilder(NBestTsv.HEADER);
    ByteArrayOutputStream binary = new ByteArrayOutputStream();
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try (KaldiArchiveWriter first = new KaldiArchiveWriter(binary, KaldiArchiveWriter.Form.BINARY);
        KaldiArchiveWriter second = new KaldiArchiveWriter(text, KaldiArchiveWriter.Form.TEXT)) {
      for (int u = 0; u < 4; u++) {
        Lattice lattice = RandomLattices.lattice(random);
        KaldiLattice kaldi = KaldiLattice.of(lattice, settings.words());
        first.write("utt-" + u, kaldi);
        second.write("utt-" + u, kaldi);
        NBestTsv.write("utt-" + u, NBest.of(lattice, PathScales.UNSCALED, 4), table);
        if (u == 0) {
          SlfWriter.write(lattice, slf);
        }
      }
    }
    add(LatticeLocation.Kind.HTK, ".slf", slf.toString().getBytes(StandardCharsets.UTF_8));
    add(LatticeLocation.Kind.N_BEST, ".tsv", table.toString().getBytes(StandardCharsets.UTF_8));
    add(LatticeLocation.Kind.KALDI_ARCHIVE, ".ark", binary.toByteArray());
    add(LatticeLocation.Kind.KALDI_TEXT, ".txt", text.toByteArray());
  }

  private void real(Path data) throws IOException {
    for (String name : List.of("ami/mini", "formats/qiujiali", "formats/sphinx4")) {
      try (var files = Files.list(data.resolve(name))) {
        for (Path file : files.sorted().toList()) {
          String lower = file.getFileName().toString().toLowerCase(Locale.ROOT);
          if (lower.endsWith(".slf") || lower.endsWith(".lat.gz")) {
            add(LatticeLocation.Kind.HTK, lower.endsWith("gz") ? ".lat.gz" : ".slf", start(file));
          }
        }
      }
    }
    add(LatticeLocation.Kind.KALDI_ARCHIVE, ".ark", start(data.resolve("formats/kgraph/lat.1")));
    add(LatticeLocation.Kind.KALDI_TEXT, ".txt", start(data.resolve("formats/kgraph/nbest.txt")));
    add(LatticeLocation.Kind.KALDI_TEXT, ".txt", start(data.resolve("ami/mini/clat.txt")));
    add(LatticeLocation.Kind.KALDI_TEXT, ".txt", start(data.resolve("ami/mini/det.txt")));
    Path lattices = data.resolve("ami/lattices");
    add(LatticeLocation.Kind.KALDI_ARCHIVE, ".ark", start(lattices.resolve("dev.kaldi.ark")));
    add(LatticeLocation.Kind.N_BEST, ".tsv", start(data.resolve("ami/mini/nbest.tsv")));
    add(LatticeLocation.Kind.HTK, ".tar.gz", start(lattices.resolve("dev.slf.tar.gz")));
  }

  /** The beginning of a file; of a compressed one as it is. */
  private static byte[] start(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(LARGEST_SEED_FILE);
    }
  }

  /** Every file also compressed; what is compressed already, also damaged inside. */
  private void add(LatticeLocation.Kind kind, String suffix, byte[] bytes) throws IOException {
    seeds.add(new Seed(kind, suffix, bytes));
    if (suffix.endsWith(".gz")) {
      return;
    }
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    seeds.add(new Seed(kind, suffix + ".gz", packed.toByteArray()));
  }

  private void run(long seed) throws IOException {
    Random random = new Random(seed);
    Seed file = seeds.get(random.nextInt(seeds.size()));
    byte[] bytes = damage(file.bytes(), random);
    LatticeFiles files = new OneFile(bytes);
    LatticeSource source =
        LatticeSource.open(
            new LatticeLocation(file.kind(), "fuzz" + file.suffix()), files, settings);
    List<LatticeShard> shards = source.shards(1 + random.nextInt(2));
    for (LatticeShard shard : shards) {
      Optional<LatticeException> damage = source.read(shard, this::take);
      damaged += damage.isPresent() ? 1 : 0;
    }
  }

  private void take(LatticeEntry entry) {
    if (entry.lattice().isPresent() == entry.failure().isPresent()) {
      throw new AssertionError("an entry has both a lattice and a failure, or neither");
    }
    if (entry.failure().isPresent()) {
      refused++;
      return;
    }
    lattices++;
    Lattice lattice = entry.lattice().get();
    double best = BestPath.of(lattice, PathScales.UNSCALED).total();
    double first = NBest.of(lattice, PathScales.UNSCALED, 3).get(0).total();
    if (Math.abs(best - first) > 1e-6 * Math.max(1, Math.abs(best))) {
      throw new AssertionError("the best path has " + best + ", the best of the list " + first);
    }
  }

  private static byte[] damage(byte[] whole, Random random) {
    byte[] bytes = whole.clone();
    for (int times = 1 + random.nextInt(3); times > 0; times--) {
      bytes =
          switch (random.nextInt(6)) {
            case 0, 1 -> flipped(bytes, random);
            case 2 -> Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            case 3 -> lines(bytes, random, 0);
            case 4 -> lines(bytes, random, 2);
            default -> number(bytes, random);
          };
    }
    return bytes;
  }

  private static byte[] flipped(byte[] bytes, Random random) {
    for (int i = 1 + random.nextInt(8); i > 0 && bytes.length > 0; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }

  /** One line left out, or written so many times. */
  private static byte[] lines(byte[] bytes, Random random, int copies) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    String[] lines = text.split("(?<=\n)");
    int chosen = random.nextInt(lines.length);
    StringBuilder changed = new StringBuilder();
    for (int i = 0; i < lines.length; i++) {
      changed.append(lines[i].repeat(i == chosen ? copies : 1));
    }
    return changed.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  /** A run of digits becomes another number. */
  private static byte[] number(byte[] bytes, Random random) {
    int begin = bytes.length == 0 ? 0 : random.nextInt(bytes.length);
    while (begin < bytes.length && (bytes[begin] < '0' || bytes[begin] > '9')) {
      begin++;
    }
    int end = begin;
    while (end < bytes.length && (bytes[end] >= '0' && bytes[end] <= '9' || bytes[end] == '.')) {
      end++;
    }
    ByteArrayOutputStream changed = new ByteArrayOutputStream();
    changed.write(bytes, 0, begin);
    changed.writeBytes(
        NUMBERS[random.nextInt(NUMBERS.length)].getBytes(StandardCharsets.ISO_8859_1));
    changed.write(bytes, end, bytes.length - end);
    return changed.toByteArray();
  }

  /** The damaged file under every name. */
  private record OneFile(byte[] bytes) implements LatticeFiles {
    @Override
    public InputStream open(String path, long offset) throws IOException {
      if (!path.startsWith("fuzz")) {
        throw new NoSuchFileException(path);
      }
      return new ByteArrayInputStream(bytes, (int) offset, bytes.length - (int) offset);
    }

    @Override
    public boolean isFolder(String path) {
      return false;
    }

    @Override
    public List<String> list(String folder) {
      return List.of();
    }
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
        worker.submit(() -> fuzz.ended(own)).get(SECONDS_A_CASE, TimeUnit.SECONDS);
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

  /** An exception that names the file is an end too: the file cannot be opened at all. */
  private Void ended(long seed) {
    try {
      run(seed);
    } catch (IOException e) {
      if (!String.valueOf(e.getMessage()).contains("fuzz")) {
        throw new UncheckedIOException("does not name the file", e);
      }
      damaged++;
    }
    return null;
  }
}
