package org.bitlattice.lattice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NBestTsvTest {
  private static final String GOOD =
      """
      #utt\trank\tacoustic_ln\tlm_ln\tn_lm_words\ttotal\twords
      u1\t1\t-10.5\t-2\t3\t-27\ta b
      u1\t2\t-11\t-2\t1\t-28\t
      u2\t1\t-1\t-2\t2\t-17\tc
      """;

  private static List<NBestTsv.Utterance> read(String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return NBestTsv.read(new ByteArrayInputStream(bytes), "n.tsv");
  }

  @Test
  void readsTheListsOfAllUtterances() throws IOException {
    assertThat(read(GOOD))
        .containsExactly(
            new NBestTsv.Utterance(
                "u1",
                2,
                List.of(
                    new LatticePath(List.of("a", "b"), -10.5, -2, -27),
                    new LatticePath(List.of(), -11, -2, -28))),
            new NBestTsv.Utterance("u2", 4, List.of(new LatticePath(List.of("c"), -1, -2, -17))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-10.5 | x | n.tsv:2: the score \"x\" is not a finite number",
        "-10.5 | 1f | n.tsv:2: the score \"1f\" is not a finite number",
        "-10.5 | NaN | n.tsv:2: the score \"NaN\" is not a finite number",
        "u2\\t1 | u\\0012\\t1 | n.tsv:4: the lines of utterance \"u\0012\" must stand together, and have a name without white space",
        "a b | a\\1 b | n.tsv:2: the words \"a\1 b\" have a control character among them",
        "u1\\t2 | u1\\t3 | n.tsv:3: rank 3 stands where 2 is due",
        "u2\\t1 | u2\\t2 | n.tsv:4: rank 2 stands where 1 is due",
        "-17\\tc | -17 | n.tsv:4: an n-best line has 7 columns, not 6",
        "a b | a | n.tsv:2: n_lm_words is 3, but the line has 1 words and the sentence end"
      })
  void namesFileAndLineOfBadLines(String good, String bad, String message) {
    String text = GOOD.replace(good.translateEscapes(), bad.translateEscapes());
    assertThatThrownBy(() -> read(text)).isInstanceOf(LatticeException.class).hasMessage(message);
  }

  @Test
  void refusesAnUtteranceThatComesBack() {
    assertThatThrownBy(() -> read(GOOD + "u1\t1\t-1\t-2\t2\t-17\tc\n"))
        .hasMessage(
            "n.tsv:5: the lines of utterance \"u1\" must stand together, and have a name without white space");
  }

  @Test
  void refusesAFirstUtteranceWithoutAName() {
    assertThatThrownBy(() -> read("\t1\t-1\t-2\t2\t-17\tc\n"))
        .hasMessage(
            "n.tsv:1: the lines of utterance \"\" must stand together, and have a name without white space");
  }

  @Test
  void refusesBytesThatAreNotText() {
    byte[] bytes = GOOD.replace("\tc", "\t\u00e9").getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> NBestTsv.read(new ByteArrayInputStream(bytes), "n.tsv"))
        .hasMessage("n.tsv:4: the line is not text in UTF-8");
  }

  /** Within the last word, a cut would otherwise go unnoticed. */
  @Test
  void refusesALastLineThatIsCutOffAnywhere() throws IOException {
    String last = "u2\t1\t-1\t-2\t2\t-17\tword\n";
    String start = GOOD.substring(0, GOOD.indexOf("u2"));
    for (int kept = 1; kept < last.length(); kept++) {
      String cut = start + last.substring(0, kept);
      assertThatThrownBy(() -> read(cut))
          .hasMessage(
              "n.tsv:4: the file ends within this line: it is cut off, or lacks the line feed at its end");
    }
    assertThat(read(start + last)).hasSize(2);
  }

  @Test
  void aWrongLineCostsItsListAlone() throws IOException {
    String text =
        GOOD.replace("u1\t2\t-11", "u1\t2\tx").replace("u2\t1", "u2\t1\t-1\t-2\t2\t-17\tc\nu1\t1")
            + "\t1\t-1\t-2\t2\t-17\tc\nu3\t1\t-1\t-2\t2\t-17\tc\n";
    NBestTsv table =
        new NBestTsv(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "n.tsv");
    List<String> entries = new ArrayList<>();
    for (var e = table.next(); e.isPresent(); e = table.next()) {
      entries.add(e.get().utterance() + " " + e.get().failure().map(Throwable::getMessage));
    }
    assertThat(entries)
        .containsExactly(
            "u1 Optional[n.tsv:3: the score \"x\" is not a finite number]",
            "u2 Optional.empty",
            "u1 Optional[n.tsv:5: the lines of utterance \"u1\" must stand together, and have a name without white space]",
            " Optional[n.tsv:6: the lines of utterance \"\" must stand together, and have a name without white space]",
            "u3 Optional.empty");
  }

  @Test
  void aListIsALatticeOfChainsAndComesBackFromIt() throws IOException {
    NBestTsv.Utterance list = read(GOOD).get(0);
    PathScales scales = new PathScales(1, 8, 0);
    Lattice lattice = list.lattice("n.tsv", scales);
    assertThat(lattice.scales()).isEqualTo(scales);
    List<LatticePath> paths = NBest.of(lattice, scales, 10);
    assertThat(paths).extracting(LatticePath::words).containsExactly(List.of("a", "b"), List.of());
    assertThat(paths.get(0).acousticLn()).isEqualTo(-10.5);
    assertThat(paths.get(0).total()).isEqualTo(-10.5 - 8 * 2);
    StringBuilder written = new StringBuilder(NBestTsv.HEADER);
    NBestTsv.write("u1", paths, written);
    assertThat(read(written.toString()).get(0).paths()).isEqualTo(paths);
  }
}
