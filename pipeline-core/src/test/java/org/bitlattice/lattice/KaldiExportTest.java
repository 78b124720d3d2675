package org.bitlattice.lattice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** From lattices to Kaldi's and back. */
class KaldiExportTest {
  private static List<LatticePath> paths(Lattice lattice) {
    return RandomLattices.paths(lattice).stream()
        .map(path -> RandomLattices.scored(lattice, PathScales.UNSCALED, path))
        .sorted((a, b) -> a.toString().compareTo(b.toString()))
        .toList();
  }

  /** Scores are multiples of a quarter, which a cost of Kaldi holds exactly. */
  @Property(tries = 1000)
  void everyPathKeepsWordsAndScores(@ForAll long seed) throws IOException {
    Lattice lattice = RandomLattices.lattice(new Random(seed));
    WordSymbols symbols = WordSymbols.growing();
    KaldiLattice kaldi = KaldiLattice.of(lattice, symbols);

    assertThat(kaldi.start()).isZero();
    ReadSettings settings = ReadSettings.DEFAULT.withWords(symbols);
    assertThat(paths(kaldi.lattice("random", "test", settings))).isEqualTo(paths(lattice));
    for (KaldiArchiveWriter.Form form : KaldiArchiveWriter.Form.values()) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (KaldiArchiveWriter writer = new KaldiArchiveWriter(out, form)) {
        writer.write("random", kaldi);
      }
      ByteArrayInputStream in = new ByteArrayInputStream(out.toByteArray());
      KaldiLattice read = KaldiArchive.open(in, "test").next().orElseThrow().orThrow();
      assertThat(paths(read.lattice("random", "test", settings))).isEqualTo(paths(lattice));
    }
  }

  private static Lattice small() {
    LatticeBuilder builder = new LatticeBuilder("u1", "test");
    for (int node = 0; node < 3; node++) {
      builder.addNode(Float.NaN);
    }
    builder.addArc(0, 1, "a", -2.5, 0);
    builder.addArc(1, 2, "b", -1, -3);
    builder.addArc(1, 2, null, -4, -0.5);
    return builder.build();
  }

  @Test
  void anArcWithoutWordIntoTheEndBecomesAFinalWeight() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (KaldiArchiveWriter writer = new KaldiArchiveWriter(out, KaldiArchiveWriter.Form.TEXT)) {
      writer.write("u1", KaldiLattice.of(small(), WordSymbols.growing()));
    }
    assertThat(out.toString(StandardCharsets.UTF_8))
        .isEqualTo("u1 \n0\t1\t1\t0,2.5,\n1\t2\t2\t3,1,\n1\t0.5,4,\n2\n\n");
  }

  @Test
  void aWordThatTheSymbolTableLacksIsNamed() throws IOException {
    byte[] table = "<eps> 0\na 1\n".getBytes(StandardCharsets.UTF_8);
    WordSymbols symbols = WordSymbols.read(new ByteArrayInputStream(table), "words.txt");
    assertThatExceptionOfType(LatticeException.class)
        .isThrownBy(() -> KaldiLattice.of(small(), symbols))
        .withMessage("utterance u1: the word \"b\" is not in the symbol table, which has 2 words");
  }

  @Test
  void aScoreBeyondTheRangeOfCostsIsRefused() {
    assertThatExceptionOfType(LatticeException.class)
        .isThrownBy(() -> LatticeScaling.applied(small(), new PathScales(1e39, 1, 0)))
        .withMessageEndingWith(" and 0.0: scores must be finite, and within what 32 bits hold");
  }
}
