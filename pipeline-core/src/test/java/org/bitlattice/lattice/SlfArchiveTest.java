package org.bitlattice.lattice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlfArchiveTest {
  private static byte[] slf(String word) {
    String text =
        "UTTERANCE=other\nN=2 L=1\nI=0\nI=1\nJ=0 S=0 E=1 W=%s a=-1 l=-2\n".formatted(word);
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(plain);
    }
    return packed.toByteArray();
  }

  private static byte[] tar(Map<String, byte[]> entries) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (TarArchiveOutputStream out = new TarArchiveOutputStream(packed)) {
      for (Map.Entry<String, byte[]> e : entries.entrySet()) {
        TarArchiveEntry entry = new TarArchiveEntry(e.getKey());
        entry.setSize(e.getValue().length);
        out.putArchiveEntry(entry);
        out.write(e.getValue());
        out.closeArchiveEntry();
      }
    }
    return packed.toByteArray();
  }

  private static Map<String, byte[]> three() throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("lat/README", "no lattice".getBytes(StandardCharsets.UTF_8));
    entries.put("lat/a.b.slf", slf("one"));
    entries.put("lat/._a.slf", slf("hidden"));
    entries.put("lat/c.lat", slf("two"));
    entries.put("lat/d.slf.gz", gzip(slf("three")));
    return entries;
  }

  private static List<LatticeEntry> read(byte[] bytes, String file, IntPredicate owned)
      throws IOException {
    List<LatticeEntry> entries = new ArrayList<>();
    try (SlfArchive archive =
        SlfArchive.open(new ByteArrayInputStream(bytes), file, owned, ReadSettings.DEFAULT)) {
      archive.forEachRemaining(entries::add);
    }
    return entries;
  }

  private static List<String> words(List<LatticeEntry> entries) {
    return entries.stream()
        .map(
            e ->
                e.index()
                    + " "
                    + e.utterance()
                    + " "
                    + e.orThrow().utterance()
                    + " "
                    + e.orThrow().word(0))
        .toList();
  }

  @Test
  void streamsTheLatticesOfArchivesAndNamesThemByTheirFiles() throws IOException {
    byte[] tar = tar(three());
    List<String> expected = List.of("0 a.b a.b one", "1 c c two", "2 d d three");
    assertThat(words(read(tar, "x.tar", i -> true))).isEqualTo(expected);
    assertThat(words(read(gzip(tar), "x.tar.gz", i -> true))).isEqualTo(expected);
    assertThat(words(read(gzip(tar), "x.tgz", i -> true))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void readsOnlyTheEntriesThatATaskOwns(int mine) throws IOException {
    List<LatticeEntry> entries = read(gzip(tar(three())), "x.tar.gz", i -> i == mine);
    assertThat(entries).extracting(LatticeEntry::index).containsExactly(mine);
  }

  @Test
  void readsSingleLattices() throws IOException {
    assertThat(words(read(slf("one"), "dir/a.slf", i -> true))).containsExactly("0 a a one");
    assertThat(words(read(gzip(slf("one")), "dir/a.slf.gz", i -> true)))
        .containsExactly("0 a a one");
    assertThat(read(slf("one"), "dir/a.slf", i -> i == 1)).isEmpty();
  }

  @Test
  void reportsABadLatticeAndGoesOn() throws IOException {
    Map<String, byte[]> entries = three();
    entries.put("lat/c.lat", "N=2 L=1\nI=0\n".getBytes(StandardCharsets.UTF_8));
    byte[] packed = gzip(slf("three"));
    entries.put("lat/d.slf.gz", Arrays.copyOf(packed, packed.length - 12));
    entries.put("lat/e.slf", slf("four"));
    List<LatticeEntry> read = read(gzip(tar(entries)), "x.tar.gz", i -> true);
    assertThat(read).extracting(LatticeEntry::utterance).containsExactly("a.b", "c", "d", "e");
    assertThat(read.get(1).failure().orElseThrow())
        .hasMessage(
            "x.tar.gz!lat/c.lat: the header announces 2 nodes and 1 links, "
                + "but the file has 1 and 0: it is cut off");
    assertThatThrownBy(() -> read.get(2).orThrow())
        .isInstanceOf(LatticeException.class)
        .hasMessageStartingWith(
            "x.tar.gz!lat/d.slf.gz: the compressed lattice is damaged or cut off: ");
    assertThat(read.get(3).orThrow().word(0)).isEqualTo("four");
  }

  @Test
  void refusesAnArchiveThatIsCutOffAnywhere() throws IOException {
    byte[] tar = tar(three());
    int content = tar.length - 1;
    while (tar[content] == 0) {
      content--;
    }
    for (int length = 0; length < content + 512; length += 101) {
      byte[] cut = Arrays.copyOf(tar, length);
      assertThatThrownBy(() -> read(cut, "x.tar", i -> true), "length " + length)
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("x.tar: damaged or cut off");
    }
    byte[] packed = gzip(tar);
    for (int length = 2; length < packed.length; length += 7) {
      byte[] cut = Arrays.copyOf(packed, length);
      assertThatThrownBy(() -> read(cut, "x.tar.gz", i -> true), "length " + length)
          .isInstanceOfAny(UncheckedIOException.class, IOException.class)
          .hasMessageContaining("x.tar.gz: damaged or cut off");
    }
  }

  @Test
  void namesTheEntryWhereAnArchiveIsCutOff() throws IOException {
    byte[] tar = tar(three());
    byte[] cut = Arrays.copyOf(tar, 512 * 3 + 30); // README: 2 records, then a.b.slf
    assertThatThrownBy(() -> read(cut, "x.tar", i -> true))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("x.tar: damaged or cut off (at or after the entry lat/a.b.slf): ");
  }

  @Test
  void refusesASingleLatticeWhoseCheckSumIsWrong() throws IOException {
    byte[] packed = gzip(slf("one"));
    packed[packed.length - 8] ^= 1;
    assertThatThrownBy(() -> read(packed, "a.slf.gz", i -> true))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("a.slf.gz: damaged or cut off: ");
  }

  @Test
  void knowsLatticesByTheirSuffix() {
    assertThat(List.of("a.slf", "d/a.lat", "a.slf.gz", "a.lat.gz")).allMatch(SlfArchive::isLattice);
    assertThat(List.of("a.txt", "d/.a.slf", ".slf", "slf", "a.gz"))
        .noneMatch(SlfArchive::isLattice);
  }

  @Test
  void refusesALatticeThatUnpacksToMoreThanTheBound() throws IOException {
    byte[] lattice = slf("one");
    byte[] tar = tar(Map.of("big.slf.gz", gzip(lattice)));
    assertThat(bounded(tar, lattice.length).lattice()).isPresent();
    assertThat(bounded(tar, lattice.length - 1).failure().orElseThrow())
        .hasMessage(
            "x.tar!big.slf.gz: the lattice is larger than %d bytes".formatted(lattice.length - 1));
  }

  private static LatticeEntry bounded(byte[] tar, long bound) throws IOException {
    return SlfArchive.open(
            new ByteArrayInputStream(tar), "x.tar", i -> true, ReadSettings.DEFAULT, bound)
        .next();
  }
}
