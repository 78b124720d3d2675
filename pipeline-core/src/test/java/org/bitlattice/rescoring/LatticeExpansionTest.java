package org.bitlattice.rescoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.UnaryOperator;
import org.bitlattice.lattice.Lattice;
import org.bitlattice.lattice.LatticeBuilder;
import org.bitlattice.lattice.LatticeException;
import org.bitlattice.lattice.LatticePath;
import org.bitlattice.lattice.PathScales;
import org.bitlattice.lm.scoring.HistoryTree;
import org.junit.jupiter.api.Test;

class LatticeExpansionTest {
  private static ExpandedLattice expanded(Lattice lattice, int order) {
    return LatticeExpansion.of(lattice, PathScales.UNSCALED, order, Scored.VOCABULARY);
  }

  /** Arcs of the same word side by side. */
  private static Lattice parallel(int arcs) {
    LatticeBuilder builder = new LatticeBuilder("u", "u");
    builder.addNode(0);
    builder.addNode(1);
    for (int arc = 0; arc < arcs; arc++) {
      builder.addArc(0, 1, "a", -1, -1);
    }
    return builder.build();
  }

  /** A chain of nodes, each joined to the next by one arc for each word. */
  private static Lattice chain(int nodes, String... words) {
    LatticeBuilder builder = new LatticeBuilder("u", "u");
    builder.addNode(0);
    for (int node = 1; node < nodes; node++) {
      builder.addNode(node);
      for (String word : words) {
        builder.addArc(node - 1, node, word, -1, -1);
      }
    }
    return builder.build();
  }

  @Test
  void expandsUpToTheBoundAndRefusesOneArcMore() {
    int most = LatticeExpansion.MOST_ARCS;
    assertThat(expanded(parallel(most - 1), 3).arcs()).isEqualTo(most);
    assertThatThrownBy(() -> expanded(parallel(most), 3))
        .isInstanceOf(LatticeException.class)
        .hasMessage(
            "u: the expanded lattice would have more than 2000000 arcs: lower"
                + " rescoring.ngram-order or rescoring.beam");
  }

  @Test
  void aLatticeOfFewArcsAndManyPathsIsRefusedToo() {
    Lattice lattice = chain(60, "a", "b");
    assertThat(expanded(lattice, 4).arcs()).isBetween(59 * 8 - 100, 59 * 8 + 100);
    assertThatThrownBy(() -> expanded(lattice, LatticeExpansion.UNLIMITED))
        .isInstanceOf(LatticeException.class)
        .hasMessageContaining("more than 2000000 arcs");
  }

  @Test
  void longLatticesAreExpandedWithoutRecursion() {
    ExpandedLattice lattice = expanded(chain(300_000, "a"), 5);
    assertThat(lattice.arcs()).isEqualTo(300_000);
    assertThat(lattice.treeNodes()).isEqualTo(300_000);
    assertThat(HistoryForest.of(List.of(lattice)).contexts()).isEqualTo(300_000);
    float[] scores = lattice.ngramScores((history, word) -> -history.length, 4);
    assertThat(List.of(scores[0], scores[1], scores[4], scores[299_999]))
        .containsExactly(-0f, -1f, -3f, -3f);
    ScoredLattice scored =
        new ScoredLattice(
            lattice, new ScoredLattice.Models(scores, Scored.NONE, Scored.NONE), Scored.NGRAM);
    assertThat(scored.best(new ScoreWeights(1, 1, 1, 0)).words()).hasSize(299_999);
  }

