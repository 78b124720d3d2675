package org.bitlattice.quant;

import java.io.Serializable;

/**
 * What a scale covers and how it is stored.
 *
 * @param scope what shares a scale
 * @param format how a scale is stored
 */
public record ScaleForm(ScaleScope scope, ScaleFormat format) implements Serializable {
  /** Scales of a scope in single precision. */
  public static ScaleForm of(ScaleScope scope) {
    return new ScaleForm(scope, ScaleFormat.FP32);
  }

  /**
   * Number of scales that are stored for a unit: one for each row with scope {@link
   * ScaleScope#ROW}, else one. (A scale that units of a model share is stored with each of them.)
   *
   * @param rows rows of the unit
   */
  public int scales(int rows) {
    return scope == ScaleScope.ROW ? rows : 1;
  }
}
