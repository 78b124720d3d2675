package org.bitlattice.lm.training;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Straight-through training: the network computes, and takes its gradient, at the table entries G =
 * f(W) nearest to latent weights W, and the update is applied to W.
 *
 * @param tables by tensor, with the scales to start from, which follow W; other tensors are trained
 *     freely
 * @param latentClip latent weights are kept within this multiple of their row's largest entry;
 *     infinity does not clip
 */
public record StraightThrough(Map<String, RowTables> tables, double latentClip)
    implements WeightConstraint {
  /**
   * @throws IllegalArgumentException when the clip is not at least 1
   */
  public StraightThrough {
    if (!(latentClip >= 1)) {
      throw new IllegalArgumentException(
          "the clip of latent weights is %s; it must be at least 1".formatted(latentClip));
    }
    tables = new LinkedHashMap<>(tables);
  }
}
