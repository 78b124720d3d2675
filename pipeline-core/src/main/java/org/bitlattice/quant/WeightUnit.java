package org.bitlattice.quant;

import java.io.Serializable;
import java.util.Arrays;
import org.bitlattice.lm.TensorShape;

/**
 * Weights that get a precision together: a whole tensor, or a block of its consecutive rows.
 *
 * @param tensor the tensor
 * @param from its first row in the unit
 * @param to the row after the last one
 */
public record WeightUnit(TensorShape tensor, int from, int to) implements Serializable {
  /**
   * @throws IllegalArgumentException when the rows are none, or not rows of the tensor
   */
  public WeightUnit {
    if (from < 0 || to <= from || to > tensor.rows()) {
      throw new IllegalArgumentException(
          "%s is not a block of the %d rows of %s"
              .formatted(blockName(tensor.name(), from, to), tensor.rows(), tensor.name()));
    }
  }

  /** A whole tensor. */
  public static WeightUnit of(TensorShape tensor) {
    return new WeightUnit(tensor, 0, tensor.rows());
  }

  static String blockName(String tensor, int from, int to) {
    return "%s[%d:%d]".formatted(tensor, from, to);
  }

  /** The tensor's name, with the rows of a block: {@code encoder.weight[0:512]}. */
  public String name() {
    return whole() ? tensor.name() : blockName(tensor.name(), from, to);
  }

  /** Whether it is the whole tensor. */
  public boolean whole() {
    return rows() == tensor.rows();
  }

  /** Number of rows. */
  public int rows() {
    return to - from;
  }

  /** Number of weights. */
  public int weights() {
    return Math.multiplyExact(rows(), tensor.columns());
  }

  /** The unit's values, a copy, out of those of its tensor. */
  public float[] valuesOf(float[] tensorValues) {
    return Arrays.copyOfRange(tensorValues, from * tensor.columns(), to * tensor.columns());
  }

  /** The values of its tensor, a copy, with the unit's replaced. */
  public float[] replacedIn(float[] tensorValues, float[] unitValues) {
    float[] replaced = tensorValues.clone();
    System.arraycopy(unitValues, 0, replaced, from * tensor.columns(), unitValues.length);
    return replaced;
  }
}
