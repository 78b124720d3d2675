package org.bitlattice.lattice;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Collects the nodes and arcs of a lattice, checks the graph and numbers it topologically. Among
 * nodes that could come next the one that was added first comes first, so the result depends on the
 * input alone.
 */
public final class LatticeBuilder {
  /**
   * Bound on the size of a score: that of Kaldi's lattices, and small enough for the sum over any
   * path to be finite.
   */
  private static final double LARGEST_SCORE = Float.MAX_VALUE;

  private final String utterance;
  private final String source;
  private PathScales scales = PathScales.UNSCALED;
  private float[] times = new float[64];
  private int nodes;
  private int[] from = new int[256];
  private int[] to = new int[256];
  private int[] word = new int[256];
  private double[] acoustic = new double[256];
  private double[] lm = new double[256];
  private int arcs;
  private final Map<String, Integer> wordIds = new HashMap<>();
  private final List<String> words = new ArrayList<>();

  /**
   * @param utterance name of the utterance
   * @param source where the lattice comes from, for messages
   */
  public LatticeBuilder(String utterance, String source) {
    this.utterance = utterance;
    this.source = source;
  }

  /** Sets the scales that the source recommends. */
  public LatticeBuilder scales(PathScales recommended) {
    this.scales = recommended;
    return this;
  }

  /** Adds a node at a time in seconds (NaN for none) and returns its number. */
  public int addNode(float seconds) {
    if (nodes == times.length) {
      times = Arrays.copyOf(times, nodes * 2);
    }
    times[nodes] = seconds;
    return nodes++;
  }

  /** Number of nodes added so far. */
  public int nodes() {
    return nodes;
  }

  /**
   * Adds an arc between two nodes that exist.
   *
   * @param label the word, or null for an arc without a word
   * @param acousticLn natural log, unscaled
   * @param lmLn natural log, unscaled
   * @throws LatticeException when a node does not exist, a word holds white space, or a score is
   *     not finite or beyond what 32 bits hold
   */
  public void addArc(int start, int end, String label, double acousticLn, double lmLn) {
    if (start < 0 || start >= nodes || end < 0 || end >= nodes) {
      throw bad(
          "an arc leads from node %d to node %d, but the nodes are 0 to %d"
              .formatted(start, end, nodes - 1));
    }
    if (!(Math.abs(acousticLn) <= LARGEST_SCORE) || !(Math.abs(lmLn) <= LARGEST_SCORE)) {
      throw bad(
          "the arc from node %d to node %d has the scores %s and %s: scores must be finite, and within what 32 bits hold"
              .formatted(start, end, acousticLn, lmLn));
    }
    if (arcs == from.length) {
      int capacity = arcs * 2;
      from = Arrays.copyOf(from, capacity);
      to = Arrays.copyOf(to, capacity);
      word = Arrays.copyOf(word, capacity);
      acoustic = Arrays.copyOf(acoustic, capacity);
      lm = Arrays.copyOf(lm, capacity);
    }
    from[arcs] = start;
    to[arcs] = end;
    word[arcs] = label == null ? -1 : wordId(label);
    acoustic[arcs] = acousticLn;
    lm[arcs] = lmLn;
    arcs++;
  }

  private int wordId(String label) {
    Integer id = wordIds.putIfAbsent(label, words.size());
    if (id != null) {
      return id;
    }
    if (label.chars().anyMatch(c -> c <= ' ')) {
      throw bad(
          "the word \"%s\" holds white space, which separates words in transcripts and tables"
              .formatted(label));
    }
    words.add(label);
    return words.size() - 1;
  }

  /**
   * Builds the lattice; start is the only node that no arc enters, end the only one that none
   * leaves.
   *
   * @throws LatticeException when there is not exactly one such node, or as {@link #build(int,
   *     int)}
   */
  public Lattice build() {
    return build(startNode(), finalNode());
  }

  /** The only node that no arc enters. */
  int startNode() {
    return onlyNodeOutside(to, "start", "enters");
  }

  /** The only node that no arc leaves. */
  int finalNode() {
    return onlyNodeOutside(from, "final", "leaves");
  }

  private int onlyNodeOutside(int[] touched, String role, String verb) {
    boolean[] seen = new boolean[nodes];
    for (int arc = 0; arc < arcs; arc++) {
      seen[touched[arc]] = true;
    }
    int found = -1;
    for (int node = 0; node < nodes; node++) {
      if (seen[node]) {
        continue;
      }
      if (found >= 0) {
        throw bad(
            "both node %d and node %d could be the %s node, since no link %s them: the header "
                    .formatted(found, node, role, verb)
                + "must say which one it is");
      }
      found = node;
    }
    if (found < 0) {
      throw bad("there is no %s node: every node has a link that %s it".formatted(role, verb));
    }
    return found;
  }

