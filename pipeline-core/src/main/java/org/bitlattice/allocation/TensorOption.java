package org.bitlattice.allocation;

import java.io.Serializable;
import org.bitlattice.lm.TensorShape;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.ScaleScope;
import org.bitlattice.quant.StoredSize;

/**
 * One precision that a weight matrix may get.
 *
 * @param damage what the model suffers when this matrix alone has this precision (a sensitivity Ω,
 *     smaller is better, finite; may be negative)
 * @param bytes true bytes: packed codes and scales, or floats
 * @param nominalBits bits · weights
 */
public record TensorOption(Precision precision, double damage, long bytes, long nominalBits)
    implements Serializable {
  /**
   * @throws IllegalArgumentException when the damage is not finite or a size is negative
   */
  public TensorOption {
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

  /** The option with the sizes that follow from a matrix's shape. */
  public static TensorOption of(
      TensorShape shape, Precision precision, ScaleScope scope, double damage) {
    return new TensorOption(
        precision,
        damage,
        StoredSize.tensorBytes(shape, precision, scope),
        (long) precision.bits() * shape.size());
  }
}
