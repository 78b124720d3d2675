package org.bitlattice.lattice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sources of every format, whole and in shards. */
class LatticeSourceTest {
  private static final int UTTERANCES = 7;

  @TempDir Path folder;
  private final WordSymbols words = WordSymbols.growing();

  /** The same lattices in every format; each source gives them all, however it is cut. */
  @Test
  void everyFormatGivesTheSameLatticesHoweverItIsCut() throws IOException {
    List<Lattice> lattices = lattices();
    List<String> locations = written(lattices);
    for (String location : locations) {
      LatticeSource source =
          LatticeSource.open(
              LatticeLocation.parse(location),
              new LocalLatticeFiles(),
              ReadSettings.DEFAULT.withWords(words));
      for (int count : new int[] {1, 3, 20}) {
        List<LatticeEntry> entries = new ArrayList<>();
        for (LatticeShard shard : source.shards(count)) {
          assertThat(source.read(shard, entries::add)).as(location).isEmpty();
        }
        entries.sort(Comparator.comparingInt(LatticeEntry::index));
        assertThat(entries)
            .as(location)
            .extracting(LatticeEntry::index)
            .containsExactly(0, 1, 2, 3, 4, 5, 6);
        for (int u = 0; u < UTTERANCES; u++) {
          assertThat(entries.get(u).utterance()).isEqualTo("u" + u);
          LatticePath expected = BestPath.of(lattices.get(u), PathScales.UNSCALED);
          LatticePath found = BestPath.of(entries.get(u).orThrow(), PathScales.UNSCALED);
          assertThat(found.total()).as(location).isEqualTo(expected.total());
        }
      }
    }
  }

  private static List<Lattice> lattices() {
    Random random = new Random(5);
    List<Lattice> lattices = new ArrayList<>();
    for (int u = 0; u < UTTERANCES; u++) {
      lattices.add(RandomLattices.lattice(random));
    }
    return lattices;
  }

