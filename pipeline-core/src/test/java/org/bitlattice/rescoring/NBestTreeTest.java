package org.bitlattice.rescoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.bitlattice.lm.scoring.HistoryTree;
import org.bitlattice.text.Vocabulary;
import org.junit.jupiter.api.Test;

class NBestTreeTest {
  private static final Vocabulary VOCABULARY =
      Vocabulary.of(List.of("</s>", "<unk>", "a", "b", "c"), "test");

  @Property(tries = 300)
  void pathsReproduceTheWordsAndEveryHistoryIsThereOnce(
      @ForAll("lists") List<List<List<String>>> words) {
    NBestTree tree = NBestTree.of(lists(words), VOCABULARY);
    Set<List<Integer>> histories = new HashSet<>();
    for (int u = 0; u < words.size(); u++) {
      for (int h = 0; h < words.get(u).size(); h++) {
        List<Integer> ids = new ArrayList<>();
        words.get(u).get(h).forEach(word -> ids.add(VOCABULARY.id(word)));
        ids.add(VOCABULARY.boundaryId());
        for (int n = 1; n <= ids.size(); n++) {
          histories.add(List.copyOf(ids.subList(0, n)));
        }
        int[] path = tree.path(u, h);
        assertThat(path).hasSize(ids.size());
        for (int i = 0; i < path.length; i++) {
          assertThat(tree.tree().word(path[i])).isEqualTo(ids.get(i));
          assertThat(tree.tree().parent(path[i]))
              .isEqualTo(i == 0 ? HistoryTree.START : path[i - 1]);
        }
      }
    }
    assertThat(tree.tree().nodes()).isEqualTo(histories.size());
  }

  @Provide
  Arbitrary<List<List<List<String>>>> lists() {
    return Arbitraries.of("a", "b", "c", "outside", "<unk>")
        .list()
        .ofMaxSize(4)
        .list()
        .ofMinSize(1)
        .ofMaxSize(5)
        .list()
        .ofMaxSize(4);
  }

  private static List<NBestList> lists(List<List<List<String>>> words) {
    List<NBestList> lists = new ArrayList<>();
    for (List<List<String>> list : words) {
      lists.add(
          new NBestList(
              "u" + lists.size(), list.stream().map(w -> new Hypothesis(w, -1, -2)).toList()));
    }
    return lists;
  }

  @Test
  void scoresFollowTheNodesOfEachHypothesis() {
    NBestTree tree =
        NBestTree.of(lists(List.of(List.of(List.of("a", "b"), List.of("a", "zzz")))), VOCABULARY);
    float[] nodeLn = new float[tree.tree().nodes()];
    for (int node = 0; node < nodeLn.length; node++) {
      nodeLn[node] = -node - 1;
    }
    ScoredHypothesis second =
        tree.scoredBy(nodeLn, NBestTreeTest::minusId).get(0).hypotheses().get(1);
    int[] path = tree.path(0, 1);
    assertThat(second.networkLn())
        .containsExactly(nodeLn[path[0]], nodeLn[path[1]], nodeLn[path[2]]);
    assertThat(second.ngramLn()).containsExactly(-2, -1, -9);
    assertThat(tree.scoredBy(nodeLn).get(0).hypotheses().get(1).ngramLn()).isEmpty();
    assertThat(tree.scoredBy(NBestTreeTest::minusId).get(0).hypotheses().get(1).networkLn())
        .isEmpty();
  }

  /** Minus each word's id, and −9 for the sentence end. */
  private static double[] minusId(int[] words) {
    double[] scores = new double[words.length + 1];
    for (int i = 0; i < words.length; i++) {
      scores[i] = -words[i];
    }
    scores[words.length] = -9;
    return scores;
  }

  @Test
  void scoredUtterancesAndTreesTravelThroughTheJavaSerializer() throws Exception {
    NBestTree tree = NBestTree.of(lists(List.of(List.of(List.of("a", "b")))), VOCABULARY);
    NBestTree arrivedTree = (NBestTree) copied(tree);
    assertThat(arrivedTree.path(0, 0)).isEqualTo(tree.path(0, 0));
    ScoredUtterance scored = tree.scoredBy(NBestTreeTest::minusId).get(0);
    ScoreWeights weights = new ScoreWeights(1, 2, 0, 0);
    ScoredUtterance arrived = (ScoredUtterance) copied(scored);
    assertThat(weights.score(arrived.best(weights))).isEqualTo(weights.score(scored.best(weights)));
  }

  private static Object copied(Object value) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return in.readObject();
    }
  }

  @Test
  void sharingCountsNodesWordsAndPadding() {
    NBestTree tree =
        NBestTree.of(
            lists(List.of(List.of(List.of("a", "b"), List.of("a")), List.of(List.of("a")))),
            VOCABULARY);
    assertThat(tree.sharing()).isEqualTo(new TreeSharing(4, 2, 7, 8));
    assertThat(tree.sharing().paddedPositionsPerWordNode()).isEqualTo(4.0);
    assertThat(tree.sharing().wordsPerNode()).isEqualTo(1.75);
  }

  @Test
  void scoresThatDoNotFitTheTreeAreRefused() {
    NBestTree tree = NBestTree.of(lists(List.of(List.of(List.of("a")))), VOCABULARY);
    assertThatThrownBy(() -> tree.scoredBy(new float[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("3 network scores do not fit a tree of 2 nodes; every node has one");
  }

  @Test
  void boundaryWordsInsideHypothesesAreRefused() {
    List<NBestList> lists = lists(List.of(List.of(List.of("a", "</s>", "b"))));
    assertThatThrownBy(() -> NBestTree.of(lists, VOCABULARY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "utterance u0 has the boundary word </s> inside the hypothesis \"a </s> b\"; it only"
                + " ends sentences and is left out of hypotheses");
  }

  @Test
  void emptyListsAreRefused() {
    assertThatThrownBy(() -> new NBestList("u7", List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("utterance u7 has no hypothesis; rescoring needs at least one");
  }
}
