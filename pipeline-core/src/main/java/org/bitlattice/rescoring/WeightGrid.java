package org.bitlattice.rescoring;

/**
 * Where {@link WeightSearch} looks for weights.
 *
 * @param acousticScale κ, fixed
 * @param languageScale values of s
 * @param interpolation values of μ, within [0, 1]
 * @param wordInsertion values of p
 * @param refinements how often the steps are halved around the best weights, 0 to 8
 */
public record WeightGrid(
    double acousticScale,
    SearchRange languageScale,
    SearchRange interpolation,
    SearchRange wordInsertion,
    int refinements) {
  private static final int MOST_REFINEMENTS = 8;

  /**
   * For natural-log acoustic scores at κ = 1, whose language model scale is typically 8 to 12: s =
   * 4 to 20 in steps of 1, μ = 0 to 1 in steps of 0.1, p = −6 to 10 in steps of 1, two refinements.
   */
  public static final WeightGrid DEFAULT =
      new WeightGrid(
          1, new SearchRange(4, 20, 1), new SearchRange(0, 1, 0.1), new SearchRange(-6, 10, 1), 2);

  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException when a weight could leave its range (see {@link ScoreWeights})
   *     or the number of refinements is not allowed
   */
  public WeightGrid {
    if (refinements < 0 || refinements > MOST_REFINEMENTS) {
      throw new IllegalArgumentException(
          "%d refinements of the weight search; allowed are 0 to %d"
              .formatted(refinements, MOST_REFINEMENTS));
    }
    ScoreWeights.requireAllowed(acousticScale, languageScale.from(), interpolation.from(), 0);
    ScoreWeights.requireAllowed(acousticScale, languageScale.to(), interpolation.to(), 0);
  }

  /** The same grid with μ fixed: 1 for the network alone, 0 for the n-gram model alone. */
  public WeightGrid withInterpolation(double value) {
    return new WeightGrid(
        acousticScale, languageScale, SearchRange.only(value), wordInsertion, refinements);
  }
}
