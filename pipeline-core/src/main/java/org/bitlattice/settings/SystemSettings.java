package org.bitlattice.settings;

import java.util.Optional;
import org.bitlattice.lm.scoring.ScoringMode;
import org.bitlattice.lowbit.AdmmSettings;
import org.bitlattice.quant.TableForm;

/**
 * One system of an experiment.
 *
 * @param id its name
 * @param method how its weights are made
 * @param precision how the precision of each unit is chosen
 * @param tables units and scales of its quantization tables
 * @param inference how its model is run when it is evaluated and rescores; exact for method
 *     full-precision
 * @param startFrom the system whose weights training starts from; empty for the baseline's
 * @param training used by methods that train
 * @param admm used by method ADMM
 * @param stop used by method ADMM: when its rounds end early
 * @param latentClip used by method straight-through: largest latent weight as a multiple of its
 *     row's largest table entry; infinity for no limit
 */
public record SystemSettings(
    String id,
    Method method,
    PrecisionChoice precision,
    TableForm tables,
    ScoringMode inference,
    Optional<String> startFrom,
    LowBitTraining training,
    AdmmSettings admm,
    ResidualStop stop,
    double latentClip) {
  /** How the weights of a system are made. */
  public enum Method {
    /** The baseline's weights as they are. */
    FULL_PRECISION,
    /** Post-training quantization: tables fitted to the baseline's weights, nothing else. */
    PTQ,
    /** Trained at its table entries, with updates applied to latent weights. */
    STRAIGHT_THROUGH,
    /** Trained for its tables by the alternating direction method of multipliers. */
    ADMM;

    /** Whether weights are trained for their tables. */
    public boolean trains() {
      return this == STRAIGHT_THROUGH || this == ADMM;
    }
  }
}
