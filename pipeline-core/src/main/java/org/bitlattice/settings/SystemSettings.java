package org.bitlattice.settings;

import org.bitlattice.quant.TableForm;

/**
 * One system of an experiment.
 *
 * @param id its name
 * @param method how its weights are made
 * @param precision how the precision of each unit is chosen
 * @param tables units and scales of its quantization tables
 * @param admm used by method ADMM
 */
public record SystemSettings(
    String id, Method method, PrecisionChoice precision, TableForm tables, AdmmSchedule admm) {
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
