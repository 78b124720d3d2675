package org.bitlattice.sample;

import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bitlattice.text.Vocabulary;

/**
 * A bigram model of a training text with absolute discounting, interpolated with the relative
 * frequencies of words (Ney, Essen and Kneser 1994): P(w|h) = max(c(h,w) − D, 0)/c(h) + γ(h)·P(w)
 * with γ(h) = D·n(h)/c(h), n(h) the number of different words after h, and D = n₁/(n₁ + 2n₂) from
 * the numbers of bigrams seen once and twice. Since P(w) is positive for every word, the back-off
 * form with weight γ(h) is the same model, and its probabilities sum to 1. Probabilities are those
 * of the written file: base-10 logarithms with six decimals.
 */
final class SampleBigram {
  private static final String START = "<s>";
  private static final double NEVER = -99;

  private final Vocabulary vocabulary;
  private final long[] unigrams;
  private final List<Map<Integer, Integer>> bigrams;
  private final double discount;
  private final long tokens;

  /**
   * Counts a text.
   *
   * @param sentences ids of each sentence's words; every word of the vocabulary must occur
   */
  SampleBigram(List<int[]> sentences, Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
    this.unigrams = new long[vocabulary.size()];
    this.bigrams = new ArrayList<>();
    for (int word = 0; word < vocabulary.size(); word++) {
      bigrams.add(new TreeMap<>());
    }
    long total = 0;
    for (int[] sentence : sentences) {
      int last = vocabulary.boundaryId();
      for (int i = 0; i <= sentence.length; i++) {
        int word = i < sentence.length ? sentence[i] : vocabulary.boundaryId();
        unigrams[word]++;
        bigrams.get(last).merge(word, 1, Integer::sum);
        last = word;
        total++;
      }
    }
    this.tokens = total;
    this.discount = discount();
  }

  private double discount() {
    Map<Integer, Integer> countsOfCounts = new HashMap<>();
    bigrams.forEach(
        next -> next.values().forEach(count -> countsOfCounts.merge(count, 1, Integer::sum)));
    double once = countsOfCounts.getOrDefault(1, 0);
    double twice = countsOfCounts.getOrDefault(2, 0);
    return once == 0 ? 0.5 : once / (once + 2 * twice);
  }

  /**
   * ln P(word | last), as a reader of the written file computes it.
   *
   * @param last id of the context word, the boundary id at the start of a sentence
   * @param word id of the predicted word, the boundary id for the sentence end
   */
  double ln(int last, int word) {
    double log10 =
        bigrams.get(last).containsKey(word)
            ? rounded(bigramLog10(last, word))
            : rounded(backOffLog10(last)) + rounded(unigramLog10(word));
    return log10 * StrictMath.log(10);
  }

  /** Number of bigrams of the file. */
  int bigramCount() {
    return bigrams.stream().mapToInt(Map::size).sum();
  }

  /** Writes the model in ARPA format. */
  void write(Writer out) throws IOException {
    out.write("\\data\\\nngram 1=" + (vocabulary.size() + 1) + "\nngram 2=" + bigramCount());
    out.write("\n\n\\1-grams:\n");
    int boundary = vocabulary.boundaryId();
    line(out, NEVER, START, backOffLog10(boundary));
    for (int word = 0; word < vocabulary.size(); word++) {
      line(out, unigramLog10(word), vocabulary.word(word), word == boundary ? 0 : backOffLog10(word));
    }
    out.write("\n\\2-grams:\n");
    for (int last = 0; last < vocabulary.size(); last++) {
      String context = last == boundary ? START : vocabulary.word(last);
      for (int word : bigrams.get(last).keySet()) {
        out.write(Decimal.of(bigramLog10(last, word), 6));
        out.write('\t' + context + ' ' + vocabulary.word(word) + '\n');
      }
    }
    out.write("\n\\end\\\n");
  }

  private static void line(Writer out, double log10, String word, double backOff)
      throws IOException {
    out.write(Decimal.of(log10, 6) + '\t' + word + '\t' + Decimal.of(backOff, 6) + '\n');
  }

  private double unigramLog10(int word) {
    return StrictMath.log10((double) unigrams[word] / tokens);
  }

  private double backOffLog10(int last) {
    return StrictMath.log10(backOff(last));
  }

  private double backOff(int last) {
    return discount * bigrams.get(last).size() / unigrams[last];
  }

  private double bigramLog10(int last, int word) {
    double seen = (bigrams.get(last).get(word) - discount) / unigrams[last];
    return StrictMath.log10(seen + backOff(last) * unigrams[word] / tokens);
  }

  private static double rounded(double log10) {
    return StrictMath.rint(log10 * 1e6) / 1e6;
  }
}
