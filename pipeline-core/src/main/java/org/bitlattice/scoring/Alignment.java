package org.bitlattice.scoring;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * The alignment of a hypothesis with its reference as NIST {@code sclite} makes it: the cheapest
 * path under the costs 0 (correct), {@value #SUBSTITUTION_COST} (substitution), {@value #GAP_COST}
 * (insertion) and {@value #GAP_COST} (deletion). Words are compared with ASCII letters folded to
 * lower case.
 *
 * <p>Cell (i, j) of the table holds the cost of the best path for the first i reference and j
 * hypothesis words. Where several last steps are equally cheap the diagonal one (correct or
 * substitution) is taken, then the insertion; the deletion only when it is strictly cheaper than
 * both. The order matters for the counts: a path of 3 substitutions costs as much as one of 4 gaps.
 *
 * <p>Time and memory are proportional to (reference words + 1) × (hypothesis words + 1).
 */
public final class Alignment {
  static final int SUBSTITUTION_COST = 4;
  static final int GAP_COST = 3;

  private final List<AlignmentStep> steps;

  private Alignment(List<AlignmentStep> steps) {
    this.steps = steps;
  }

  /** Aligns the words of a hypothesis with the words of its reference; either may be empty. */
  public static Alignment of(List<String> referenceWords, List<String> hypothesisWords) {
    String[] reference = folded(referenceWords);
    String[] hypothesis = folded(hypothesisWords);
    int columns = hypothesis.length + 1;
    AlignmentStep[] last = lastSteps(reference, hypothesis);
    AlignmentStep[] path = new AlignmentStep[reference.length + hypothesis.length];
    int length = 0;
    int i = reference.length;
    int j = hypothesis.length;
    while (i > 0 || j > 0) {
      AlignmentStep step = last[i * columns + j];
      path[length++] = step;
      i -= step.takesReference() ? 1 : 0;
      j -= step.takesHypothesis() ? 1 : 0;
    }
    List<AlignmentStep> forward = Arrays.asList(Arrays.copyOf(path, length));
    Collections.reverse(forward);
    return new Alignment(List.copyOf(forward));
  }

  private static AlignmentStep[] lastSteps(String[] reference, String[] hypothesis) {
    int columns = hypothesis.length + 1;
    AlignmentStep[] last = new AlignmentStep[(reference.length + 1) * columns];
    int[] above = new int[columns];
    for (int j = 1; j < columns; j++) {
      above[j] = j * GAP_COST;
      last[j] = AlignmentStep.INSERTION;
    }
    int[] current = new int[columns];
    for (int i = 1; i <= reference.length; i++) {
      current[0] = i * GAP_COST;
      last[i * columns] = AlignmentStep.DELETION;
      for (int j = 1; j < columns; j++) {
        boolean same = reference[i - 1].equals(hypothesis[j - 1]);
        int best = above[j - 1] + (same ? 0 : SUBSTITUTION_COST);
        AlignmentStep step = same ? AlignmentStep.CORRECT : AlignmentStep.SUBSTITUTION;
        if (current[j - 1] + GAP_COST < best) {
          best = current[j - 1] + GAP_COST;
          step = AlignmentStep.INSERTION;
        }
        if (above[j] + GAP_COST < best) {
          best = above[j] + GAP_COST;
          step = AlignmentStep.DELETION;
        }
        current[j] = best;
        last[i * columns + j] = step;
      }
      int[] free = above;
      above = current;
      current = free;
    }
    return last;
  }

  private static String[] folded(List<String> words) {
    return words.stream().map(Alignment::folded).toArray(String[]::new);
  }

  /** ASCII letters in lower case; all other characters are left as they are. */
  private static String folded(String word) {
    char[] letters = word.toCharArray();
    for (int i = 0; i < letters.length; i++) {
      if (letters[i] >= 'A' && letters[i] <= 'Z') {
        letters[i] = (char) (letters[i] + ('a' - 'A'));
      }
    }
    return new String(letters);
  }

  /** The steps from the first words to the last; unmodifiable. */
  public List<AlignmentStep> steps() {
    return steps;
  }

  /** The sum of the steps' costs. */
  public int cost() {
    return steps.stream()
        .mapToInt(
            step ->
                switch (step) {
                  case CORRECT -> 0;
                  case SUBSTITUTION -> SUBSTITUTION_COST;
                  case DELETION, INSERTION -> GAP_COST;
                })
        .sum();
  }

  /** How often each step occurs. */
  public WordErrors errors() {
    long[] counts = new long[AlignmentStep.values().length];
    for (AlignmentStep step : steps) {
      counts[step.ordinal()]++;
    }
    long correct = counts[AlignmentStep.CORRECT.ordinal()];
    long substitutions = counts[AlignmentStep.SUBSTITUTION.ordinal()];
    long deletions = counts[AlignmentStep.DELETION.ordinal()];
    return new WordErrors(
        correct + substitutions + deletions,
        correct,
        substitutions,
        deletions,
        counts[AlignmentStep.INSERTION.ordinal()]);
  }
}
