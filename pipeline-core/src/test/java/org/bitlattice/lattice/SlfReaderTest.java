package org.bitlattice.lattice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SlfReaderTest {
  private static final Offset<Double> CLOSE = within(1e-12);

  private static final String GOOD =
      """
      VERSION=1.0
      UTTERANCE=u1
      lmscale=8.00 wdpenalty=-0.5 acscale=1.00
      start=0 end=3
      N=4 L=5
      I=0 t=0.00
      I=1 t=0.10
      I=2 t=0.20
      I=3 t=0.30
      J=0 S=0 E=1 W=!NULL a=-1.5 l=0
      J=1 S=0 E=2 W=yes a=-2.5 l=-1
      J=2 S=1 E=2 W=no(2) a=-1 l=-2
      J=3 S=2 E=3 W=</s> a=-1 l=-0.5
      J=4 S=1 E=3 W=<sil> a=-9 l=-9
      """;

  private static Lattice read(String text) {
    try {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return SlfReader.read(new ByteArrayInputStream(bytes), "x.slf", "u1");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void refused(String good, String bad, String message) {
    assertThat(GOOD).contains(good);
    assertThatThrownBy(() -> read(GOOD.replace(good, bad)))
        .isInstanceOf(LatticeException.class)
        .hasMessage(message);
  }

  @Test
  void readsWordsScoresTimesAndScales() {
    Lattice lattice = read(GOOD);
    assertThat(lattice.utterance()).isEqualTo("u1");
    assertThat(lattice.nodes()).isEqualTo(4);
    assertThat(lattice.arcs()).isEqualTo(5);
    assertThat(lattice.time(lattice.end())).isEqualTo(0.3f);
    assertThat(lattice.scales()).isEqualTo(new PathScales(1, 8, -0.5));
    assertThat(lattice.wordTable()).containsExactly("yes", "no");
    assertThat(NBest.of(lattice, PathScales.UNSCALED, 9))
        .containsExactly(
            new LatticePath(List.of("yes"), -3.5, -1.5, -5.0),
            new LatticePath(List.of("no"), -3.5, -2.5, -6.0),
            new LatticePath(List.of(), -10.5, -9, -19.5));
  }

  @Test
  void takesTheOnlyNodesWithoutPredecessorAndSuccessorAsEnds() {
    Lattice lattice = read(GOOD.replace("start=0 end=3\n", ""));
    assertThat(lattice.start()).isZero();
    assertThat(lattice.end()).isEqualTo(3);
  }

  @Test
  void convertsScoresAndPenaltyFromTheBaseOfTheHeader() {
    Lattice lattice = read(GOOD.replace("N=4", "base=10 N=4"));
    assertThat(lattice.acousticLn(0)).isCloseTo(-1.5 * Math.log(10), CLOSE);
    assertThat(lattice.lmLn(1)).isCloseTo(-Math.log(10), CLOSE);
    assertThat(lattice.scales().wordInsertion()).isCloseTo(-0.5 * Math.log(10), CLOSE);
  }

  @Test
  void readsPlainProbabilitiesWithBaseZero() {
    String text =
        GOOD.replace("N=4", "base=0 N=4")
            .replace("wdpenalty=-0.5", "wdpenalty=0.65")
            .replaceAll("a=\\S+ l=\\S+", "a=0.25 l=0.5");
    Lattice lattice = read(text);
    assertThat(lattice.acousticLn(0)).isCloseTo(Math.log(0.25), CLOSE);
    assertThat(lattice.lmLn(0)).isCloseTo(Math.log(0.5), CLOSE);
    assertThat(lattice.scales().wordInsertion()).isCloseTo(Math.log(0.65), CLOSE);
  }

  @Test
  void givesAWordOnANodeToTheLinksThatEnterItAndKeepsTheStartWord() {
    Lattice lattice =
        read(
            """
            N=3 L=2
            I=0 W=oh
            I=1 W=hello v=2
            I=2 W=world
            J=0 S=0 E=1 a=-1
            J=1 S=1 E=2 a=-2
            """);
    assertThat(NBest.of(lattice, PathScales.UNSCALED, 2))
        .containsExactly(new LatticePath(List.of("oh", "hello", "world"), -3, 0, -3));
  }

  @Test
  void keepsApostrophesAndResolvesQuotesAndEscapes() {
    Lattice lattice =
        read(
            """
            N=5 L=4
            I=0
            I=1 W='cause
            I=2 W="don't"
            I=3 W=\\'em
            I=4 W=caf\\303\\251
            J=0 S=0 E=1
            J=1 S=1 E=2
            J=2 S=2 E=3
            J=3 S=3 E=4
            """);
    assertThat(lattice.wordTable()).containsExactly("'cause", "don't", "'em", "café");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "!NULL",
        "<s>",
        "</s>",
        "!SENT_START",
        "!SENT_END",
        "<sil>",
        "[NOISE]",
        "++UH++",
        "<sil>(2)"
      })
  void readsBoundariesAndFillersAsArcsWithoutWord(String label) {
    assertThat(WordLabels.DEFAULT.word(label)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "read(2), read",
    "<unk>, <unk>",
    "(2), (2)",
    "f(x), f(x)",
    "a(), a()",
    "c++, c++",
    "[, [",
    "word(12), word"
  })
  void readsOtherLabelsAsWordsWithoutTheirVariant(String label, String word) {
    assertThat(WordLabels.DEFAULT.word(label)).isEqualTo(word);
  }

  @Test
  void refusesAFileThatIsCutOffAfterAnyLine() {
    for (int end = GOOD.lastIndexOf('\n', GOOD.length() - 2);
        end > 0;
        end = GOOD.lastIndexOf('\n', end - 1)) {
      String cut = GOOD.substring(0, end);
      assertThatThrownBy(() -> read(cut), cut)
          .isInstanceOf(LatticeException.class)
          .hasMessageStartingWith("x.slf")
          .hasMessageContaining("cut off");
    }
    assertThatThrownBy(() -> read("")).isInstanceOf(LatticeException.class);
  }

  /** A number that is cut off is a number still: only the line feed tells. */
  @Test
  void refusesALastLineThatIsCutOffAnywhere() {
    String last = "J=4 S=1 E=3 W=<sil> a=-9 l=-9\n";
    for (int kept = 1; kept < last.length(); kept++) {
      refused(
          last,
          last.substring(0, kept),
          "x.slf:14: the file ends within this line: it is cut off, or lacks the line feed at its end");
    }
  }

  @Test
  void aLinkWithoutScoresHasTheScoreZero() {
    Lattice lattice = read(GOOD.replace("W=<sil> a=-9 l=-9", "W=<sil>"));
    int arc = lattice.arcs() - 1;
    while (lattice.acousticLn(arc) != 0) {
      arc--;
    }
    assertThat(lattice.word(arc)).isNull();
    assertThat(lattice.lmLn(arc)).isZero();
  }

  @Test
  void refusesWordsThatNoTranscriptCanHold() {
    refused(
        "W=yes", "W=y\\040s", "x.slf:11: W=y\\040s has white space or a control character in it");
    refused("W=yes", "W=y\\351s", "x.slf:11: the escapes of W=y\\351s do not spell text in UTF-8");
  }

  @Test
  void refusesNumbersThatCannotBeSummed() {
    refused("t=0.10", "t=1e39", "x.slf:7: t=1e39 is beyond what 32 bits hold");
    refused("a=-2.5", "a=0x1p3", "x.slf:11: a=0x1p3 is not a finite number");
    refused(
        "a=-2.5",
        "a=-1e39",
        "x.slf: the arc from node 0 to node 2 has the scores -1.0E39 and -1.0: scores must be finite, and within what 32 bits hold");
    refused(
        "lmscale=8.00",
        "lmscale=1e10",
        "x.slf:3: lmscale=1.0E10 is not possible: scales are numbers from 0 to 1000000000");
    refused(
        "wdpenalty=-0.5",
        "wdpenalty=-1e9 base=10",
        "x.slf: wdpenalty=-1.0E9 is not possible: its natural logarithm may be 1000000000 at most, in size");
  }

  @Test
  void namesLineAndValueOfBadNumbers() {
    refused("a=-2.5", "a=NaN", "x.slf:11: a=NaN is not a finite number");
    refused("a=-2.5", "a=-inf", "x.slf:11: a=-inf is not a finite number");
    refused("l=-0.5", "l=-Infinity", "x.slf:13: l=-Infinity is not a finite number");
    refused("a=-2.5", "a=-1e999", "x.slf:11: a=-1e999 is not a finite number");
    refused("a=-2.5", "a=1d", "x.slf:11: a=1d is not a finite number");
    refused("a=-2.5", "a=", "x.slf:11: a= is not a finite number");
    refused("t=0.10", "t=x", "x.slf:7: t=x is not a finite number");
    refused("N=4", "N=-4", "x.slf:5: N=-4 is not a count of 1 to 50000000");
    refused("N=4", "N=4000000000", "x.slf:5: N=4000000000 is not a count of 1 to 50000000");
    refused(
        "N=4",
        "N=4 base=1",
        "x.slf:5: base=1.0 is not possible: allowed are 0 (plain probabilities) and numbers above"
            + " 1");
    refused(
        "acscale=1.00",
        "acscale=-1",
        "x.slf:3: acscale=-1.0 is not possible: scales are numbers from 0 to 1000000000");
    refused(
        "N=4",
        "N=4 base=0",
        "x.slf:10: a=-1.5 is not possible: with base=0 scores are probabilities, which must be"
            + " above 0");
  }

  @Test
  void namesLineOfNodesAndLinksThatDoNotFit() {
    refused("E=2 W=yes", "E=4 W=yes", "x.slf:11: E=4 is not possible: nodes are numbered 0 to 3");
    refused("E=2 W=yes", "E=-1 W=yes", "x.slf:11: E=-1 is not possible: nodes are numbered 0 to 3");
    refused("I=3", "I=9", "x.slf:9: I=9 is not possible: nodes are numbered 0 to 3");
    refused("I=3", "I=2", "x.slf:9: node 2 stands in line 8 already");
    refused("J=4", "J=3", "x.slf:14: link 3 stands in the file twice");
    refused("J=4", "J=5", "x.slf:14: J=5 is not possible: links are numbered 0 to 4");
    refused(
        "end=3", "end=4", "x.slf:6: start=0 or end=4 is not possible: nodes are numbered 0 to 3");
    refused(
        "N=4 L=5\n",
        "",
        "x.slf:5: the header must give the number of nodes (N=) and links (L=) first");
    refused(
        "N=4 L=5",
        "N=5 L=5",
        "x.slf: the header announces 5 nodes and 5 links, but the file has 4 and 5: it is cut off");
    refused(
        "J=4",
        "lmscale=2\nJ=4",
        "x.slf:14: lmscale= stands after the first node or link: "
            + "one file holds one lattice, header first");
  }

  @Test
  void refusesGraphsThatAreNoLattice() {
    refused(
        "S=1 E=3 W=<sil>",
        "S=2 E=1 W=<sil>",
        "x.slf: the links form a cycle: node 1 -> node 2 -> node 1; a lattice must be acyclic");
    refused(
        "S=1 E=3 W=<sil>",
        "S=1 E=1 W=<sil>",
        "x.slf: the links form a cycle: node 1 -> node 1; a lattice must be acyclic");
    refused(
        "start=0 end=3",
        "start=3 end=0",
        "x.slf: the final node 0 cannot be reached from the start node");
    assertThatThrownBy(
            () -> read(GOOD.replace("start=0 end=3\n", "").replace("S=1 E=3", "S=3 E=1")))
        .hasMessage("x.slf: there is no final node: every node has a link that leaves it");
    assertThatThrownBy(
            () -> read(GOOD.replace("start=0 end=3\n", "").replace("S=2 E=3", "S=1 E=2")))
        .hasMessage(
            "x.slf: both node 2 and node 3 could be the final node, since no link leaves "
                + "them: the header must say which one it is");
  }

  @Test
  void refusesWhatItDoesNotUnderstandByName() {
    refused(
        "t=0.10", "t=0.10 L=inner", "x.slf:7: sublattices are not supported: expand them first");
    refused(
        "VERSION=1.0", "SUBLAT=inner", "x.slf:1: sublattices are not supported: expand them first");
    refused(
        "VERSION=1.0",
        "Frames 10",
        "x.slf:1: \"Frames\" is not a field of an HTK lattice: fields are written key=value");
    assertThat(read(GOOD.replace("l=-2", "l=-2 r=0.0 p=0.3 v=1 n=-7 d=:AX,0.1:"))).isNotNull();
  }

  @Test
  void refusesBytesThatAreNotText() {
    byte[] bytes = GOOD.replace("yes", "y\u00e9s").getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> SlfReader.read(new ByteArrayInputStream(bytes), "x.slf", "u1"))
        .isInstanceOf(LatticeException.class)
        .hasMessage("x.slf:11: the line is not text in UTF-8");
  }

  @Test
  void aPronunciationScoreKeepsThePathScoreOfHtk() throws IOException {
    String header = "VERSION=1.0\nacscale=0.5\nprscale=3\nlmscale=7\nN=2 L=1\nI=0\nI=1\n";
    Lattice lattice = read(header + "J=0 S=0 E=1 W=a a=-10 l=-2 r=-0.25\n");
    double total = BestPath.of(lattice, lattice.scales()).total();
    assertThat(total).isEqualTo(0.5 * -10 + 3 * -0.25 + 7 * -2);
    String probabilities = "base=0 wdpenalty=-1\nN=2 L=1\nI=0\nI=1\nJ=0 S=0 E=1 W=a a=0.5\n";
    assertThatThrownBy(() -> read(probabilities))
        .hasMessage(
            "x.slf: wdpenalty=-1.0 is not possible: with base=0 scores are probabilities, which must be above 0");
  }

  @Test
  void aLinkMayCarryTheWordOfTheNodeItLeaves() throws IOException {
    String text =
        """
        VERSION=1.0
        N=4 L=3
        I=0 W=<s>
        I=1 W=a
        I=2 W=b
        I=3 W=c
        J=0 S=0 E=1 a=-1
        J=1 S=1 E=2 a=-20
        J=2 S=2 E=3 a=-300
        """;
    ReadSettings start =
        new ReadSettings(WordLabels.DEFAULT, null, PathScales.UNSCALED, LinkWords.START);
    Lattice lattice =
        SlfReader.read(
            new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "x.slf", "u", start);
    assertThat(lattice.word(0)).isNull();
    assertThat(lattice.word(1)).isEqualTo("a");
    assertThat(lattice.acousticLn(1)).isEqualTo(-20);
    assertThat(lattice.word(3)).isEqualTo("c");
    assertThat(BestPath.of(lattice, PathScales.UNSCALED).words()).containsExactly("a", "b", "c");
    assertThat(BestPath.of(read(text), PathScales.UNSCALED))
        .isEqualTo(BestPath.of(lattice, PathScales.UNSCALED));
  }

  @Test
  void aNodeNumberAsksForNoMemory() {
    String text = "N=50000000 L=1\nI=49999999\nJ=0 S=0 E=1 a=-1\n";
    assertThatThrownBy(() -> read(text))
        .hasMessage(
            "x.slf: the header announces 50000000 nodes and 1 links, but the file has 1 and 1: it is cut off");
  }
}
