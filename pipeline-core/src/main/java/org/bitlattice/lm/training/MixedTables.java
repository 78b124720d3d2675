package org.bitlattice.lm.training;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Training of a super-network ({@code docs/method.md}, section 6): the network computes, and takes
 * its gradient, at mixtures Σ_n a_n f_n(W) of the entries of several tables, and the update is
 * applied to W.
 *
 * @param rows by tensor, with the scales to start from, which follow W; other tensors are trained
 *     freely
 * @param shares a_n of every unit in every step
 */
public record MixedTables(Map<String, MixedRows> rows, PrecisionShares shares)
    implements WeightConstraint {
  public MixedTables {
    rows = new LinkedHashMap<>(rows);
  }
}
