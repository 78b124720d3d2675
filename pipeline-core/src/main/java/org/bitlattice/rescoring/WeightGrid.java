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

  /** Most points of the first grid. */
  public static final int MOST_POINTS = 1_000_000;

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
    long points =
        (languageScale.steps() + 1L)
            * (interpolation.steps() + 1L)
            * Math.min(MOST_POINTS, wordInsertion.steps() + 1L);
    if (languageScale.steps() >= MOST_POINTS
        || interpolation.steps() >= MOST_POINTS
        || points > MOST_POINTS) {
      throw new IllegalArgumentException(
          "the grid of the weight search has more than %d points".formatted(MOST_POINTS));
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
