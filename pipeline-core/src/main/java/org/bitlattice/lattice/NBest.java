package org.bitlattice.lattice;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * The n best distinct word sequences of a lattice, exactly.
 *
 * <p>A* search over word-sequence prefixes. An item of the queue is a prefix, which stands for all
 * its completions: with the prefix goes, for every lattice node where it can end, the best path to
 * that node that spells exactly this prefix (determinisation on the fly). The estimate of what is
 * still to come is the true best score from a node to the end, found by one backward pass, so an
 * item's priority is the total of its best completion itself. Every word sequence has exactly one
 * chain of prefixes, hence the items of the queue stand for disjoint sets of sequences, and the
 * sequences leave the queue in the order of their totals, each once.
 *
 * <p>Memory: since each item has a completion that reaches its priority, an item outside the best n
 * − (sequences found) can never matter and is dropped; so at most n prefixes wait, each holding at
 * most one score per lattice node. Time: at most n·(words + 1) prefixes are expanded.
 *
 * <p>Equal totals: the prefix that was found first wins, and of equal paths of one word sequence
 * the one over earlier arcs; the result depends on the lattice alone.
 */
public final class NBest {
  /** Largest number of sequences that can be asked for. */
  public static final int LARGEST_N = 1_000_000;

  private static final int SENTENCE_END = -1;

  private final Lattice lattice;
  private final PathScales scales;
  private final int n;
  private final double[] toEnd;
  private final TreeSet<Item> queue =
      new TreeSet<>(
          Comparator.comparingDouble((Item item) -> -item.priority()).thenComparingLong(Item::age));
  private final List<LatticePath> found = new ArrayList<>();
  private final Frontier frontier;
  private final double[] bestOfWord;
  private final int[] touchedWords;
  private long age;

  /** A prefix of words, newest word first. */
  private record Prefix(Prefix before, int word, int length) {}

  /** Prefix of {@code reached} continued by {@code word}, or ended when that is SENTENCE_END. */
  private record Item(double priority, long age, Prefix prefix, Reached reached, int word) {}

  private NBest(Lattice lattice, PathScales scales, int n) {
    this.lattice = lattice;
    this.scales = scales;
    this.n = n;
    this.toEnd = bestToEnd();
    this.frontier = new Frontier(lattice, scales);
    this.bestOfWord = new double[lattice.wordTable().size()];
    this.touchedWords = new int[bestOfWord.length];
    Arrays.fill(bestOfWord, Double.NEGATIVE_INFINITY);
  }

  /**
   * The best distinct word sequences in descending order of their total; fewer than {@code n} when
   * the lattice has fewer. The sentence end counts as a word for the word-insertion score.
   *
   * @param scales applied to the lattice's unscaled scores; the lattice's own are not used
   * @param n from 1 to {@value #LARGEST_N}
   * @throws IllegalArgumentException when n is out of range
   * @throws LatticeException when no path has a finite total
   */
  public static List<LatticePath> of(Lattice lattice, PathScales scales, int n) {
    if (n < 1 || n > LARGEST_N) {
      throw new IllegalArgumentException(
          "cannot find the %d best word sequences: allowed are 1 to %d".formatted(n, LARGEST_N));
    }
    return new NBest(lattice, scales, n).search();
  }

  /** Best scaled score from each node to the end, −infinity where there is no way. */
  private double[] bestToEnd() {
    double[] best = new double[lattice.nodes()];
    Arrays.fill(best, Double.NEGATIVE_INFINITY);
    best[lattice.end()] = 0;
    for (int arc = lattice.arcs() - 1; arc >= 0; arc--) {
      int from = lattice.from(arc);
      best[from] = Math.max(best[from], scaled(arc) + best[lattice.to(arc)]);
    }
    return best;
  }

  private double scaled(int arc) {
    return Frontier.scaled(lattice, scales, arc);
  }

  private List<LatticePath> search() {
    LatticeScores.requireFinite(toEnd[lattice.start()], lattice, scales);
    frontier.add(lattice.start(), scales.wordInsertion(), 0, 0);
    expand(new Prefix(null, SENTENCE_END, 0), frontier.spreadOverEmptyArcs());
    while (found.size() < n && !queue.isEmpty()) {
      Item item = queue.pollFirst();
      if (item.word() == SENTENCE_END) {
        finish(item);
      } else {
        Prefix prefix = new Prefix(item.prefix(), item.word(), item.prefix().length() + 1);
        expand(prefix, follow(item.reached(), item.word()));
      }
    }
    found.sort(Comparator.comparingDouble((LatticePath path) -> -path.total()));
    return List.copyOf(found);
  }

  private Reached follow(Reached reached, int word) {
    for (int i = 0; i < reached.size(); i++) {
      int node = reached.node(i);
      for (int arc = lattice.firstArc(node); arc < lattice.firstArc(node + 1); arc++) {
        if (lattice.wordId(arc) == word && toEnd[lattice.to(arc)] > Double.NEGATIVE_INFINITY) {
          frontier.addOver(arc, reached, i);
        }
      }
    }
    return frontier.spreadOverEmptyArcs();
  }

  /** Queues every way to go on from a prefix: one item per next word, and the sentence end. */
  private void expand(Prefix prefix, Reached reached) {
    int touched = 0;
    for (int i = 0; i < reached.size(); i++) {
      int node = reached.node(i);
      if (node == lattice.end()) {
        offer(new Item(reached.total(i), age++, prefix, reached, SENTENCE_END));
      }
      for (int arc = lattice.firstArc(node); arc < lattice.firstArc(node + 1); arc++) {
        int word = lattice.wordId(arc);
        double priority = reached.total(i) + scaled(arc) + toEnd[lattice.to(arc)];
        if (word >= 0 && priority > Double.NEGATIVE_INFINITY) {
          if (bestOfWord[word] == Double.NEGATIVE_INFINITY) {
            touchedWords[touched++] = word;
          }
          bestOfWord[word] = Math.max(bestOfWord[word], priority);
        }
      }
    }
    for (int i = 0; i < touched; i++) {
      int word = touchedWords[i];
      offer(new Item(bestOfWord[word], age++, prefix, reached, word));
      bestOfWord[word] = Double.NEGATIVE_INFINITY;
    }
  }

  private void offer(Item item) {
    if (queue.size() < n - found.size()) {
      queue.add(item);
    } else if (item.priority() > queue.last().priority()) {
      queue.pollLast();
      queue.add(item);
    }
  }

  private void finish(Item item) {
    String[] words = new String[item.prefix().length()];
    for (Prefix at = item.prefix(); at.length() > 0; at = at.before()) {
      words[at.length() - 1] = lattice.wordTable().get(at.word());
    }
    Reached reached = item.reached();
    int last = reached.indexOf(lattice.end());
    double acousticLn = reached.acousticLn(last);
    double lmLn = reached.lmLn(last);
    double total = scales.total(acousticLn, lmLn, words.length);
    found.add(new LatticePath(List.of(words), acousticLn, lmLn, total));
  }
}
