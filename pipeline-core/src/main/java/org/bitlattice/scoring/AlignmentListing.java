package org.bitlattice.scoring;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Alignments for people to read, as {@code sclite} prints them: for each utterance its id, its
 * counts, and the words of reference and hypothesis above each other. Wrong words stand in
 * capitals, gaps are asterisks, and S, D or I stands below each error:
 *
 * <pre>
 * id: (ann-1)
 * Scores: (#C #S #D #I) 2 1 0 1
 * REF:  so **** THAT is
 * HYP:  so LESS THIS is
 * Eval:    I    S
 * </pre>
 */
public final class AlignmentListing {
  private AlignmentListing() {}

  /**
   * Writes the listing of all utterances, one at a time.
   *
   * @param scored the alignments of the two transcripts
   * @throws IOException when it cannot be written
   */
  public static void write(
      ScoredTranscript scored, TrnFile reference, TrnFile hypothesis, Appendable out)
      throws IOException {
    for (Map.Entry<String, Alignment> entry : scored.alignments().entrySet()) {
      String id = entry.getKey();
      out.append(text(id, entry.getValue(), reference.words(id), hypothesis.words(id)));
    }
  }

  private static String text(
      String id, Alignment alignment, List<String> reference, List<String> hypothesis) {
    StringBuilder above = new StringBuilder("REF: ");
    StringBuilder below = new StringBuilder("HYP: ");
    StringBuilder marks = new StringBuilder("Eval:");
    int i = 0;
    int j = 0;
    for (AlignmentStep step : alignment.steps()) {
      String first = step.takesReference() ? shown(reference.get(i++), step) : "";
      String second = step.takesHypothesis() ? shown(hypothesis.get(j++), step) : "";
      int width = Math.max(length(first), length(second));
      column(above, step.takesReference() ? first : "*".repeat(width), width);
      column(below, step.takesHypothesis() ? second : "*".repeat(width), width);
      column(marks, mark(step), width);
    }
    WordErrors errors = alignment.errors();
    return """
        id: (%s)
        Scores: (#C #S #D #I) %d %d %d %d
        %s
        %s
        %s

        """
        .formatted(
            id,
            errors.correct(),
            errors.substitutions(),
            errors.deletions(),
            errors.insertions(),
            above.toString().stripTrailing(),
            below.toString().stripTrailing(),
            marks.toString().stripTrailing());
  }

  private static void column(StringBuilder line, String shown, int width) {
    line.append(' ').append(shown).append(" ".repeat(width - length(shown)));
  }

  private static String shown(String word, AlignmentStep step) {
    return step.isError() ? word.toUpperCase(Locale.ROOT) : word;
  }

  private static int length(String word) {
    return word.codePointCount(0, word.length());
  }

  private static String mark(AlignmentStep step) {
    return switch (step) {
      case CORRECT -> "";
      case SUBSTITUTION -> "S";
      case DELETION -> "D";
      case INSERTION -> "I";
    };
  }
}