  private List<String> written(List<Lattice> lattices) throws IOException {
    ByteArrayOutputStream binary = new ByteArrayOutputStream();
    StringBuilder table = new StringBuilder(NBestTsv.HEADER);
    StringBuilder script = new StringBuilder();
    Path htk = Files.createDirectory(folder.resolve("slf"));
    try (KaldiArchiveWriter writer =
        new KaldiArchiveWriter(binary, KaldiArchiveWriter.Form.BINARY)) {
      for (int u = 0; u < lattices.size(); u++) {
        writer.write("u" + u, KaldiLattice.of(lattices.get(u), words));
        NBestTsv.write("u" + u, NBest.of(lattices.get(u), PathScales.UNSCALED, 9), table);
        StringBuilder slf = new StringBuilder();
        SlfWriter.write(lattices.get(u), slf);
        Files.writeString(htk.resolve("u%d.slf".formatted(u)), slf);
      }
    }
    Path archive = Files.write(folder.resolve("a.ark"), binary.toByteArray());
    try (KaldiArchive in = KaldiArchive.open(Files.newInputStream(archive), "a.ark")) {
      for (Optional<KaldiArchive.Entry> e = in.next(); e.isPresent(); e = in.next()) {
        script.append("%s %s:%d\n".formatted(e.get().utterance(), archive, e.get().offset()));
      }
    }
    byte[] text = AmiKaldiTest.rewritten(binary.toByteArray(), "a", KaldiArchiveWriter.Form.TEXT);
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(folder.resolve("a.txt.gz")))) {
      out.write(text);
    }
    Files.write(folder.resolve("a.txt"), text);
    Files.writeString(folder.resolve("a.scp"), script);
    Files.writeString(folder.resolve("a.tsv"), table);
    Files.write(
        folder.resolve("b.tsv.gz"), FuzzSeeds.packed(Files.readAllBytes(folder.resolve("a.tsv"))));
    Map<String, byte[]> members = new LinkedHashMap<>();
    for (int u = 0; u < lattices.size(); u++) {
      byte[] slf = Files.readAllBytes(htk.resolve("u%d.slf".formatted(u)));
      members.put(
          "x/u%d.%s".formatted(u, u == 2 ? "lat.gz" : "slf"), u == 2 ? FuzzSeeds.packed(slf) : slf);
    }
    Files.write(folder.resolve("a.tar"), FuzzSeeds.tar(members));
    Files.write(folder.resolve("a.slf.tar.gz"), FuzzSeeds.packed(FuzzSeeds.tar(members)));
    return List.of(
        folder.resolve("a.tar").toString(),
        folder.resolve("a.slf.tar.gz").toString(),
        folder.resolve("b.tsv.gz").toString(),
        folder.resolve("a.ark").toString(),
        "ark,t:" + folder.resolve("a.txt"),
        "ark:" + folder.resolve("a.txt.gz"),
        folder.resolve("a.scp").toString(),
        folder.resolve("a.tsv").toString(),
        "htk:" + htk);
  }

  @Test
  void aScriptLineThatLeadsNowhereCostsItselfAlone() throws IOException {
    written(lattices());
    String script = Files.readString(folder.resolve("a.scp"));
    String second = script.lines().toList().get(1);
    Files.writeString(
        folder.resolve("a.scp"), script.replace(second, "u1 " + folder.resolve("none.ark") + ":9"));
    LatticeSource source =
        LatticeSource.open(
            LatticeLocation.parse("scp:" + folder.resolve("a.scp")),
            new LocalLatticeFiles(),
            ReadSettings.DEFAULT.withWords(words));
    List<LatticeEntry> entries = new ArrayList<>();
    source.readAll(entries::add);
    assertThat(entries).hasSize(UTTERANCES);
    assertThat(entries.stream().filter(e -> e.failure().isPresent())).hasSize(1);
    assertThat(entries.get(1).failure().orElseThrow())
        .hasMessage(
            "%s:2: cannot read %s: %s: there is no such file or folder"
                .formatted(
                    folder.resolve("a.scp"),
                    folder.resolve("none.ark"),
                    folder.resolve("none.ark")));
  }

  private static LatticeSource memory(String location, Map<String, byte[]> files) {
    WordSymbols words = WordSymbols.growing();
    words.id("a");
    return LatticeSource.open(
        LatticeLocation.parse(location),
        new MemoryFiles(files),
        ReadSettings.DEFAULT.withWords(words));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static final String TABLE_LINE = "u1\t1\t-1\t-2\t2\t-17\ta\n";
  private static final String SLF = "N=2 L=1\nI=0\nI=1\nJ=0 S=0 E=1 W=a a=-1 l=-2\n";
  private static final String ARK = "u1 \n0\t1\t1\t2,1,\n1\n\n";

  @Test
  void aWrongListCostsItselfAloneAndDamageEndsATable() throws IOException {
    String text =
        TABLE_LINE + TABLE_LINE.replace("u1\t1", "u2\t2") + TABLE_LINE.replace("u1", "u3");
    byte[] damaged = bytes(text + TABLE_LINE.replace("u1", "u4") + "u5\t\u00e9\n");
    damaged[damaged.length - 2] = 'x';
    List<LatticeEntry> entries = new ArrayList<>();
    Optional<LatticeException> damage =
        memory("a.tsv", Map.of("a.tsv", damaged)).readAll(entries::add);
    assertThat(entries).extracting(LatticeEntry::utterance).containsExactly("u1", "u2", "u3");
    assertThat(entries).extracting(LatticeEntry::index).containsExactly(0, 1, 2);
    assertThat(entries)
        .extracting(LatticeEntry::position)
        .containsExactly("line 1", "line 2", "line 3");
    assertThat(entries.get(1).failure().orElseThrow())
        .hasMessage("a.tsv:2: rank 2 stands where 1 is due");
    assertThat(entries.get(2).orThrow().arcs()).isEqualTo(1);
    assertThat(damage.orElseThrow()).hasMessage("a.tsv:5: the line is not text in UTF-8");
  }

  @Test
  void aDamagedFileOfAFolderCostsItselfAlone() throws IOException {
    byte[] packed = FuzzSeeds.packed(bytes(SLF));
    Map<String, byte[]> files =
        Map.of(
            "d/a.slf", bytes(SLF),
            "d/b.slf.gz", Arrays.copyOf(packed, packed.length - 9),
            "d/c.slf.gz", Arrays.copyOf(packed, 5),
            "d/d.slf", bytes(SLF.substring(0, 20)),
            "d/e.slf", bytes(""),
            "d/notes.txt", bytes("no lattice"),
            "d/z.lat", bytes(SLF));
    List<LatticeEntry> entries = new ArrayList<>();
    assertThat(memory("htk:d", files).readAll(entries::add)).isEmpty();
    assertThat(entries)
        .extracting(
            e ->
                e.index()
                    + " "
                    + e.utterance()
                    + " "
                    + e.failure().map(Throwable::getMessage).orElse("read"))
        .containsExactly(
            "0 a read",
            "1 b d/b.slf.gz: damaged or cut off: Unexpected end of ZLIB input stream",
            "2 c d/c.slf.gz: damaged or cut off: the file ends too early",
            "3 d d/d.slf:4: the file ends within this line: it is cut off, or lacks the line feed at its end",
            "4 e d/e.slf: the file ends before the first node: it is empty or cut off",
            "5 z read");
  }

  @Test
  void whatHoldsNothingIsSaid() {
    assertThatThrownBy(() -> memory("htk:d", Map.of("d/a.txt", bytes(""))).readAll(e -> {}))
        .isInstanceOf(IOException.class)
        .hasMessage("the folder d holds no lattice (.slf, .lat, each also .gz)");
    for (String location : List.of("htk:none", "none.ark", "none.scp", "none.tsv", "none.slf")) {
      LatticeSource source = memory(location, Map.of("d/a.txt", bytes("")));
      assertThatThrownBy(() -> source.readAll(e -> {}), location)
          .isInstanceOf(NoSuchFileException.class)
          .hasMessageContaining("none");
    }
    assertThatThrownBy(() -> memory("a.ark", Map.of()).shards(0))
        .hasMessage("cannot cut ark:a.ark into 0 shards: at least 1 is needed");
    assertThatThrownBy(() -> memory("a.tsv", Map.of()).readAllKaldi(e -> {}))
        .hasMessage("nbest:a.tsv does not hold Kaldi lattices");
  }

  /** Whoever takes the lattices may fail in the ways that readers do. */
  @Test
  void anExceptionOfTheSinkIsNoDamage() {
    Map<String, byte[]> files =
        Map.of(
            "a.slf", bytes(SLF),
            "a.tar", tar(Map.of("a.slf", bytes(SLF))),
            "a.ark", bytes(ARK),
            "a.scp", bytes("u1 a.ark:3\n"),
            "a.tsv", bytes(TABLE_LINE));
    for (String file : files.keySet()) {
      for (RuntimeException thrown :
          List.of(
              new UncheckedIOException(new EOFException("disk full")),
              new LatticeException("u1", "elsewhere", 0, "refused"),
              new IllegalArgumentException("something else"))) {
        LatticeSource source = memory(file, files);
        assertThatThrownBy(
                () ->
                    source.readAll(
                        entry -> {
                          throw thrown;
                        }),
                file)
            .isSameAs(thrown);
      }
    }
  }

  private static byte[] tar(Map<String, byte[]> members) {
    try {
      return FuzzSeeds.tar(members);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A connection that breaks may work again: the utterances are not to blame. */
  @Test
  void aFileSystemThatFailsIsNoDamage() {
    Map<String, byte[]> files =
        Map.of(
            "a.slf", bytes(SLF),
            "a.tar", tar(Map.of("a.slf", bytes(SLF))),
            "a.tar.gz", packed(tar(Map.of("a.slf", bytes(SLF)))),
            "a.ark", bytes(ARK),
            "a.tsv", bytes(TABLE_LINE),
            "a.tsv.gz", packed(bytes(TABLE_LINE)));
    for (String file : files.keySet()) {
      LatticeFiles failing = new FailingFiles(files);
      LatticeSource source =
          LatticeSource.open(LatticeLocation.parse(file), failing, ReadSettings.DEFAULT);
      assertThatThrownBy(() -> source.readAll(entry -> {}), file)
          .isInstanceOf(IOException.class)
          .hasMessageContaining(FailingStream.REASON);
    }
  }

  private static byte[] packed(byte[] bytes) {
    try {
      return FuzzSeeds.packed(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Each file breaks off in its middle. */
  private record FailingFiles(Map<String, byte[]> contents) implements LatticeFiles {
    @Override
    public InputStream open(String path, long offset) {
      byte[] bytes = contents.get(path);
      return new FailingStream(bytes, bytes.length / 2);
    }

    @Override
    public boolean isFolder(String path) {
      return false;
    }

    @Override
    public List<String> list(String folder) {
      throw new AssertionError("there are no folders");
    }
  }
}
