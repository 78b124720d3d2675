package org.bitlattice.lm.scoring;

import java.util.List;
import org.bitlattice.lm.LmWeights;

/** The divergence of one full-precision model from another. */
public final class ExactDivergence {
  private ExactDivergence() {}

  public static KlSum between(
      LmWeights from,
      LmWeights to,
      List<int[]> sentences,
      int boundaryId,
      ScorerSettings settings) {
    return KlDivergence.of(
        ScoredModel.exact(from), ScoredModel.exact(to), sentences, boundaryId, settings);
  }
}
