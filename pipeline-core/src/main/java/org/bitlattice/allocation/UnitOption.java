package org.bitlattice.allocation;

import java.io.Serializable;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.ScaleForm;
import org.bitlattice.quant.StoredSize;
import org.bitlattice.quant.WeightUnit;

/**
 * One precision that a unit may get.
 *
 * @param damage what the model suffers when this unit alone has this precision (a sensitivity Ω,
 *     smaller is better, finite; may be negative)
 * @param bytes true bytes: packed codes and scales, or floats
 * @param nominalBits bits · weights
 */
public record UnitOption(Precision precision, double damage, long bytes, long nominalBits)
    implements Serializable {
  /**
   * @throws IllegalArgumentException when the damage is not finite or a size is negative
   */
  public UnitOption {
    if (!Double.isFinite(damage)) {
      throw new IllegalArgumentException(
          "the damage of %d bits is %s; it must be finite".formatted(precision.bits(), damage));
    }
    if (bytes < 0 || nominalBits < 0) {
      throw new IllegalArgumentException(
          "the size of %d bits is %d bytes, %d nominal bits; it cannot be negative"
              .formatted(precision.bits(), bytes, nominalBits));
    }
  }

  /** The option with the sizes that follow from a unit's shape. */
  public static UnitOption of(
      WeightUnit unit, Precision precision, ScaleForm scales, double damage) {
    return new UnitOption(
        precision,
        damage,
        StoredSize.unitBytes(unit, precision, scales),
        (long) precision.bits() * unit.weights());
  }
}
