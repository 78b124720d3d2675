package org.bitlattice.lattice;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Removes arcs without words. From each node that is kept, the arcs without words are followed in
 * topological order, the best way to every node found; each arc with a word that leaves such a node
 * then leaves the kept node itself, with the scores of the way added. Where the end is found, one
 * arc without a word leads there. Kept are the start and the nodes that an arc with a word enters,
 * as far as they lie on a path.
 *
 * <p>Of arcs with the same word between the same nodes only the best is kept. Every word sequence
 * keeps the scores of its best path, and no other sequence appears. Equal scores: the way that is
 * found first wins, in the order of nodes and arcs.
 *
 * <p>The result can be larger than the lattice: a chain of n empty arcs between nodes that words
 * enter and leave becomes about n²/2 arcs. More than {@value #LARGEST_RESULT} arcs, and more than
 * the lattice had, are refused.
 */
public final class EmptyArcs {
  /** Most arcs that removal may make, unless the lattice had more. */
  public static final int LARGEST_RESULT = 4_000_000;

  private final Lattice lattice;
  private final PathScales scales;
  private final LatticeBuilder builder;
  private final LatticeScores best;

  /** A kept node's number in the result plus 1, and 0 for a node that goes. */
  private final int[] place;

  private final long largest;
  private long arcs;

  private record Way(double total, double acousticLn, double lmLn) {
    Way over(Lattice lattice, PathScales scales, int arc) {
      return new Way(
          total + Frontier.scaled(lattice, scales, arc),
          acousticLn + lattice.acousticLn(arc),
          lmLn + lattice.lmLn(arc));
    }
  }

  private record Target(int node, int word) {}

  private EmptyArcs(Lattice lattice, PathScales scales, int largestResult) {
    this.lattice = lattice;
    this.scales = scales;
    this.largest = Math.max(largestResult, lattice.arcs());
    this.builder = ArcSelection.builder(lattice);
    this.best = LatticeScores.best(lattice, scales);
    this.place = new int[lattice.nodes()];
  }

  /**
   * The lattice without empty arcs, but for those that enter the end.
   *
   * @param scales decide which way over empty arcs is best; the scores stay unscaled
   * @throws LatticeException when the result would have too many arcs
   */
  public static Lattice removed(Lattice lattice, PathScales scales) {
    return removed(lattice, scales, LARGEST_RESULT);
  }

  static Lattice removed(Lattice lattice, PathScales scales, int largestResult) {
    return new EmptyArcs(lattice, scales, largestResult).build();
  }

  private Lattice build() {
    best.requireFinite();
    markKept();
    for (int node = 0; node < lattice.nodes(); node++) {
      if (place[node] > 0) {
        place[node] = 1 + builder.addNode(lattice.time(node));
      }
    }
    for (int node = lattice.start(); node < lattice.end(); node++) {
      if (place[node] > 0) {
        addArcs(node);
      }
    }
    return builder.build(place[lattice.start()] - 1, place[lattice.end()] - 1);
  }

  private void markKept() {
    place[lattice.start()] = 1;
    place[lattice.end()] = 1;
    for (int arc = 0; arc < lattice.arcs(); arc++) {
      if (lattice.wordId(arc) >= 0 && best.arcLn(arc) > Double.NEGATIVE_INFINITY) {
        place[lattice.to(arc)] = 1;
      }
    }
  }

  private void addArcs(int node) {
    Map<Target, Way> found = new LinkedHashMap<>();
    Map<Integer, Way> ways = new HashMap<>();
    PriorityQueue<Integer> ahead = new PriorityQueue<>();
    ways.put(node, new Way(0, 0, 0));
    ahead.add(node);
    while (!ahead.isEmpty()) {
      int at = ahead.remove();
      Way way = ways.get(at);
      for (int arc = lattice.firstArc(at); arc < lattice.firstArc(at + 1); arc++) {
        int to = lattice.to(arc);
        if (best.backward(to) == Double.NEGATIVE_INFINITY) {
          continue;
        }
        Way longer = way.over(lattice, scales, arc);
        if (lattice.wordId(arc) >= 0 || to == lattice.end()) {
          found.merge(new Target(to, lattice.wordId(arc)), longer, EmptyArcs::better);
        } else {
          Way before = ways.get(to);
          if (before == null) {
            ahead.add(to);
          }
          ways.put(to, before == null ? longer : better(before, longer));
        }
      }
    }
    found.forEach((target, way) -> addArc(node, target, way));
  }

  private static Way better(Way earlier, Way later) {
    return later.total() > earlier.total() ? later : earlier;
  }

  private void addArc(int node, Target target, Way way) {
    if (++arcs > largest) {
      throw new LatticeException(
          lattice.utterance(),
          "utterance " + lattice.utterance(),
          0,
          "without empty arcs the lattice would have more than %d arcs; prune it first"
              .formatted(largest));
    }
    String word = target.word() < 0 ? null : lattice.wordTable().get(target.word());
    int from = place[node] - 1;
    builder.addArc(from, place[target.node()] - 1, word, way.acousticLn(), way.lmLn());
  }
}
