package org.bitlattice.settings;

import org.bitlattice.allocation.Budget;
import org.bitlattice.quant.Precision;
import org.bitlattice.sensitivity.HessianSensitivity;

/** How the precision of each unit (a weight matrix or a block of its rows) is chosen. */
public sealed interface PrecisionChoice {
  /** The same precision for every matrix. */
  record Uniform(Precision precision) implements PrecisionChoice {}

  /** The smallest sum of KL sensitivities under a size budget. */
  record ByKl(Budget budget) implements PrecisionChoice {}

  /** The smallest sum of Hessian sensitivities under a size budget. */
  record ByHessian(Budget budget, HessianSensitivity.Kind trace) implements PrecisionChoice {}

  /** The most probable precisions of a search under a size budget. */
  record BySearch(Budget budget) implements PrecisionChoice {}
}
