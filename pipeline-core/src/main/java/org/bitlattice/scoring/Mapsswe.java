package org.bitlattice.scoring;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Matched Pairs Sentence-Segment Word Error test (L. Gillick and S. Cox, "Some statistical issues
 * in the comparison of speech recognition algorithms", ICASSP 1989), as NIST {@code sc_stats}.
 *
 * <p>Both systems' alignments are laid along the reference words. A <em>segment</em> is a run that
 * holds errors of either system and ends where {@value #GOOD_WORDS} consecutive reference words are
 * correct in both systems with no insertion between them, or where the sentence ends. Insertions
 * count where they stand, before a reference word or after the last one. Segments are taken to be
 * independent; the test looks at the mean difference of the two systems' errors per segment.
 *
 * <p>{@code sc_stats} truncates z to two decimals before it looks up its probability; here p
 * belongs to the exact z.
 */
public final class Mapsswe {
  private static final int GOOD_WORDS = 2;

  private Mapsswe() {}

  /**
   * Compares two systems on the same reference; a positive mean difference says that {@code a} has
   * more errors.
   *
   * @throws IllegalArgumentException when the two were scored on different references
   */
  public static MapssweResult compare(ScoredTranscript a, ScoredTranscript b) {
    if (!a.alignments().keySet().equals(b.alignments().keySet())) {
      throw new IllegalArgumentException(
          "the two systems were scored on different utterances (%d and %d); a matched-pair test"
                  .formatted(a.sentences(), b.sentences())
              + " needs the same reference for both");
    }
    List<Integer> differences = new ArrayList<>();
    a.alignments()
        .forEach((id, first) -> addSegments(id, first, b.alignments().get(id), differences));
    return result(differences);
  }

  private static MapssweResult result(List<Integer> differences) {
    long n = differences.size();
    long sum = 0;
    long squares = 0;
    for (int difference : differences) {
      sum += difference;
      squares += (long) difference * difference;
    }
    double mean = n == 0 ? 0 : (double) sum / n;
    // Integer sums: n·Σd² − (Σd)² is exact, so equal differences give a variance of exactly 0.
    double variance = n < 2 ? 0 : (double) (n * squares - sum * sum) / n / (n - 1);
    return MapssweResult.of(n, mean, Math.sqrt(variance));
  }

  private static void addSegments(String id, Alignment a, Alignment b, List<Integer> differences) {
    int[] first = errorsByPlace(a);
    int[] second = errorsByPlace(b);
    if (first.length != second.length) {
      throw new IllegalArgumentException(
          "utterance %s has %d reference words for one system and %d for the other; a matched-pair"
                  .formatted(id, first.length / 2, second.length / 2)
              + " test needs the same reference for both");
    }
    boolean open = false;
    int good = 0;
    int difference = 0;
    for (int place = 0; place < first.length; place++) {
      if (first[place] + second[place] > 0) {
        open = true;
        good = 0;
        difference += first[place] - second[place];
      } else if (place % 2 == 1) {
        good++;
      }
      if (open && (good == GOOD_WORDS || place == first.length - 1)) {
        differences.add(difference);
        open = false;
        difference = 0;
      }
    }
  }

  /**
   * Errors along the reference: place 2i is the gap before reference word i (its insertions), place
   * 2i + 1 the word itself, the last place the gap at the end.
   */
  private static int[] errorsByPlace(Alignment alignment) {
    int[] errors = new int[2 * alignment.steps().size() + 1];
    int place = 0;
    for (AlignmentStep step : alignment.steps()) {
      if (step.takesReference()) {
        errors[place + 1] += step.isError() ? 1 : 0;
        place += 2;
      } else {
        errors[place]++;
      }
    }
    return Arrays.copyOf(errors, place + 1);
  }
}
