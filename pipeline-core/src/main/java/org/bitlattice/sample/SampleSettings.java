package org.bitlattice.sample;

/**
 * Size of a synthetic corpus.
 *
 * @param trainSentences sentences of the training text, at least 100
 * @param heldOutSentences sentences of the development and of the evaluation text, at least 1
 * @param utterances leading held-out sentences of each set that get a lattice and a reference, at
 *     most {@code heldOutSentences}
 */
public record SampleSettings(int trainSentences, int heldOutSentences, int utterances) {
  /** About 85,000 training tokens, 400 held-out sentences and 180 lattices in each set. */
  public static final SampleSettings DEFAULT = new SampleSettings(6_500, 400, 180);

  /**
   * Checks the bounds.
   *
   * @throws IllegalArgumentException when a number is out of its bounds
   */
  public SampleSettings {
    if (trainSentences < 100 || heldOutSentences < 1) {
      throw new IllegalArgumentException(
          "Cannot make a sample of %d training and %d held-out sentences; at least 100 and 1 are needed"
              .formatted(trainSentences, heldOutSentences));
    }
    if (utterances < 0 || utterances > heldOutSentences) {
      throw new IllegalArgumentException(
          "Cannot make lattices for %d of %d held-out sentences"
              .formatted(utterances, heldOutSentences));
    }
  }
}
