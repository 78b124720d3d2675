package org.bitlattice.lattice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KaldiArchiveTest {
  private static final String WORDS = "<eps> 0\nyes 1\nno 2\n";
  private static final String GOOD =
      """
      u1\s
      0\t1\t1\t1.5,20,3_4_4
      0\t1\t2\t2.5,10,
      1\t2\t0
      2\t0.5,0,7

      """;
  private static final String LATTICE =
      """
      u1\s
      0\t1\t3\t1\t1.5,20
      1\t2\t4\t0
      2

      """;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] binary(String text) throws IOException {
    return AmiKaldiTest.rewritten(bytes(text), "x.ark", KaldiArchiveWriter.Form.BINARY);
  }

  private static ReadSettings settings() throws IOException {
    return ReadSettings.DEFAULT.withWords(
        WordSymbols.read(new ByteArrayInputStream(bytes(WORDS)), "words.txt"));
  }

  private static final class Read {
    private final List<KaldiArchive.Entry> entries = new ArrayList<>();
    private Optional<LatticeException> damage = Optional.empty();
  }

  private static Read read(byte[] archive) throws IOException {
    Read read = new Read();
    try (KaldiArchive in = KaldiArchive.open(new ByteArrayInputStream(archive), "x.ark")) {
      for (Optional<KaldiArchive.Entry> e = in.next(); e.isPresent(); e = in.next()) {
        read.entries.add(e.get());
      }
      read.damage = in.damage();
    }
    return read;
  }

  private static Lattice lattice(String text) throws IOException {
    return read(bytes(text)).entries.get(0).orThrow().lattice("u1", "x.ark", settings());
  }

  private static void refused(String text, String message) {
    assertThatThrownBy(() -> lattice(text))
        .isInstanceOf(LatticeException.class)
        .hasMessage(message);
  }

  @Test
  void costsAreNegativeScoresAndFinalWeightsAnArcIntoTheEnd() throws IOException {
    Lattice lattice = lattice(GOOD);
    assertThat(lattice.arcs()).isEqualTo(4);
    assertThat(lattice.word(0)).isEqualTo("yes");
    assertThat(lattice.acousticLn(0)).isEqualTo(-20);
    assertThat(lattice.lmLn(0)).isEqualTo(-1.5);
    assertThat(lattice.word(2)).isNull();
    LatticePath best = BestPath.of(lattice, PathScales.UNSCALED);
    assertThat(best.words()).containsExactly("no");
    assertThat(best.lmLn()).isEqualTo(-3);
  }

  @Test
  void bothTypesSurviveBothForms() throws IOException {
    for (String text : List.of(GOOD, LATTICE)) {
      byte[] binary = binary(text);
      assertThat(
              new String(
                  AmiKaldiTest.rewritten(binary, "x", KaldiArchiveWriter.Form.TEXT),
                  StandardCharsets.UTF_8))
          .isEqualTo(text);
      assertThat(AmiKaldiTest.rewritten(binary, "x", KaldiArchiveWriter.Form.BINARY))
          .isEqualTo(binary);
    }
    assertThat(read(bytes(LATTICE)).entries.get(0).orThrow().kind())
        .isEqualTo(KaldiLattice.Kind.LATTICE);
    assertThat(lattice(LATTICE).word(0)).isEqualTo("yes");
  }

  @ParameterizedTest
  @CsvSource({
    "1.5, 1.5",
    "0.0001, 0.0001",
    "0.00001, 1e-05",
    "123456.4, 123456",
    "1234567, 1.23457e+06",
    "-0.000012345678, -1.23457e-05",
    "100000, 100000",
    "1e10, 1e+10",
    "3.4028235e38, 3.40282e+38",
    "1e-45, 1.4013e-45",
    "0, 0",
    "-0.0, -0",
    "Infinity, Infinity",
    "0.5000006, 0.500001",
    "9999995, 1e+07"
  })
  void numbersAreWrittenAsCppDoes(float value, String written) {
    assertThat(SixDigits.written(value)).isEqualTo(written);
  }

  @Test
  void badLatticesAreRefusedWithTheirLine() {
    refused(GOOD.replace("1.5,20", "NaN,20"), "x.ark:2: \"NaN\" is not a cost");
    refused(
        GOOD.replace("1.5,20", "-Infinity,20"),
        "x.ark:2: a weight has the graph cost -Infinity and the acoustic cost 20.0: costs are finite numbers, or +Infinity for what is impossible");
    refused(
        GOOD.replace("1\t2\t0", "1\t7\t0"),
        "x.ark:6: an arc leads to state 7, which has no line of its own");
    refused(
        GOOD.replace("2.5,10,", "2.5"),
        "x.ark:3: \"2.5\" is not a weight: allowed is graph,acoustic,id_id_...");
    refused(
        GOOD.replace("3_4_4", "3_x"),
        "x.ark:2: \"x\" is not a transition id: transition ids are whole numbers from 0 on");
    refused(
        GOOD.replace("0\t1\t1\t1.5", "99999999\t1\t1\t1.5"),
        "x.ark:2: the state 99999999 is out of all proportion to the lines before it");
    refused(
        GOOD.replace("1\t2\t0\n", "1\t2\t0\n1\t0\t2\t0,0,\n"),
        "x.ark: the links form a cycle: node 1 -> node 0 -> node 1; a lattice must be acyclic");
    refused(
        GOOD.replace("2\t0.5,0,7\n", "2\tInfinity,Infinity,\n"),
        "x.ark: the lattice has no final state");
    refused(
        GOOD.replace("0\t1\t1\t", "0\t1\t3\t"),
        "x.ark: the word id 3 is not in the symbol table, which has 3 words");
    refused("u1 \n\n", "x.ark: the lattice is empty: it has no start state");
  }

  @Test
  void impossibleArcsAreLeftOut() throws IOException {
    Lattice lattice = lattice(GOOD.replace("2.5,10", "Infinity,10"));
    assertThat(BestPath.of(lattice, PathScales.UNSCALED).words()).containsExactly("yes");
    refused(
        GOOD.replace("2.5,10", "Infinity,10").replace("1.5,20", "Infinity,20"),
        "x.ark: the final node 3 cannot be reached from the start node");
  }

  @Test
  void aBadTextLatticeCostsItselfAlone() throws IOException {
    Read read = read(bytes(GOOD.replace("1.5,20", "x,20") + GOOD.replace("u1", "u2")));
    assertThat(read.entries).extracting(KaldiArchive.Entry::utterance).containsExactly("u1", "u2");
    assertThat(read.entries.get(0).failure().orElseThrow())
        .hasMessage("x.ark:2: \"x\" is not a cost");
    assertThat(read.entries.get(0).failure().orElseThrow().position()).isEqualTo("line 2");
    assertThat(read.entries.get(1).lattice()).isPresent();
    assertThat(read.damage).isEmpty();
  }

  @Test
  void aSenselessBinaryLatticeCostsItselfAlone() throws IOException {
    byte[] first = binary(GOOD);
    byte[] second = binary(GOOD.replace("u1", "u2"));
    // The next state of the first arc, after its weight of 8 + 4 + 12 bytes.
    int at = 3 + 4 + 10 + 20 + 4 + 4 + 8 + 8 + 8 + 8 + 12 + 8 + 8 + 24;
    assertThat(first[at]).isEqualTo((byte) 1);
    first[at] = 77;
    Read read = read(joined(first, second));
    assertThat(read.entries.get(0).failure().orElseThrow())
        .hasMessage(
            "x.ark: at byte %d: an arc leads from state 0 to state 77, but the states are 0 to 2"
                .formatted(at + 4));
    assertThat(read.entries.get(1).lattice()).isPresent();
    assertThat(read.damage).isEmpty();
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  @Test
  void aBrokenBinaryLatticeIsDamage() throws IOException {
    byte[] both = joined(binary(GOOD), binary(GOOD.replace("u1", "u2")));
    Read cut = read(Arrays.copyOf(both, both.length - 5));
    assertThat(cut.entries).hasSize(1);
    assertThat(cut.damage.orElseThrow())
        .hasMessage(
            "x.ark: at byte %d: damaged or cut off in utterance u2: the file ends within a binary lattice"
                .formatted(both.length - 5));
    byte[] huge = binary(GOOD);
    int count = 3 + 4 + 10 + 20 + 4 + 4 + 8 + 8 + 8 + 8 + 12;
    Arrays.fill(huge, count, count + 7, (byte) 0xff);
    assertThat(read(huge).damage.orElseThrow().getMessage())
        .startsWith("x.ark: at byte " + (count + 8) + ": utterance u1: ")
        .endsWith(" arcs are not possible: allowed are 0 to 500000000");
    byte[] other = binary(GOOD);
    other[3 + 4 + 10 + 4] = 'k';
    assertThat(read(other).damage.orElseThrow())
        .hasMessage(
            "x.ark: at byte 37: utterance u1: a machine of type vector with arcs of type kompactlattice44 is not supported: allowed are vector with compactlattice44 or lattice4");
  }

  @Test
  void aCutOffCompressedArchiveKeepsWhatCameBefore() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int u = 0; u < 2000; u++) {
      text.append(GOOD.replace("u1", "u" + u).replace("1.5", u + ".25"));
    }
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes(text.toString()));
    }
    Read read = read(Arrays.copyOf(packed.toByteArray(), packed.size() / 2));
    assertThat(read.entries).hasSizeBetween(10, 1999).allMatch(e -> e.lattice().isPresent());
    assertThat(read.damage.orElseThrow().getMessage())
        .contains("damaged or cut off", "Unexpected end of ZLIB input stream");
  }

  @Test
  void whatIsNoArchiveIsDamageAtItsBeginning() throws IOException {
    byte[] noise = new byte[10_000];
    Arrays.fill(noise, (byte) 'x');
    assertThat(read(noise).damage.orElseThrow())
        .hasMessage(
            "x.ark: at byte 0: there is no utterance name of at most 4096 bytes: this is not a Kaldi archive, or the lattice before is damaged");
    assertThat(read(new byte[0]).entries).isEmpty();
  }

  @Test
  void aScriptFileNamesLatticesByTheirPlaces() throws IOException {
    String text = "a d/x.ark:17\n\nb d:e/y.ark\n";
    assertThat(ScpFile.read(new ByteArrayInputStream(bytes(text)), "x.scp"))
        .containsExactly(
            new ScpFile.Entry("a", "d/x.ark", 17, 1), new ScpFile.Entry("b", "d:e/y.ark", 0, 3));
    scriptRefused("a", "x.scp:1: \"a\" is not an utterance and its file");
    scriptRefused(
        "a gunzip -c x.gz |",
        "x.scp:1: \"gunzip -c x.gz |\" is a command; commands are not supported, and never run");
    scriptRefused(
        "a x.ark:7[0:3]",
        "x.scp:1: \"x.ark:7[0:3]\" has a range; ranges cut matrices, a lattice is read whole");
  }

  private static void scriptRefused(String text, String message) {
    assertThatThrownBy(() -> ScpFile.read(new ByteArrayInputStream(bytes(text)), "x.scp"))
        .isInstanceOf(LatticeException.class)
        .hasMessage(message);
  }

  @Test
  void symbolTablesAreCheckedAndGrow() throws IOException {
    WordSymbols symbols = settings().words();
    assertThat(symbols.id("no")).isEqualTo(2);
    assertThat(symbols.id("maybe")).isEqualTo(-1);
    assertThat(symbols.word(3)).isNull();
    tableRefused("a 1\nb x\n", "words.txt:2: \"b x\" is not a word and its id from 0 to 50000000");
    tableRefused("a 1\nb 1\n", "words.txt:2: the id 1 stands in line 1 already");
    tableRefused("a 1\na 2\n", "words.txt:2: the word \"a\" stands in the table twice");
    tableRefused("", "words.txt: the symbol table is empty");
    WordSymbols growing = WordSymbols.growing();
    assertThat(growing.id("b")).isEqualTo(1);
    assertThat(growing.id("a")).isEqualTo(2);
    assertThat(growing.id("b")).isEqualTo(1);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    growing.write(out);
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("<eps> 0\nb 1\na 2\n");
  }

  private static void tableRefused(String text, String message) {
    assertThatThrownBy(() -> WordSymbols.read(new ByteArrayInputStream(bytes(text)), "words.txt"))
        .isInstanceOf(LatticeException.class)
        .hasMessage(message);
  }
}
