package org.bitlattice.lm.scoring;

import java.io.Serializable;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.quant.PackedModel;

/**
 * A model and the way in which it is computed with.
 *
 * @param model the model
 * @param mode how it is run
 */
public record ScoredModel(PackedModel model, ScoringMode mode) implements Serializable {
  /** A full-precision model, which is run in mode exact. */
  public static ScoredModel exact(LmWeights weights) {
    return new ScoredModel(PackedModel.fullPrecision(weights), ScoringMode.EXACT);
  }
}
