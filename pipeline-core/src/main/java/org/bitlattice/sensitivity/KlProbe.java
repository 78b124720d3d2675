package org.bitlattice.sensitivity;

import java.io.Serializable;
import org.bitlattice.quant.Precision;

/**
 * One question to a model: what happens when this tensor alone gets this precision?
 *
 * @param tensor name of the tensor
 * @param precision a quantized precision
 */
public record KlProbe(String tensor, Precision precision) implements Serializable {
  /**
   * @throws IllegalArgumentException for full precision, which changes nothing
   */
  public KlProbe {
    if (!precision.quantized()) {
      throw new IllegalArgumentException(
          "the tensor %s cannot be probed at %d bits; a probe needs a quantized precision"
              .formatted(tensor, precision.bits()));
    }
  }
}
