package org.bitlattice.lattice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("real-data")
class AmiKaldiTest {
  private static final PathScales LM_WEIGHT_10 = new PathScales(0.1, 1, 0);

  static byte[] rewritten(byte[] archive, String file, KaldiArchiveWriter.Form form)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (KaldiArchive in = KaldiArchive.open(new ByteArrayInputStream(archive), file);
        KaldiArchiveWriter writer = new KaldiArchiveWriter(out, form)) {
      for (Optional<KaldiArchive.Entry> e = in.next(); e.isPresent(); e = in.next()) {
        writer.write(e.get().utterance(), e.get().orThrow());
      }
      assertThat(in.damage()).isEmpty();
    }
    return out.toByteArray();
  }

  private static byte[] bytes(String name) throws IOException {
    try (InputStream in = AmiData.open(name)) {
      return in.readAllBytes();
    }
  }

  @Test
  void theBinaryArchiveGivesKaldisOwnText() throws IOException {
    byte[] binary = bytes("ami/lattices/dev.kaldi.ark");
    assertThat(rewritten(binary, "dev", KaldiArchiveWriter.Form.TEXT))
        .isEqualTo(bytes("ami/lattices/dev.kaldi.txt.gz"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ami/lattices/dev.kaldi.ark", "formats/kgraph/lat.1"})
  void aBinaryArchiveIsCopiedToTheByte(String name) throws IOException {
    byte[] binary = bytes(name);
    assertThat(rewritten(binary, name, KaldiArchiveWriter.Form.BINARY)).isEqualTo(binary);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ami/lattices/eval.kaldi.txt.gz",
        "ami/mini/det.txt",
        "formats/kgraph/lat.txt",
        "formats/kgraph/nbest.txt"
      })
  void textSurvivesTheWayThroughBinary(String name) throws IOException {
    byte[] text = bytes(name);
    byte[] binary = rewritten(text, name, KaldiArchiveWriter.Form.BINARY);
    assertThat(
            new String(
                rewritten(binary, name, KaldiArchiveWriter.Form.TEXT), StandardCharsets.UTF_8))
        .isEqualTo(new String(text, StandardCharsets.UTF_8));
  }

  @Test
  void textBecomesKaldisOwnBinaryButForDigitsThatTextLacks() throws IOException {
    byte[] kaldi = bytes("ami/lattices/dev.kaldi.ark");
    byte[] ours =
        rewritten(bytes("ami/lattices/dev.kaldi.txt.gz"), "dev", KaldiArchiveWriter.Form.BINARY);
    assertThat(ours).hasSameSizeAs(kaldi);
    // Without costs, which have six digits in text, everything is equal: header, properties,
    // labels.
    List<byte[]> expected = skeletons(kaldi);
    List<byte[]> found = skeletons(ours);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(found.get(i)).as("lattice " + i).isEqualTo(expected.get(i));
    }
  }

  /** The lattices in binary form with all costs but 0 and infinite ones set to 1. */
  private static List<byte[]> skeletons(byte[] archive) throws IOException {
    List<byte[]> skeletons = new ArrayList<>();
    try (KaldiArchive in = KaldiArchive.open(new ByteArrayInputStream(archive), "x")) {
      for (Optional<KaldiArchive.Entry> e = in.next(); e.isPresent(); e = in.next()) {
        KaldiLattice lattice = e.get().orThrow();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        LittleEndianOutput numbers = new LittleEndianOutput(out);
        numbers.int64(
            lattice.properties() != 0 ? lattice.properties() : KaldiProperties.of(lattice));
        numbers.int32(lattice.start());
        for (int state = 0; state < lattice.states(); state++) {
          numbers.int32(lattice.firstArc(state));
          numbers.int32(lattice.isFinal(state) ? 1 : 0);
        }
        for (int arc = 0; arc < lattice.arcs(); arc++) {
          numbers.int32(lattice.inputLabel(arc));
          numbers.int32(lattice.nextState(arc));
        }
        skeletons.add(out.toByteArray());
      }
    }
    return skeletons;
  }

  @Test
  void theIndexPassFindsWhatReadingFinds() throws IOException {
    LatticeFiles files = new LocalLatticeFiles();
    LatticeLocation location =
        new LatticeLocation(
            LatticeLocation.Kind.KALDI_ARCHIVE,
            AmiData.file("ami/lattices/dev.kaldi.ark").toString());
    LatticeSource source = LatticeSource.open(location, files, settings("ami/lattices/words.txt"));
    List<LatticeEntry> all = new ArrayList<>();
    assertThat(source.readAll(all::add)).isEmpty();
    List<LatticeEntry> cut = new ArrayList<>();
    List<LatticeShard> shards = source.shards(7);
    assertThat(shards).hasSize(7).allMatch(shard -> shard instanceof LatticeShard.Run);
    for (LatticeShard shard : shards) {
      assertThat(source.read(shard, cut::add)).isEmpty();
    }
    assertThat(cut).hasSize(600);
    for (int i = 0; i < all.size(); i++) {
      assertThat(cut.get(i).index()).isEqualTo(i);
      assertThat(cut.get(i).utterance()).isEqualTo(all.get(i).utterance());
      assertThat(cut.get(i).position()).isEqualTo(all.get(i).position());
      assertThat(cut.get(i).orThrow().arcs()).isEqualTo(all.get(i).orThrow().arcs());
    }
  }

  static ReadSettings settings(String words) throws IOException {
    try (InputStream in = Files.newInputStream(AmiData.file(words))) {
      return ReadSettings.DEFAULT.withWords(WordSymbols.read(in, words));
    }
  }

  /** Of the largest set every lattice is read, and every fifth one compared. */
  @ParameterizedTest
  @ValueSource(strings = {"dev", "eval", "evalmore"})
  void bestPathsAreThoseOfKaldi(String set) throws IOException {
    Map<String, String[]> expected = new HashMap<>();
    String table = "ami/expected/%s.kaldi-bestpath.lmwt10.tsv.gz".formatted(set);
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(AmiData.open(table), StandardCharsets.UTF_8))) {
      lines.lines().skip(1).map(line -> line.split("\t", -1)).forEach(c -> expected.put(c[0], c));
    }
    String archive = AmiData.file("ami/lattices/%s.kaldi.txt.gz".formatted(set)).toString();
    LatticeSource source =
        LatticeSource.open(
            LatticeLocation.parse("ark:" + archive),
            new LocalLatticeFiles(),
            settings("ami/lattices/words.txt"));
    int[] read = {0};
    assertThat(
            source.readAll(
                entry -> {
                  if (read[0]++ % (set.equals("evalmore") ? 5 : 1) == 0) {
                    compare(entry.orThrow(), expected.get(entry.utterance()));
                  }
                }))
        .isEmpty();
    assertThat(read[0]).isEqualTo(expected.size());
  }

  private static void compare(Lattice lattice, String[] expected) {
    LatticePath path = BestPath.of(lattice, LM_WEIGHT_10);
    assertThat(String.join(" ", path.words())).isEqualTo(expected[4]);
    assertThat(-path.lmLn()).isCloseTo(Double.parseDouble(expected[1]), within(1e-3));
    assertThat(-0.1 * path.acousticLn()).isCloseTo(Double.parseDouble(expected[2]), within(1e-3));
    assertThat(-path.total()).isCloseTo(Double.parseDouble(expected[3]), within(1e-3));
    assertThat(NBest.of(lattice, LM_WEIGHT_10, 1).get(0).total())
        .isCloseTo(path.total(), within(1e-9 * Math.abs(path.total())));
  }
}