  /**
   * Builds the lattice between two nodes.
   *
   * @throws LatticeException when there is a cycle, or no path from the start to the end
   */
  public Lattice build(int start, int end) {
    if (start < 0 || start >= nodes || end < 0 || end >= nodes) {
      throw bad(
          "the start node %d or the final node %d does not exist: the nodes are 0 to %d"
              .formatted(start, end, nodes - 1));
    }
    int[] rank = topologicalRanks();
    Lattice.Arcs sorted = sortedArcs(rank);
    int[] firstArc = new int[nodes + 1];
    for (int node : sorted.from()) {
      firstArc[node + 1]++;
    }
    for (int node = 0; node < nodes; node++) {
      firstArc[node + 1] += firstArc[node];
    }
    checkReachable(sorted, rank[start], rank[end], end);
    float[] sortedTimes = new float[nodes];
    for (int node = 0; node < nodes; node++) {
      sortedTimes[rank[node]] = times[node];
    }
    Lattice.Nodes sortedNodes = new Lattice.Nodes(sortedTimes, firstArc);
    return new Lattice(utterance, scales, rank[start], rank[end], sortedNodes, sorted);
  }

  /** Kahn's algorithm; arcs are grouped by the node that they leave with a linked list. */
  private int[] topologicalRanks() {
    int[] entering = new int[nodes];
    int[] head = new int[nodes];
    int[] next = new int[arcs];
    Arrays.fill(head, -1);
    for (int arc = 0; arc < arcs; arc++) {
      entering[to[arc]]++;
      next[arc] = head[from[arc]];
      head[from[arc]] = arc;
    }
    PriorityQueue<Integer> ready = new PriorityQueue<>();
    for (int node = 0; node < nodes; node++) {
      if (entering[node] == 0) {
        ready.add(node);
      }
    }
    int[] rank = new int[nodes];
    int ranked = 0;
    while (!ready.isEmpty()) {
      int node = ready.remove();
      rank[node] = ranked++;
      for (int arc = head[node]; arc >= 0; arc = next[arc]) {
        if (--entering[to[arc]] == 0) {
          ready.add(to[arc]);
        }
      }
    }
    if (ranked < nodes) {
      throw bad("the links form a cycle: %s; a lattice must be acyclic".formatted(cycle(entering)));
    }
    return rank;
  }

  /**
   * One cycle as "3 -> 5 -> 3", found by walking backwards among the nodes that were not ranked.
   */
  private String cycle(int[] entering) {
    int[] previous = new int[nodes];
    int node = -1;
    for (int arc = 0; arc < arcs; arc++) {
      if (entering[from[arc]] > 0 && entering[to[arc]] > 0) {
        previous[to[arc]] = from[arc];
        node = to[arc];
      }
    }
    boolean[] seen = new boolean[nodes];
    while (!seen[node]) {
      seen[node] = true;
      node = previous[node];
    }
    StringBuilder text = new StringBuilder("node " + node);
    int at = node;
    for (int shown = 0; shown < 10; shown++) {
      at = previous[at];
      text.insert(0, "node " + at + " -> ");
      if (at == node) {
        return text.toString();
      }
    }
    return "... -> " + text;
  }

  private Lattice.Arcs sortedArcs(int[] rank) {
    long[] keys = new long[arcs];
    for (int arc = 0; arc < arcs; arc++) {
      keys[arc] = ((long) rank[from[arc]] << 32) | arc;
    }
    Arrays.sort(keys);
    Lattice.Arcs sorted =
        new Lattice.Arcs(
            words.toArray(String[]::new),
            new int[arcs],
            new int[arcs],
            new int[arcs],
            new double[arcs],
            new double[arcs]);
    for (int place = 0; place < arcs; place++) {
      int arc = (int) keys[place];
      sorted.from()[place] = rank[from[arc]];
      sorted.to()[place] = rank[to[arc]];
      sorted.word()[place] = word[arc];
      sorted.acoustic()[place] = acoustic[arc];
      sorted.lm()[place] = lm[arc];
    }
    return sorted;
  }

  private void checkReachable(Lattice.Arcs sorted, int start, int end, int endAsGiven) {
    boolean[] reached = new boolean[nodes];
    reached[start] = true;
    for (int arc = 0; arc < arcs; arc++) {
      if (reached[sorted.from()[arc]]) {
        reached[sorted.to()[arc]] = true;
      }
    }
    if (!reached[end]) {
      throw bad("the final node %d cannot be reached from the start node".formatted(endAsGiven));
    }
  }

  private LatticeException bad(String reason) {
    return new LatticeException(utterance, source, 0, reason);
  }
}