  @Test
  void wordsOutsideTheVocabularyKeepTheirSpelling() {
    ExpandedLattice lattice = expanded(chain(3, "zebra", "gnu"), LatticeExpansion.UNLIMITED);
    assertThat(lattice.wordTable()).containsExactly("zebra", "gnu");
    // To the models zebra and gnu are one word: a start, two states after words, and the end.
    assertThat(lattice.states()).isEqualTo(4);
    assertThat(lattice.treeNodes()).isEqualTo(3);
    int unknown = Scored.VOCABULARY.unknownId();
    assertThat(List.of(lattice.treeWord(0), lattice.treeWord(1), lattice.treeWord(2)))
        .containsExactly(unknown, unknown, Scored.VOCABULARY.boundaryId());
    assertThat(lattice.treeParent(0)).isEqualTo(HistoryTree.START);
    assertThat(List.of(lattice.wordId(0), lattice.wordId(1))).containsExactly(0, 1);
  }

  @Test
  void ofEquallyGoodHistoriesTheFirstIsTaken() {
    LatticeBuilder builder = new LatticeBuilder("u", "u");
    for (int node = 0; node < 4; node++) {
      builder.addNode(node);
    }
    builder.addArc(0, 1, "b", -2, 0);
    builder.addArc(0, 1, "a", -2, 0);
    builder.addArc(1, 2, "c", 0, 0);
    builder.addArc(2, 3, "d", 0, 0);
    ExpandedLattice lattice = expanded(builder.build(), 2);
    int last = lattice.treeNode(lattice.arcs() - 1);
    assertThat(Scored.history(lattice, last)).containsExactly("b", "c", "d");
  }

  @Test
  void refusesOrdersWithoutHistoryBoundaryWordsAndEmptyLists() {
    assertThatThrownBy(() -> expanded(parallel(1), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("an n-gram order of 1 is not possible: allowed are 2 and above");
    assertThatThrownBy(() -> expanded(chain(2, "</s>"), 3))
        .isInstanceOf(LatticeException.class)
        .hasMessage(
            "u: the boundary word </s> stands within the utterance; it only ends sentences");
    LatticePath path = new LatticePath(List.of("a", "</s>"), 0, 0, 0);
    assertThatThrownBy(() -> LatticeExpansion.ofNBest("u", List.of(path), Scored.VOCABULARY))
        .isInstanceOf(LatticeException.class)
        .hasMessage(
            "u: the boundary word </s> stands within the utterance; it only ends sentences");
    assertThatThrownBy(() -> LatticeExpansion.ofNBest("u", List.of(), Scored.VOCABULARY))
        .isInstanceOf(LatticeException.class)
        .hasMessage("u: there is no hypothesis to rescore");
  }

  @Test
  void damagedRowsAreRefused() {
    ExpandedLatticeRow row = expanded(chain(3, "a", "b"), 3).toRow(7);
    assertThat(ExpandedLattice.fromRow(row).toRow(7)).usingRecursiveComparison().isEqualTo(row);
    damaged(row, r -> with(r, r.words(), r.to(), new double[1]), "its columns differ in length");
    damaged(row, r -> with(r, "a", r.to(), r.acousticLn()), "a word id is out of range");
    damaged(
        row,
        r -> with(r, r.words(), new int[r.to().length], r.acousticLn()),
        "an arc leads backwards or out");
    double[] infinite = row.acousticLn().clone();
    infinite[1] = Double.NEGATIVE_INFINITY;
    damaged(row, r -> with(r, r.words(), r.to(), infinite), "a score is not finite");
    row.firstArc()[1] = 0;
    damaged(row, r -> r, "its states do not share out the arcs");
  }

  private static void damaged(
      ExpandedLatticeRow row, UnaryOperator<ExpandedLatticeRow> damage, String reason) {
    ExpandedLatticeRow bad = damage.apply(row);
    assertThatThrownBy(() -> ExpandedLattice.fromRow(bad))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the stored lattice of utterance u is damaged: " + reason);
  }

  private static ExpandedLatticeRow with(
      ExpandedLatticeRow row, String words, int[] to, double[] acousticLn) {
    return new ExpandedLatticeRow(
        row.position(),
        row.utterance(),
        words,
        row.firstArc(),
        to,
        row.word(),
        acousticLn,
        row.firstPassLn(),
        row.treeNode(),
        row.treeParent(),
        row.treeWord());
  }
}
