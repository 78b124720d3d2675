package org.bitlattice.rescoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.bitlattice.lattice.Lattice;
import org.bitlattice.lattice.PathScales;
import org.bitlattice.lattice.RandomLattices;
import org.bitlattice.lm.scoring.HistoryTree;
import org.bitlattice.text.Vocabulary;

/**
 * The states of an expanded lattice against their definition: all partial paths of the lattice are
 * enumerated, and grouped by node and last words.
 */
class ExpansionStatesProperties {
  /** Knows only the words a and b: c is unknown. */
  private static final Vocabulary SMALL = Vocabulary.of(List.of("<unk>", "b", "a", "</s>"), "v");

  /** Knows only the word a: b and c are unknown, and the same to models. */
  private static final Vocabulary SMALLEST = Vocabulary.of(List.of("a", "</s>", "<unk>"), "v");

  private record Place(int node, List<Integer> lastWords) {}

  private final Map<Place, Map<List<Integer>, Double>> definition = new HashMap<>();
  private final Map<Integer, Place> places = new HashMap<>();
  private Lattice lattice;
  private ExpandedLattice expanded;
  private PathScales scales;
  private Vocabulary vocabulary;
  private boolean[] leading;
  private int order;

  @Property(tries = 1000)
  void aStateIsANodeWithTheLastWordsAndTheBestHistoryIntoBoth(
      @ForAll long seed, @ForAll @IntRange(min = 2, max = 5) int ngramOrder) {
    Random random = new Random(seed);
    setUp(random, ngramOrder);
    partialPaths(lattice.start(), List.of(), 0);
    follow();
    assertThat(places.values()).doesNotHaveDuplicates();
    assertThat(Set.copyOf(places.values())).isEqualTo(definition.keySet());
    assertThat(expanded.states()).isEqualTo(definition.size() + 1);
    Set<Integer> predicting = new HashSet<>();
    for (int state = 0; state + 1 < expanded.states(); state++) {
      compareArcs(state, predicting);
    }
    assertThat(predicting).hasSize(expanded.treeNodes());
  }

  private void setUp(Random random, int ngramOrder) {
    definition.clear();
    places.clear();
    order = random.nextInt(4) == 0 ? LatticeExpansion.UNLIMITED : ngramOrder;
    vocabulary = List.of(Scored.VOCABULARY, SMALL, SMALLEST).get(random.nextInt(3));
    lattice = RandomLattices.lattice(random);
    scales = RandomLattices.scales(random);
    expanded = LatticeExpansion.of(lattice, scales, order, vocabulary);
    leading = new boolean[lattice.nodes()];
    RandomLattices.paths(lattice)
        .forEach(path -> path.forEach(arc -> leading[lattice.from(arc)] = true));
    leading[lattice.end()] = true;
  }

  private Place place(int node, List<Integer> history) {
    int from = order == LatticeExpansion.UNLIMITED ? 0 : Math.max(0, history.size() - order + 1);
    return new Place(node, history.subList(from, history.size()));
  }

  private void partialPaths(int node, List<Integer> history, double score) {
    definition
        .computeIfAbsent(place(node, history), p -> new HashMap<>())
        .merge(history, score, Math::max);
    for (int arc = lattice.firstArc(node); arc < lattice.firstArc(node + 1); arc++) {
      if (leading[lattice.to(arc)]) {
        double insertion = lattice.word(arc) == null ? 0 : scales.wordInsertion();
        double total =
            score
                + scales.acoustic() * lattice.acousticLn(arc)
                + scales.language() * lattice.lmLn(arc)
                + insertion;
        partialPaths(lattice.to(arc), longer(history, lattice.word(arc)), total);
      }
    }
  }

  private List<Integer> longer(List<Integer> history, String word) {
    List<Integer> longer = new ArrayList<>(history);
    if (word != null) {
      longer.add(vocabulary.id(word));
    }
    return longer;
  }

  /** Finds the place of every state by following the arcs of both side by side. */
  private void follow() {
    places.put(0, new Place(lattice.start(), List.of()));
    Deque<Integer> open = new ArrayDeque<>(List.of(0));
    while (!open.isEmpty()) {
      int state = open.remove();
      Place here = places.get(state);
      int arc = expanded.firstArc(state);
      int last = lattice.firstArc(here.node() + 1);
      for (int original = lattice.firstArc(here.node()); original < last; original++) {
        if (!leading[lattice.to(original)]) {
          continue;
        }
        Place next = place(lattice.to(original), longer(here.lastWords(), lattice.word(original)));
        Place before = places.putIfAbsent(expanded.to(arc), next);
        assertThat(before == null || before.equals(next)).isTrue();
        if (before == null) {
          open.add(expanded.to(arc));
        }
        arc++;
      }
      boolean end = here.node() == lattice.end();
      assertThat(expanded.firstArc(state + 1) - arc).isEqualTo(end ? 1 : 0);
    }
  }

  private void compareArcs(int state, Set<Integer> predicting) {
    Place here = places.get(state);
    Map<List<Integer>, Double> histories = definition.get(here);
    double best = histories.values().stream().mapToDouble(x -> x).max().orElseThrow();
    int original = lattice.firstArc(here.node());
    Set<List<Integer>> used = new HashSet<>();
    for (int arc = expanded.firstArc(state); arc < expanded.firstArc(state + 1); arc++) {
      if (here.node() == lattice.end()) {
        assertThat(expanded.to(arc)).isEqualTo(expanded.states() - 1);
        compareWord(arc, null, 0, 0);
      } else {
        while (!leading[lattice.to(original)]) {
          original++;
        }
        compareWord(
            arc, lattice.word(original), lattice.acousticLn(original), lattice.lmLn(original));
        original++;
      }
      int node = expanded.treeNode(arc);
      boolean predicted = expanded.wordId(arc) >= 0 || here.node() == lattice.end();
      assertThat(node >= 0).isEqualTo(predicted);
      if (predicted) {
        String word = expanded.wordId(arc) < 0 ? "</s>" : word(arc);
        assertThat(expanded.treeWord(node)).isEqualTo(vocabulary.id(word));
        used.add(history(node));
        predicting.add(node);
      }
    }
    // All arcs of a state are predicted after one history, and no path into it is better.
    assertThat(used).hasSizeLessThanOrEqualTo(1);
    used.forEach(history -> assertThat(histories.get(history)).isEqualTo(best));
  }

  private String word(int arc) {
    return expanded.wordTable().get(expanded.wordId(arc));
  }

  private void compareWord(int arc, String word, double acousticLn, double lmLn) {
    assertThat(expanded.wordId(arc) < 0 ? null : word(arc)).isEqualTo(word);
    assertThat(expanded.acousticLn(arc)).isEqualTo(acousticLn);
    assertThat(expanded.firstPassLn(arc)).isEqualTo(lmLn);
  }

  private List<Integer> history(int node) {
    List<Integer> history = new ArrayList<>();
    for (int at = expanded.treeParent(node);
        at != HistoryTree.START;
        at = expanded.treeParent(at)) {
      history.add(0, expanded.treeWord(at));
    }
    return history;
  }
}
