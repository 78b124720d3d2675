package org.bitlattice.lattice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bitlattice.lattice.KaldiArchiveTest.GOOD;
import static org.bitlattice.lattice.KaldiArchiveTest.LATTICE;
import static org.bitlattice.lattice.KaldiArchiveTest.binary;
import static org.bitlattice.lattice.KaldiArchiveTest.bytes;
import static org.bitlattice.lattice.KaldiArchiveTest.settings;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.bitlattice.lattice.KaldiInput.Place;
import org.junit.jupiter.api.Test;

/** Positions in messages, and what the index pass makes of damaged archives. */
class KaldiPlacesTest {
  private record InMemory(Map<String, byte[]> files) implements LatticeFiles {
    @Override
    public InputStream open(String path, long offset) throws IOException {
      byte[] file = files.get(path);
      if (file == null) {
        throw new NoSuchFileException(path, null, "there is no such file or folder");
      }
      if (offset > file.length) {
        throw new EOFException("%s is shorter than %d bytes".formatted(path, offset));
      }
      return new ByteArrayInputStream(file, (int) offset, file.length - (int) offset);
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

  private static List<LatticeEntry> read(String location, Map<String, byte[]> files, int shards)
      throws IOException {
    LatticeSource source =
        LatticeSource.open(LatticeLocation.parse(location), new InMemory(files), settings());
    List<LatticeEntry> entries = new ArrayList<>();
    for (LatticeShard shard : source.shards(shards)) {
      assertThat(source.read(shard, entries::add)).isEmpty();
    }
    entries.sort(Comparator.comparingInt(LatticeEntry::index));
    return entries;
  }

  private static String text(int lattices, int wrong) {
    StringBuilder text = new StringBuilder();
    for (int u = 0; u < lattices; u++) {
      text.append(GOOD.replace("u1", "u" + u).replace("2.5,10", u == wrong ? "x,10" : "2.5,10"));
    }
    return text.toString();
  }

  @Test
  void theLineOfAWrongLatticeIsTheSameHoweverTextIsCut() throws IOException {
    for (int shards = 1; shards <= 7; shards++) {
      List<LatticeEntry> entries = read("ark,t:x.ark", Map.of("x.ark", bytes(text(7, 5))), shards);
      assertThat(entries)
          .extracting(LatticeEntry::position)
          .containsExactly(
              "line 1", "line 7", "line 13", "line 19", "line 25", "line 31", "line 37");
      assertThat(entries.get(5).failure().orElseThrow())
          .hasMessage("x.ark:33: \"x\" is not a cost");
    }
  }

  @Test
  void aScriptFileTellsBytesOfTextSinceItsLinesAreNotKnown() throws IOException {
    byte[] archive = bytes(text(3, 2));
    int second = text(1, 2).length() + 3;
    int third = text(2, 2).length() + 3;
    String script = "u1 x.ark:%d\nu2 x.ark:%d\nu3 x.ark:999\nu0 y.ark\n".formatted(second, third);
    Map<String, byte[]> files =
        Map.of("x.scp", bytes(script), "x.ark", archive, "y.ark", bytes("0\t0\nx\n\n"));
    List<LatticeEntry> entries = read("scp:x.scp", files, 2);
    assertThat(entries.get(0).orThrow().utterance()).isEqualTo("u1");
    assertThat(entries.get(0).position()).isEqualTo("byte " + second);
    assertThat(entries.get(1).failure().orElseThrow())
        .hasMessage(
            "x.ark: at byte %d: \"x\" is not a cost"
                .formatted(third + "\n0\t1\t1\t1.5,20,3_4_4\n".length()));
    assertThat(entries.get(2).failure().orElseThrow())
        .hasMessage("x.scp:3: cannot read x.ark: x.ark is shorter than 999 bytes");
    assertThat(entries.get(3).failure().orElseThrow())
        .hasMessage("y.ark:1: \"0\" is not a weight: allowed is graph,acoustic,id_id_...");
  }

  @Test
  void aScriptFileAlsoNamesWholeFilesAndMarkedLattices() throws IOException {
    byte[] lattice = binary(GOOD);
    byte[] marked = new byte[lattice.length - 1];
    System.arraycopy(lattice, 3, marked, 2, lattice.length - 3);
    marked[1] = 'B';
    Map<String, byte[]> files =
        Map.of(
            "x.scp",
            bytes("a m.lat\nb t.lat\nc e.lat\nd k.lat:3\n"),
            "m.lat",
            marked,
            "t.lat",
            bytes(GOOD.substring(3)),
            "e.lat",
            new byte[0],
            "k.lat",
            lattice);
    List<LatticeEntry> entries = read("x.scp", files, 1);
    for (int i : new int[] {0, 1, 3}) {
      assertThat(BestPath.of(entries.get(i).orThrow(), PathScales.UNSCALED).words())
          .containsExactly("no");
    }
    assertThat(entries.get(2).failure().orElseThrow())
        .hasMessage(
            "e.lat: at byte 0: damaged or cut off in utterance c: the file ends where a lattice should begin");
  }

  @Test
  void whatIsNeitherBinaryNorTextIsDamage() throws IOException {
    byte[] good = binary(GOOD);
    for (byte wrong : new byte[] {0, 1, 'X', (byte) 0xd7, (byte) 0xff}) {
      byte[] bytes = binary(GOOD + GOOD.replace("u1", "u2"));
      bytes[good.length + 3] = wrong;
      KaldiArchiveTest.Read read = KaldiArchiveTest.read(bytes);
      assertThat(read.entries).hasSize(1);
      assertThat(read.damage.orElseThrow())
          .hasMessage(
              "x.ark: at byte %d: utterance u2: what begins here is neither a binary nor a text lattice"
                  .formatted(good.length + 3));
    }
  }

  /** What an index pass passes over is what reading meets, in damaged archives too. */
  @Property(tries = 2000)
  void theIndexPassMeetsTheSameLatticesAsReading(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    byte[] archive = damaged(random);
    List<Long> read = new ArrayList<>();
    List<Long> skipped = new ArrayList<>();
    InputStream in = new ByteArrayInputStream(archive);
    Optional<LatticeException> damage;
    try (KaldiArchive reading = KaldiArchive.openAt(in, "x", Place.BEGINNING)) {
      for (Optional<KaldiArchive.Entry> e = reading.next(); e.isPresent(); e = reading.next()) {
        read.add(e.get().keyOffset());
      }
      damage = reading.damage();
    }
    in.reset();
    try (KaldiArchive skipping = KaldiArchive.openAt(in, "x", Place.BEGINNING)) {
      for (Optional<Place> p = skipping.skip(); p.isPresent(); p = skipping.skip()) {
        skipped.add(p.get().offset());
      }
      assertThat(skipping.damage().isPresent()).isEqualTo(damage.isPresent());
    }
    assertThat(skipped).isEqualTo(read);
  }

  private static byte[] damaged(Random random) throws IOException {
    String text =
        IntStream.range(0, 4)
            .mapToObj(u -> (random.nextBoolean() ? GOOD : LATTICE).replace("u1", "u" + u))
            .reduce("", String::concat);
    byte[] archive = random.nextBoolean() ? bytes(text) : binary(text);
    for (int times = random.nextInt(4); times > 0; times--) {
      byte[] values = " \n\0\u00d6B019,_\t\u00ff".getBytes(StandardCharsets.ISO_8859_1);
      archive[random.nextInt(archive.length)] =
          random.nextBoolean() ? values[random.nextInt(values.length)] : (byte) random.nextInt(256);
    }
    return archive;
  }
}
