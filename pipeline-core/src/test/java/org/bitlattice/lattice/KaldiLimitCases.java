package org.bitlattice.lattice;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * Archives that are large, or say they are, read in a process of its own whose memory is bounded
 * from outside: {@code java KaldiLimitCases FOLDER}. Prints what became of each.
 */
final class KaldiLimitCases {
  private static final int ARCS = 1_000_000;
  private static final int WIDTH = 10;

  private final Path folder;
  private final ReadSettings settings;

  private KaldiLimitCases(Path folder) {
    this.folder = folder;
    WordSymbols words = WordSymbols.growing();
    for (int word = 1; word <= 1000; word++) {
      words.id("w" + word);
    }
    this.settings = ReadSettings.DEFAULT.withWords(words);
  }

  /** Writes the bytes of an archive. */
  private interface Content {
    void write(OutputStream out) throws IOException;
  }

  /** Writes the lines of an archive. */
  private interface Lines {
    void write(Writer out) throws IOException;
  }

  private void lines(String name, Lines lines) throws IOException {
    bytes(
        name,
        out -> {
          Writer text = new OutputStreamWriter(out, StandardCharsets.ISO_8859_1);
          lines.write(text);
          text.flush();
        });
  }

  /** Writes the archive, then reads it with a second lattice behind it. */
  private void bytes(String name, Content content) throws IOException {
    Path file = folder.resolve(name);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
      content.write(out);
      out.write("next \n0\t1\t1\t0,0,\n1\n\n".getBytes(StandardCharsets.US_ASCII));
    }
    LatticeSource source =
        LatticeSource.open(
            new LatticeLocation(LatticeLocation.Kind.KALDI_ARCHIVE, file.toString()),
            new LocalLatticeFiles(),
            settings);
    for (LatticeShard shard : source.shards(2)) {
      Optional<LatticeException> damage = source.read(shard, entry -> print(name, entry));
      damage.ifPresent(reason -> System.out.println(name + ": damage: " + message(reason)));
    }
  }

  private void print(String name, LatticeEntry entry) {
    String became =
        entry.failure().isPresent()
            ? message(entry.failure().get())
            : "%d arcs, best path of %d words"
                .formatted(
                    entry.orThrow().arcs(),
                    BestPath.of(entry.orThrow(), PathScales.UNSCALED).words().size());
    System.out.println(name + ": " + entry.utterance().length() + ": " + became);
  }

  private String message(LatticeException reason) {
    return reason.getMessage().replace(folder + "/", "");
  }

  private void run() throws IOException {
    large();
    lines("columns", out -> out.write("u1 \n" + "1 ".repeat(8 << 20) + "\n\n"));
    lines("line", out -> out.write("u1 \n" + "1".repeat(20 << 20) + "\n\n"));
    lines("key", out -> out.write("u".repeat(20 << 20) + " \n0\n\n"));
    lines("finals", KaldiLimitCases::finals);
    lines("doubling", KaldiLimitCases::doubling);
    bytes("states", out -> header(out, 500_000_000));
    bytes("more-states", out -> header(out, 500_000_001));
    bytes("ids", out -> ids(out, 500_000_000));
    bytes("more-ids", out -> ids(out, 500_000_001));
    bytes("negative-ids", out -> ids(out, -1));
    bytes("arcs", out -> arcs(out, 500_000_000));
    bytes("negative-arcs", out -> arcs(out, -1));
  }

  /** A million arcs, as text and in binary form. */
  private void large() throws IOException {
    lines(
        "text",
        out -> {
          out.write("u1 \n");
          int states = ARCS / WIDTH;
          for (int state = 0; state < states; state++) {
            for (int arc = 0; arc < WIDTH; arc++) {
              int next = Math.min(states, state + 1 + arc);
              int word = 1 + (state * WIDTH + arc) % 1000;
              out.write(state + "\t" + next + "\t" + word + "\t" + arc + ".25,");
              out.write(state + ",1_2_3\n");
            }
          }
          out.write(states + "\n\n");
        });
    bytes(
        "binary",
        out -> {
          try (KaldiArchive archive =
              KaldiArchive.open(Files.newInputStream(folder.resolve("text")), "text")) {
            KaldiLattice lattice = archive.next().orElseThrow().orThrow();
            out.write("u1 ".getBytes(StandardCharsets.US_ASCII));
            KaldiBinary.write(lattice, new LittleEndianOutput(out));
          }
        });
  }

  /** Many states without arcs or costs: nothing says which type of lattice this is. */
  private static void finals(Writer out) throws IOException {
    out.write("u1 \n");
    for (int state = 0; state < 1_500_000; state++) {
      out.write(state + "\n");
    }
    out.write("\n");
  }

  /** Every state is twice the one before. */
  private static void doubling(Writer out) throws IOException {
    out.write("u1 \n0\n");
    for (int state = 1; state < 100_000_000; state *= 2) {
      out.write(state + "\n");
    }
    out.write("\n");
  }

  private static LittleEndianOutput header(OutputStream out, long states) throws IOException {
    out.write("u1 ".getBytes(StandardCharsets.US_ASCII));
    LittleEndianOutput numbers = new LittleEndianOutput(out);
    numbers.int32(KaldiBinary.MAGIC);
    numbers.string("vector");
    numbers.string("compactlattice44");
    numbers.int32(2);
    numbers.int32(0);
    for (long number : new long[] {3, 0, states, 0}) {
      numbers.int64(number);
    }
    return numbers;
  }

  private static void ids(OutputStream out, int count) throws IOException {
    LittleEndianOutput numbers = header(out, 1);
    numbers.int64(0);
    numbers.int32(count);
  }

  private static void arcs(OutputStream out, long count) throws IOException {
    LittleEndianOutput numbers = header(out, 1);
    numbers.int64(0);
    numbers.int32(0);
    numbers.int64(count);
  }

  /** Reads all cases in the folder. */
  public static void main(String[] arguments) throws IOException {
    try {
      new KaldiLimitCases(Path.of(arguments[0])).run();
    } catch (OutOfMemoryError e) {
      System.out.println("out of memory: " + Arrays.toString(e.getStackTrace()));
    }
  }
}
