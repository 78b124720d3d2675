package org.bitlattice.lattice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LatticeSourceTest {
  private static final int UTTERANCES = 7;

  @TempDir Path folder;
  private final WordSymbols words = WordSymbols.growing();

  @ParameterizedTest
  @CsvSource({
    "ark:a.x, KALDI_ARCHIVE, a.x",
    "'ark,t:a.txt', KALDI_TEXT, a.txt",
    "scp:hdfs://h:9/a.scp, KALDI_SCRIPT, hdfs://h:9/a.scp",
    "htk:lattices, HTK, lattices",
    "nbest:a, N_BEST, a",
    "d/a.ark.gz, KALDI_ARCHIVE, d/a.ark.gz",
    "hdfs://h:9/a.scp, KALDI_SCRIPT, hdfs://h:9/a.scp",
    "a.slf.tar.gz, HTK, a.slf.tar.gz",
    "a.tgz, HTK, a.tgz",
    "some/folder, HTK, some/folder",
    "some/folder/, HTK, some/folder/",
    "a.nbest.tsv.gz, N_BEST, a.nbest.tsv.gz"
  })
  void locationsAreReadAsWritten(String written, LatticeLocation.Kind kind, String path) {
    assertThat(LatticeLocation.parse(written)).isEqualTo(new LatticeLocation(kind, path));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ark: | \"ark:\": the path is missing",
        "ark:- | \"ark:-\": reading from or writing to a pipe of the shell is not supported: name a file",
        "ark:a.ark:17 | \"ark:a.ark:17\": a place within an archive belongs into a script file (scp:)"
      })
  void whatIsNotSupportedIsRefusedByName(String written, String message) {
    assertThatThrownBy(() -> LatticeLocation.parse(written))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void commandsAreRefusedAndNeverRun() {
    assertThatThrownBy(() -> LatticeLocation.parse("ark:gunzip -c a.gz |"))
        .hasMessage(
            "\"ark:gunzip -c a.gz |\": commands in place of a file are not supported, and never run: name a file");
  }

  @Test
  void anUnknownFormatIsRefusedWithWhatIsAllowed() {
    assertThatThrownBy(() -> LatticeLocation.parse("a.zip"))
        .hasMessageStartingWith(
            "\"a.zip\": the format of the lattices cannot be told; allowed are ark:FILE, ");
    assertThatThrownBy(() -> LatticeLocation.parse("ark,s,cs:a.ark"))
        .hasMessageStartingWith(
            "\"ark,s,cs:a.ark\": the options of this Kaldi specifier are not supported; allowed");
  }

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
    return List.of(
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

  @Test
  void damageOfATableEndsItAndIsTold() throws IOException {
    Path table = folder.resolve("a.tsv");
    String good = "u1\t1\t-1\t-2\t2\t-17\ta\n";
    Files.writeString(table, good + "u2\t2\t-1\t-2\t2\t-17\ta\n", StandardCharsets.UTF_8);
    LatticeSource source =
        LatticeSource.open(
            LatticeLocation.parse(table.toString()), new LocalLatticeFiles(), ReadSettings.DEFAULT);
    List<LatticeEntry> entries = new ArrayList<>();
    Optional<LatticeException> damage = source.readAll(entries::add);
    assertThat(entries).hasSize(1);
    assertThat(damage.orElseThrow()).hasMessage(table + ":2: rank 2 stands where 1 is due");
  }
}
