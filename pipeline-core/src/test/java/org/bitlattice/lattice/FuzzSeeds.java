package org.bitlattice.lattice;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.bitlattice.lattice.LatticeLocation.Kind;

/** Sound files of every format: small invented ones, and the beginnings of real ones. */
final class FuzzSeeds {
  private static final int LARGEST_FILE = 60_000;

  private final WordSymbols words;
  private final List<Seed> seeds = new ArrayList<>();

  /**
   * A source.
   *
   * @param path where it is read from
   * @param files its files by their paths
   */
  record Seed(Kind kind, String path, Map<String, byte[]> files) {}

  private FuzzSeeds(WordSymbols words) {
    this.words = words;
  }

  /**
   * All sources.
   *
   * @param data folder of the real ones, or null
   * @param words symbol table of the invented ones
   */
  static List<Seed> of(Path data, WordSymbols words) throws IOException {
    FuzzSeeds seeds = new FuzzSeeds(words);
    seeds.invented();
    if (data != null) {
      seeds.real(data);
    }
    return seeds.seeds;
  }

  private void invented() throws IOException {
    Random random = new Random(1);
    StringBuilder table = new StringBuilder(NBestTsv.HEADER);
    ByteArrayOutputStream binary = new ByteArrayOutputStream();
    Map<String, byte[]> folder = new LinkedHashMap<>();
    try (KaldiArchiveWriter archive =
        new KaldiArchiveWriter(binary, KaldiArchiveWriter.Form.BINARY)) {
      for (int u = 0; u < 5; u++) {
        Lattice lattice = RandomLattices.lattice(random);
        archive.write("utt-" + u, KaldiLattice.of(lattice, words));
        NBestTsv.write("utt-" + u, NBest.of(lattice, PathScales.UNSCALED, 4), table);
        StringBuilder slf = new StringBuilder();
        SlfWriter.write(lattice, slf);
        byte[] bytes = slf.toString().getBytes(StandardCharsets.UTF_8);
        folder.put(
            "fuzz/utt-%d.%s".formatted(u, u == 1 ? "lat.gz" : "slf"), packedIf(u == 1, bytes));
      }
    }
    add(Kind.HTK, "fuzz.slf", folder.get("fuzz/utt-0.slf"));
    add(Kind.HTK, "fuzz.tar", tar(folder));
    seeds.add(new Seed(Kind.HTK, "fuzz", folder));
    add(Kind.N_BEST, "fuzz.tsv", table.toString().getBytes(StandardCharsets.UTF_8));
    archives(binary.toByteArray());
  }

  /** An archive in both forms, and with script files. */
  private void archives(byte[] binary) throws IOException {
    byte[] text = AmiKaldiTest.rewritten(binary, "fuzz", KaldiArchiveWriter.Form.TEXT);
    add(Kind.KALDI_ARCHIVE, "fuzz.ark", binary);
    add(Kind.KALDI_TEXT, "fuzz.txt", text);
    for (byte[] archive : List.of(binary, text)) {
      StringBuilder script = new StringBuilder();
      try (KaldiArchive in = KaldiArchive.open(new ByteArrayInputStream(archive), "fuzz.ark")) {
        for (var e = in.next(); e.isPresent(); e = in.next()) {
          script.append("%s fuzz.ark:%d%n".formatted(e.get().utterance(), e.get().offset()));
        }
      }
      Map<String, byte[]> files = new LinkedHashMap<>();
      files.put("fuzz.scp", script.toString().getBytes(StandardCharsets.UTF_8));
      files.put("fuzz.ark", archive);
      seeds.add(new Seed(Kind.KALDI_SCRIPT, "fuzz.scp", files));
    }
  }

  private void real(Path data) throws IOException {
    Map<String, byte[]> mini = new LinkedHashMap<>();
    try (var files = Files.list(data.resolve("ami/mini"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".slf")).sorted().toList()) {
        mini.put("fuzz/" + file.getFileName(), start(file));
      }
    }
    for (Map.Entry<String, byte[]> lattice : mini.entrySet()) {
      add(Kind.HTK, lattice.getKey().replace("/", "-"), lattice.getValue());
    }
    add(Kind.HTK, "fuzz.tar", tar(mini));
    add(Kind.HTK, "fuzz.slf", start(data.resolve("formats/sphinx4/correct.slf")));
    String converted = "formats/qiujiali/AMI_ES2011a_H00_FEE041_0003427_0003714.lat.gz";
    add(Kind.HTK, "fuzz.lat.gz", start(data.resolve(converted)));
    add(Kind.KALDI_ARCHIVE, "fuzz.ark", start(data.resolve("formats/kgraph/lat.1")));
    add(Kind.KALDI_TEXT, "fuzz.txt", start(data.resolve("formats/kgraph/nbest.txt")));
    add(Kind.KALDI_TEXT, "fuzz.txt", start(data.resolve("ami/mini/clat.txt")));
    add(Kind.KALDI_TEXT, "fuzz.txt", start(data.resolve("ami/mini/det.txt")));
    Path lattices = data.resolve("ami/lattices");
    add(Kind.KALDI_ARCHIVE, "fuzz.ark", start(lattices.resolve("dev.kaldi.ark")));
    add(Kind.KALDI_TEXT, "fuzz.txt.gz", start(lattices.resolve("dev.kaldi.txt.gz")));
    add(Kind.N_BEST, "fuzz.tsv", start(data.resolve("ami/mini/nbest.tsv")));
    add(Kind.N_BEST, "fuzz.tsv.gz", start(lattices.resolve("dev.nbest.tsv.gz")));
    add(Kind.HTK, "fuzz.tar.gz", start(lattices.resolve("dev.slf.tar.gz")));
  }

  private void add(Kind kind, String path, byte[] bytes) {
    seeds.add(new Seed(kind, path, Map.of(path, bytes)));
  }

  private static byte[] start(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(LARGEST_FILE);
    }
  }

  private static byte[] packedIf(boolean wanted, byte[] bytes) throws IOException {
    return wanted ? packed(bytes) : bytes;
  }

  static byte[] packed(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  static byte[] tar(Map<String, byte[]> files) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (TarArchiveOutputStream out = new TarArchiveOutputStream(packed)) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
        entry.setSize(file.getValue().length);
        out.putArchiveEntry(entry);
        out.write(file.getValue());
        out.closeArchiveEntry();
      }
    }
    return packed.toByteArray();
  }
}
