package org.bitlattice.lattice;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is written is read back the same. */
class SlfWriterTest {
  /** Words that must be quoted, a node without time. */
  private static final String ODD =
      """
      VERSION=1.0
      lmscale=8.00 wdpenalty=-0.5 acscale=1.00
      start=0 end=3
      N=4 L=5
      I=0 t=0.00
      I=1 t=0.10
      I=2
      I=3 t=0.30
      J=0 S=0 E=1 W=!NULL a=-1.5 l=0
      J=1 S=0 E=2 W=\\\\'"x=#\\\\ a=-2.5 l=-1
      J=2 S=1 E=2 W=\\'n\\' a=-1 l=-2
      J=3 S=2 E=3 W=</s> a=-1 l=-0.5
      J=4 S=1 E=3 W=<sil> a=-9 l=-9
      """;

  private static Lattice read(String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return SlfReader.read(new ByteArrayInputStream(bytes), "x.slf", "u1");
  }

  @Test
  void whatIsWrittenReadsBackAsTheSameLattice() throws IOException {
    Lattice lattice = read(ODD);
    assertThat(lattice.wordTable()).containsExactly("\\'\"x=#\\", "'n'");
    StringBuilder written = new StringBuilder();
    SlfWriter.write(lattice, written);
    Lattice back = read(written.toString());
    assertThat(back.scales()).isEqualTo(lattice.scales());
    assertThat(back.wordTable()).isEqualTo(lattice.wordTable());
    assertThat(back.arcs()).isEqualTo(lattice.arcs());
    for (int arc = 0; arc < back.arcs(); arc++) {
      assertThat(back.word(arc)).isEqualTo(lattice.word(arc));
      assertThat(back.from(arc)).isEqualTo(lattice.from(arc));
      assertThat(back.to(arc)).isEqualTo(lattice.to(arc));
      assertThat(back.acousticLn(arc)).isEqualTo(lattice.acousticLn(arc));
      assertThat(back.lmLn(arc)).isEqualTo(lattice.lmLn(arc));
    }
    for (int node = 0; node < back.nodes(); node++) {
      assertThat(Float.compare(back.time(node), lattice.time(node))).isZero();
    }
  }

  @Test
  void anUtteranceMayHaveAnyName() throws IOException {
    for (String name : List.of("", "a b", "\t'x\\", "ü \"")) {
      LatticeBuilder builder = new LatticeBuilder(name, "test");
      builder.addArc(builder.addNode(Float.NaN), builder.addNode(1), null, -1, -2);
      StringBuilder written = new StringBuilder();
      SlfWriter.write(builder.build(), written);
      byte[] bytes = written.toString().getBytes(StandardCharsets.UTF_8);
      Lattice back = SlfReader.read(new ByteArrayInputStream(bytes), "x.slf", "");
      assertThat(back.utterance()).isEqualTo(name);
    }
  }
}
