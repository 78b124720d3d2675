package org.bitlattice.lm.training;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The quadratic pull (γ/2)·‖W − T‖² of ADMM's W-step, with T = G − λ: quantized weights minus
 * scaled multipliers.
 *
 * @param target T for each tensor that is pulled, in the layout of the architecture; other tensors
 *     are trained freely
 * @param gamma γ, in nats per token, finite and at least 0
 */
public record ProximalTerm(Map<String, float[]> target, double gamma) implements WeightConstraint {
  public ProximalTerm {
    if (!(gamma >= 0) || Double.isInfinite(gamma)) {
      throw new IllegalArgumentException(
          "the proximal weight gamma is %s; it must be finite and at least 0".formatted(gamma));
    }
    target = new LinkedHashMap<>(target);
  }
}
