package org.bitlattice.rescoring;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bitlattice.lattice.Lattice;
import org.bitlattice.lattice.LatticeException;
import org.bitlattice.lattice.LatticePath;
import org.bitlattice.lattice.PathScales;
import org.bitlattice.lm.scoring.HistoryTree;
import org.bitlattice.text.Vocabulary;

/**
 * Expands a lattice to states that have one word history (n-gram history clustering: X. Liu, Y.
 * Wang, X. Chen, M. Gales, P. Woodland, "Efficient lattice rescoring using recurrent neural network
 * language models", ICASSP 2014).
 *
 * <p>A state is a pair of a lattice node and the last n − 1 words of a path into it. All paths that
 * meet in a state share one history for the network: that of the best first-pass path into the
 * state, at fixed first-pass scales. The histories of all states form a tree, and the word of every
 * arc is predicted by a node of it, once. Of equally good paths the one found first is taken, over
 * states and arcs in their order. Arcs without a word keep the history. With an unlimited order no
 * two paths share a state unless their words are the same, and nothing is approximated.
 *
 * <p>Words outside the vocabulary are the unknown word for histories and models, and keep their
 * spelling on the arcs.
 */
public final class LatticeExpansion {
  /** An order without limit. */
  public static final int UNLIMITED = Integer.MAX_VALUE;

  /** Bound on the arcs of an expanded lattice; making one takes up to about 200 bytes an arc. */
  public static final int MOST_ARCS = 2_000_000;

  private final Lattice lattice;
  private final PathScales scales;
  private final int kept;
  private final Vocabulary vocabulary;
  private final boolean[] leading;
  private final HistoryTree.Builder tree = new HistoryTree.Builder();
  private final List<Map<Suffix, State>> waiting;
  private final List<State> states = new ArrayList<>();
  private final ExpandedArcs arcs = new ExpandedArcs();
  private final int[] vocabularyIds;

