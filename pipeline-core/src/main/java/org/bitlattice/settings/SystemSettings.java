package org.bitlattice.settings;

import org.bitlattice.lm.scoring.ScoringMode;
import org.bitlattice.quant.ScaleScope;

/**
 * One system of an experiment.
 *
 * @param id its name
 * @param method how its weights are made
 * @param precision how the precision of each tensor is chosen
 * @param scope what shares a scale
 * @param inference how its model is run when it is evaluated and rescores; exact for method
 *     full-precision
 * @param admm used by method ADMM
 */
public record SystemSettings(
    String id,
    Method method,
    PrecisionChoice precision,
    ScaleScope scope,
    ScoringMode inference,
    AdmmSchedule admm) {
  /** How the weights of a system are made. */
  public enum Method {
    /** The baseline's weights as they are. */
    FULL_PRECISION,
    /** Post-training quantization: tables fitted to the baseline's weights, nothing else. */
    PTQ,
    /** Trained for its tables by the alternating direction method of multipliers. */
    ADMM
  }
}
