package org.bitlattice.sample;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bitlattice.text.Vocabulary;

/**
 * How alike two words sound. Letters are sounds; the distance of two words is the square root of
 * the cheapest sum of squared edit costs between them. If the sound of a word were a point with
 * standard normal noise, a listener would take a word at distance d for another with probability
 * Φ(−d/2), and the natural log likelihood ratio of the two would be −(d²/2 + d·ε), ε standard
 * normal: that is what a lattice's acoustic scores are made from.
 */
final class SoundModel {
  /**
   * A word that may be heard instead of another.
   *
   * @param word its id
   * @param distance how far it is, 0 for the word itself
   */
  record Neighbour(int word, double distance) {}

  private static final List<String> ALIKE =
      List.of("bp", "dt", "gk", "mn", "lr", "sz", "fv", "aeiou", "bdg", "ptk");
  private static final int[] CLASSES = classes();
  private static final double SUBSTITUTION_ALIKE = 1.4;
  private static final int FEWEST = 6;
  private static final double SUBSTITUTION = 3.0;
  private static final double FINAL_SOUND = 1.4;
  private static final double INSERTION = 2.0;

  private final Vocabulary vocabulary;
  private final double farthest;
  private final Map<String, List<Neighbour>> known = new HashMap<>();

  /**
   * A model of the words of a vocabulary.
   *
   * @param farthest largest distance of a neighbour, unless a word has too few of them
   */
  SoundModel(Vocabulary vocabulary, double farthest) {
    this.vocabulary = vocabulary;
    this.farthest = farthest;
  }

  /** The vocabulary's words near a word, which may be outside it, the nearest first. */
  List<Neighbour> neighbours(String word) {
    return known.computeIfAbsent(word, this::search);
  }

  private List<Neighbour> search(String word) {
    List<Neighbour> near = new ArrayList<>();
    for (int id = 0; id < vocabulary.size(); id++) {
      if (id != vocabulary.boundaryId() && id != vocabulary.unknownId()) {
        near.add(new Neighbour(id, distance(word, vocabulary.word(id))));
      }
    }
    near.sort(Comparator.comparingDouble(Neighbour::distance).thenComparingInt(Neighbour::word));
    int close = (int) near.stream().filter(n -> n.distance() <= farthest).count();
    return List.copyOf(near.subList(0, Math.min(near.size(), Math.max(close, FEWEST))));
  }

  static double distance(String a, String b) {
    double[][] cost = new double[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        double best = i + j == 0 ? 0 : Double.POSITIVE_INFINITY;
        if (i > 0) {
          best = Math.min(best, cost[i - 1][j] + extra(a, i));
        }
        if (j > 0) {
          best = Math.min(best, cost[i][j - 1] + extra(b, j));
        }
        if (i > 0 && j > 0) {
          best =
              Math.min(best, cost[i - 1][j - 1] + substitution(a.charAt(i - 1), b.charAt(j - 1)));
        }
        cost[i][j] = best;
      }
    }
    return Math.sqrt(cost[a.length()][b.length()]);
  }

  /** A last {@code s} or {@code ed}, which marks number or tense, is easily missed. */
  private static double extra(String word, int position) {
    boolean ending =
        (position == word.length() && (word.endsWith("s") || word.endsWith("ed")))
            || (position == word.length() - 1 && word.endsWith("ed"));
    double cost = ending ? FINAL_SOUND : INSERTION;
    return word.endsWith("ed") && ending ? cost * cost / 2 : cost * cost;
  }

  private static double substitution(char a, char b) {
    if (a == b) {
      return 0;
    }
    boolean alike = (CLASSES[a] & CLASSES[b]) != 0;
    return alike ? SUBSTITUTION_ALIKE * SUBSTITUTION_ALIKE : SUBSTITUTION * SUBSTITUTION;
  }

  /** For each letter the classes it is in, a bit for each. */
  private static int[] classes() {
    int[] classes = new int[128];
    for (int c = 0; c < ALIKE.size(); c++) {
      for (char letter : ALIKE.get(c).toCharArray()) {
        classes[letter] |= 1 << c;
      }
    }
    return classes;
  }
}
