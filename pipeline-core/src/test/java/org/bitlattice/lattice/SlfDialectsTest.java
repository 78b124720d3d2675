package org.bitlattice.lattice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Lattices as they were written by other programs. */
@Tag("real-data")
class SlfDialectsTest {
  private static Lattice read(String name) throws IOException {
    try (SlfArchive archive =
        SlfArchive.open(
            AmiData.open(name), name.replace(".gz", ""), i -> true, ReadSettings.DEFAULT)) {
      return archive.next().orThrow();
    }
  }

  @Test
  void nBestOfTheMiniLatticesEqualTheListsOfTheData() throws IOException {
    List<NBestTsv.Utterance> lists;
    try (InputStream in = AmiData.open("ami/mini/nbest.tsv")) {
      lists = NBestTsv.read(in, "nbest.tsv");
    }
    assertThat(lists).hasSize(5);
    for (NBestTsv.Utterance list : lists) {
      Lattice lattice = read("ami/mini/" + list.name() + ".wlat.slf");
      assertThat(lattice.scales().language()).isEqualTo(8);
      List<LatticePath> found = NBest.of(lattice, AmiData.DECODER, 100);
      assertThat(found).hasSameSizeAs(list.paths());
      for (int i = 0; i < found.size(); i++) {
        assertThat(found.get(i).total()).isCloseTo(list.paths().get(i).total(), within(1e-2));
      }
      assertThat(found.get(0).words()).isEqualTo(list.paths().get(0).words());
    }
  }

  @Test
  void rawPocketSphinxLatticesHoldTheAcousticScoresOfTheBestPaths() throws IOException {
    try (InputStream in = AmiData.open("ami/mini/nbest.tsv")) {
      for (NBestTsv.Utterance list : NBestTsv.read(in, "nbest.tsv")) {
        Lattice raw = read("ami/mini/" + list.name() + ".raw.slf");
        assertThat(raw.arcs()).isPositive();
        LatticePath best = list.paths().get(0);
        LatticePath same =
            NBest.of(raw, PathScales.UNSCALED, 200_000).stream()
                .filter(path -> path.words().equals(best.words()))
                .findFirst()
                .orElseThrow();
        assertThat(same.lmLn()).isZero();
        assertThat(same.acousticLn()).isCloseTo(best.acousticLn(), within(1e-2));
      }
    }
  }

  @Test
  void aLatticeConvertedFromKaldiReadsWithWordsOnNodes() throws IOException {
    String name = "formats/qiujiali/AMI_ES2011a_H00_FEE041_0003427_0003714.lat.gz";
    Lattice lattice = read(name);
    assertThat(lattice.nodes()).isEqualTo(27);
    LatticePath best = NBest.of(lattice, PathScales.UNSCALED, 1).get(0);
    assertThat(best.words()).containsExactly("HERE", "WE", "GO");
  }

  @Test
  void aSphinxLatticeReadsInItsOwnLogarithmBase() throws IOException {
    Lattice lattice = read("formats/sphinx4/correct.slf");
    assertThat(lattice.nodes()).isEqualTo(54);
    assertThat(lattice.arcs()).isEqualTo(96);
    assertThat(lattice.scales().language()).isEqualTo(9.5);
    int first = lattice.firstArc(lattice.start());
    assertThat(lattice.acousticLn(first)).isBetween(-10_000.0, -1.0);
  }

  @Test
  void aLatticeInSphinxsOwnFormatIsRefused() {
    assertThatThrownBy(() -> read("formats/pocketsphinx/unreachable.lat"))
        .isInstanceOf(LatticeException.class)
        .hasMessage(
            "formats/pocketsphinx/unreachable.lat:4: \"Frames\" is not a field of an HTK lattice: "
                + "fields are written key=value");
  }
}
