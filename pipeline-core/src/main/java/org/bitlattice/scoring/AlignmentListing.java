package org.bitlattice.scoring;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Alignments for people to read, utterance by utterance: the words of reference and hypothesis
 * above each other, wrong words in capitals, gaps as asterisks, and S, D or I below each error.
 */
public final class AlignmentListing {
  private AlignmentListing() {}

  /**
   * The listing of all utterances.
   *
   * @param scored the alignments of the two transcripts
   */
  public static String of(ScoredTranscript scored, TrnFile reference, TrnFile hypothesis) {
    StringBuilder listing = new StringBuilder();
    for (Map.Entry<String, Alignment> entry : scored.alignments().entrySet()) {
      String id = entry.getKey();
      append(listing, id, entry.getValue(), reference.words(id), hypothesis.words(id));
    }
    return listing.toString();
  }

  private static void append(
      StringBuilder listing,
      String id,
      Alignment alignment,
      List<String> reference,
      List<String> hypothesis) {
    StringBuilder above = new StringBuilder("REF: ");
    StringBuilder below = new StringBuilder("HYP: ");
    StringBuilder marks = new StringBuilder("Eval:");
    int i = 0;
    int j = 0;
    for (AlignmentStep step : alignment.steps()) {
      String first = step.takesReference() ? reference.get(i++) : null;
      String second = step.takesHypothesis() ? hypothesis.get(j++) : null;
      int width =
          Math.max(first == null ? 0 : first.length(), second == null ? 0 : second.length());
      column(above, first, step, width);
      column(below, second, step, width);
      column(marks, mark(step), AlignmentStep.CORRECT, width);
    }
    WordErrors errors = alignment.errors();
    listing.append(
        """
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
                marks.toString().stripTrailing()));
  }

  private static void column(StringBuilder line, String word, AlignmentStep step, int width) {
    String shown = word == null ? "*".repeat(width) : step.isError() ? capitals(word) : word;
    line.append(' ').append(shown).append(" ".repeat(width - shown.length()));
  }

  /** Capitals of the same length: letters such as ß, whose capital is longer, stay. */
  private static String capitals(String word) {
    String capitals = word.toUpperCase(Locale.ROOT);
    return capitals.length() == word.length() ? capitals : word;
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
