package org.bitlattice.sensitivity;

import java.io.Serializable;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.WeightUnit;

/**
 * One question to a model: what happens when this unit alone gets this precision?
 *
 * @param unit a weight matrix or a block of its rows
 * @param precision a quantized precision
 */
public record KlProbe(WeightUnit unit, Precision precision) implements Serializable {
  /**
   * @throws IllegalArgumentException for full precision, which changes nothing
   */
  public KlProbe {
    if (!precision.quantized()) {
      throw new IllegalArgumentException(
          "%s cannot be probed at %d bits; a probe needs a quantized precision"
              .formatted(unit.name(), precision.bits()));
    }
  }
}
