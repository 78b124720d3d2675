package org.bitlattice.settings;

import org.bitlattice.sensitivity.TraceStopping;

/**
 * How Hessian traces are estimated.
 *
 * @param sentences dev sentences that they are measured on
 * @param minibatchTokens most tokens of a minibatch
 * @param step ε‖v‖/‖Θ‖ of the central difference
 * @param batch directions between two looks at the standard errors
 * @param stopping when there are enough directions
 */
public record HessianSettings(
    int sentences, int minibatchTokens, double step, int batch, TraceStopping stopping) {
  static HessianSettings read(SettingsReader hessian) {
    return new HessianSettings(
        hessian.integer("sentences", 1, Integer.MAX_VALUE),
        hessian.integer("minibatch-tokens", 1, 1_000_000),
        hessian.number("step", 1e-6, 0.1),
        hessian.integer("batch", 1, 10_000),
        new TraceStopping(
            hessian.number("relative-error", 1e-6, 1),
            hessian.number("share-of-largest", 1e-6, 1),
            hessian.integer("maximum-samples", 2, 1_000_000)));
  }
}