  /** The last words of a history; with an unlimited order its tree node. */
  private record Suffix(int[] words) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Suffix suffix && Arrays.equals(words, suffix.words);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(words);
    }
  }

  private static final class State {
    private final Suffix suffix;
    private double score = Double.NEGATIVE_INFINITY;
    private int history = HistoryTree.START;
    private int number = -1;

    State(Suffix suffix) {
      this.suffix = suffix;
    }
  }

  private LatticeExpansion(
      Lattice lattice, PathScales scales, int ngramOrder, Vocabulary vocabulary) {
    if (ngramOrder < 2) {
      throw new IllegalArgumentException(
          "an n-gram order of %d is not possible: allowed are 2 and above".formatted(ngramOrder));
    }
    this.lattice = lattice;
    this.scales = scales;
    this.kept = ngramOrder == UNLIMITED ? UNLIMITED : ngramOrder - 1;
    this.vocabulary = vocabulary;
    this.leading = nodesThatLeadToTheEnd(lattice);
    this.waiting = new ArrayList<>(lattice.nodes());
    for (int node = 0; node < lattice.nodes(); node++) {
      waiting.add(null);
    }
    this.vocabularyIds = lattice.wordTable().stream().mapToInt(this::vocabularyId).toArray();
  }

  private int vocabularyId(String word) {
    return vocabularyId(lattice.utterance(), word, vocabulary);
  }

  private static int vocabularyId(String utterance, String word, Vocabulary vocabulary) {
    int id = vocabulary.id(word);
    if (id == vocabulary.boundaryId()) {
      throw new LatticeException(
          utterance,
          utterance,
          0,
          "the boundary word %s stands within the utterance; it only ends sentences"
              .formatted(word));
    }
    return id;
  }

  /**
   * Expands a lattice.
   *
   * @param firstPass scales that choose the best first-pass path
   * @param ngramOrder n, at least 2, or {@link #UNLIMITED}
   * @throws LatticeException when there would be more than {@value #MOST_ARCS} arcs
   */
  public static ExpandedLattice of(
      Lattice lattice, PathScales firstPass, int ngramOrder, Vocabulary vocabulary) {
    return new LatticeExpansion(lattice, firstPass, ngramOrder, vocabulary).expanded();
  }

  private static boolean[] nodesThatLeadToTheEnd(Lattice lattice) {
    boolean[] leading = new boolean[lattice.nodes()];
    leading[lattice.end()] = true;
    for (int arc = lattice.arcs() - 1; arc >= 0; arc--) {
      leading[lattice.from(arc)] |= leading[lattice.to(arc)];
    }
    return leading;
  }

  private ExpandedLattice expanded() {
    State start =
        new State(new Suffix(kept == UNLIMITED ? new int[] {HistoryTree.START} : new int[0]));
    start.score = 0;
    waiting.set(lattice.start(), new HashMap<>(Map.of(start.suffix, start)));
    List<List<State>> order = new ArrayList<>(lattice.nodes());
    for (int node = 0; node < lattice.nodes(); node++) {
      order.add(new ArrayList<>());
    }
    order.get(lattice.start()).add(start);
    for (int node = 0; node < lattice.nodes(); node++) {
      for (State state : order.get(node)) {
        state.number = states.size();
        states.add(state);
        leave(node, state, order);
      }
      waiting.set(node, null);
      order.set(node, List.of());
    }
    return finished();
  }

  private void leave(int node, State state, List<List<State>> order) {
    arcs.beginState();
    for (int arc = lattice.firstArc(node); arc < lattice.firstArc(node + 1); arc++) {
      int to = lattice.to(arc);
      if (!leading[to]) {
        continue;
      }
      int word = lattice.wordId(arc);
      int predicted =
          word < 0 ? ExpandedLattice.NO_NODE : tree.add(state.history, vocabularyIds[word]);
      int history = word < 0 ? state.history : predicted;
      Suffix suffix = word < 0 ? state.suffix : longer(state.suffix, vocabularyIds[word], history);
      State next = stateAt(to, suffix, order);
      double score = state.score + scales.of(lattice, arc);
      if (score > next.score) {
        next.score = score;
        next.history = history;
      }
      add(next, word, lattice.acousticLn(arc), lattice.lmLn(arc), predicted);
    }
    if (node == lattice.end()) {
      add(null, -1, 0, 0, tree.add(state.history, vocabulary.boundaryId()));
    }
  }

  private void add(State to, int word, double acoustic, double lm, int predicted) {
    if (arcs.size() == MOST_ARCS) {
      throw new LatticeException(
          lattice.utterance(),
          lattice.utterance(),
          0,
          "the expanded lattice would have more than %d arcs: lower rescoring.ngram-order or rescoring.beam"
              .formatted(MOST_ARCS));
    }
    arcs.add(to, word, acoustic, lm, predicted);
  }

  private Suffix longer(Suffix suffix, int word, int history) {
    if (kept == UNLIMITED) {
      return new Suffix(new int[] {history});
    }
    int[] before = suffix.words();
    int length = Math.min(kept, before.length + 1);
    int[] words = new int[length];
    System.arraycopy(before, before.length + 1 - length, words, 0, length - 1);
    words[length - 1] = word;
    return new Suffix(words);
  }

  private State stateAt(int node, Suffix suffix, List<List<State>> order) {
    Map<Suffix, State> here = waiting.get(node);
    if (here == null) {
      here = new HashMap<>();
      waiting.set(node, here);
    }
    State state = here.get(suffix);
    if (state == null) {
      state = new State(suffix);
      here.put(suffix, state);
      order.get(node).add(state);
    }
    return state;
  }

  private ExpandedLattice finished() {
    String[] words = lattice.wordTable().toArray(String[]::new);
    int end = states.size();
    return arcs.lattice(lattice.utterance(), words, end, tree.build());
  }

  /** Arcs in the order of the states that they leave. */
  private static final class ExpandedArcs {
    private final List<State> to = new ArrayList<>();
    private int[] word = new int[256];
    private double[] acoustic = new double[256];
    private double[] firstPass = new double[256];
    private int[] treeNode = new int[256];
    private int[] firstArc = new int[64];
    private int states;

    int size() {
      return to.size();
    }

    void beginState() {
      if (states == firstArc.length) {
        firstArc = Arrays.copyOf(firstArc, states * 2);
      }
      firstArc[states++] = to.size();
    }

    void add(State next, int wordId, double acousticLn, double lmLn, int predicted) {
      int arc = to.size();
      if (arc == word.length) {
        word = Arrays.copyOf(word, arc * 2);
        acoustic = Arrays.copyOf(acoustic, arc * 2);
        firstPass = Arrays.copyOf(firstPass, arc * 2);
        treeNode = Arrays.copyOf(treeNode, arc * 2);
      }
      to.add(next);
      word[arc] = wordId;
      acoustic[arc] = acousticLn;
      firstPass[arc] = lmLn;
      treeNode[arc] = predicted;
    }

    ExpandedLattice lattice(String utterance, String[] words, int end, HistoryTree tree) {
      int arcs = to.size();
      int[] first = Arrays.copyOf(firstArc, end + 2);
      first[end] = arcs;
      first[end + 1] = arcs;
      int[] targets = new int[arcs];
      for (int arc = 0; arc < arcs; arc++) {
        targets[arc] = to.get(arc) == null ? end : to.get(arc).number;
      }
      return new ExpandedLattice(
          utterance,
          words,
          first,
          new ExpandedLattice.Arcs(
              targets,
              Arrays.copyOf(word, arcs),
              Arrays.copyOf(acoustic, arcs),
              Arrays.copyOf(firstPass, arcs),
              Arrays.copyOf(treeNode, arcs)),
          ExpandedLattice.Tree.of(tree));
    }
  }

  /**
   * An n-best list as an expanded lattice: one chain of states a word sequence, with the sequence's
   * scores on its first arc, over a tree in which sequences that begin alike share nodes.
   *
   * @param paths at least one, best first
   * @throws LatticeException when there is none, or one holds the boundary word
   */
  public static ExpandedLattice ofNBest(
      String utterance, List<LatticePath> paths, Vocabulary vocabulary) {
    if (paths.isEmpty()) {
      throw new LatticeException(utterance, utterance, 0, "there is no hypothesis to rescore");
    }
    HistoryTree.Builder tree = new HistoryTree.Builder();
    Map<String, Integer> table = new HashMap<>();
    List<String> words = new ArrayList<>();
    ExpandedArcs arcs = new ExpandedArcs();
    State[] second = new State[paths.size()];
    int number = 1;
    arcs.beginState();
    for (int p = 0; p < second.length; p++) {
      LatticePath path = paths.get(p);
      if (path.words().isEmpty()) {
        int predicted = tree.add(HistoryTree.START, vocabulary.boundaryId());
        arcs.add(null, -1, path.acousticLn(), path.lmLn(), predicted);
        continue;
      }
      second[p] = numbered(number);
      number += path.words().size();
      String first = path.words().get(0);
      int predicted = tree.add(HistoryTree.START, vocabularyId(utterance, first, vocabulary));
      int word = wordId(first, table, words);
      arcs.add(second[p], word, path.acousticLn(), path.lmLn(), predicted);
    }
    for (int p = 0; p < second.length; p++) {
      if (second[p] != null) {
        chain(
            paths.get(p).words(),
            second[p].number,
            new Chains(utterance, vocabulary, tree, table, words, arcs));
      }
    }
    return arcs.lattice(utterance, words.toArray(String[]::new), number, tree.build());
  }

  /** What the chains of an n-best list share. */
  private record Chains(
      String utterance,
      Vocabulary vocabulary,
      HistoryTree.Builder tree,
      Map<String, Integer> table,
      List<String> words,
      ExpandedArcs arcs) {}

  private static void chain(List<String> path, int number, Chains chains) {
    int at = chains.tree().add(HistoryTree.START, chains.vocabulary().id(path.get(0)));
    for (int i = 1; i < path.size(); i++) {
      chains.arcs().beginState();
      at =
          chains.tree().add(at, vocabularyId(chains.utterance(), path.get(i), chains.vocabulary()));
      int word = wordId(path.get(i), chains.table(), chains.words());
      chains.arcs().add(numbered(number + i), word, 0, 0, at);
    }
    chains.arcs().beginState();
    int end = chains.tree().add(at, chains.vocabulary().boundaryId());
    chains.arcs().add(null, -1, 0, 0, end);
  }

  private static State numbered(int number) {
    State state = new State(null);
    state.number = number;
    return state;
  }

  private static int wordId(String word, Map<String, Integer> table, List<String> words) {
    Integer id = table.putIfAbsent(word, words.size());
    if (id != null) {
      return id;
    }
    words.add(word);
    return words.size() - 1;
  }
}
