package org.bitlattice.lattice;

import java.io.Serializable;

/**
 * How the parts of a path score are weighed: acoustic·Σ acoustic + language·Σ ln P +
 * wordInsertion·( words + 1). The sentence end counts as one more word.
 *
 * @param acoustic factor of the acoustic log likelihood, at least 0
 * @param language factor of the language-model log probability, at least 0
 * @param wordInsertion natural log, added once per word and once for the sentence end; a penalty
 *     when negative
 */
public record PathScales(double acoustic, double language, double wordInsertion)
    implements Serializable {

  /** The scores as they are: factors of 1 and no word-insertion score. */
  public static final PathScales UNSCALED = new PathScales(1, 1, 0);

  /**
   * @throws IllegalArgumentException when a value is not finite or a factor is negative
   */
  public PathScales {
    if (!(acoustic >= 0) || !(language >= 0) || !Double.isFinite(acoustic + language)) {
      throw new IllegalArgumentException(
          "path scales acoustic = %s, language = %s: each must be a finite number of at least 0"
              .formatted(acoustic, language));
    }
    if (!Double.isFinite(wordInsertion)) {
      throw new IllegalArgumentException(
          "word-insertion score %s is not a finite number".formatted(wordInsertion));
    }
  }

  /**
   * The scales divided by the language factor, so that this becomes 1, as is usual for posteriors
   * of lattices; the scales themselves when the language factor is 0.
   */
  public PathScales relativeToLanguage() {
    return language == 0 ? this : new PathScales(acoustic / language, 1, wordInsertion / language);
  }

  /**
   * Total score of a path.
   *
   * @param acousticLn unscaled acoustic log likelihood
   * @param lmLn unscaled language-model log probability
   * @param words number of words, the sentence end not counted
   */
  public double total(double acousticLn, double lmLn, int words) {
    return acoustic * acousticLn + language * lmLn + wordInsertion * (words + 1);
  }

  /** Scaled score of one arc: a word-insertion score belongs to it when it carries a word. */
  public double of(Lattice lattice, int arc) {
    double score = acoustic * lattice.acousticLn(arc) + language * lattice.lmLn(arc);
    return lattice.wordId(arc) < 0 ? score : score + wordInsertion;
  }
}
