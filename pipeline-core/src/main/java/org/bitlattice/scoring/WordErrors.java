package org.bitlattice.scoring;

import java.io.Serializable;

/**
 * Counts of an alignment of hypotheses with references, summed over any number of utterances.
 *
 * @param referenceWords words of the references: correct + substitutions + deletions
 * @param correct reference words that were recognised
 * @param substitutions reference words recognised as another word
 * @param deletions reference words without a word in the hypothesis
 * @param insertions words of the hypothesis without a reference word
 */
public record WordErrors(
    long referenceWords, long correct, long substitutions, long deletions, long insertions)
    implements Serializable {
  /** Counts of no utterance at all. */
  public static final WordErrors NONE = new WordErrors(0, 0, 0, 0, 0);

  /**
   * Checks the counts.
   *
   * @throws IllegalArgumentException when a count is negative or they do not add up
   */
  public WordErrors {
    if (correct < 0 || substitutions < 0 || deletions < 0 || insertions < 0) {
      throw new IllegalArgumentException(
          "%d correct, %d substitutions, %d deletions, %d insertions: counts are not negative"
              .formatted(correct, substitutions, deletions, insertions));
    }
    if (referenceWords != correct + substitutions + deletions) {
      throw new IllegalArgumentException(
          "%d reference words are not the sum of %d correct, %d substitutions and %d deletions"
              .formatted(referenceWords, correct, substitutions, deletions));
    }
  }

  /** Substitutions, deletions and insertions together. */
  public long errors() {
    return substitutions + deletions + insertions;
  }

  /** Word error rate in percent of the reference words; NaN when there is no reference word. */
  public double percent() {
    return referenceWords == 0 ? Double.NaN : 100.0 * errors() / referenceWords;
  }

  /** The counts of both together. */
  public WordErrors plus(WordErrors other) {
    return new WordErrors(
        referenceWords + other.referenceWords,
        correct + other.correct,
        substitutions + other.substitutions,
        deletions + other.deletions,
        insertions + other.insertions);
  }
}
