package org.bitlattice.settings;

/**
 * When ADMM is at rest before its last round.
 *
 * @param primal the primal residual ‖W − G‖ / ‖W‖ must be below this; 0 never stops
 * @param codesChanged the share of codes that a round changed must be below this; 0 never stops
 */
public record ResidualStop(double primal, double codesChanged) {
  /** Whether a round with these residuals is the last. */
  public boolean reached(double roundPrimal, double roundCodesChanged) {
    return roundPrimal < primal && roundCodesChanged < codesChanged;
  }
}
