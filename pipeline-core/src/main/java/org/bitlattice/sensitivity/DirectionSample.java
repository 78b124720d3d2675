package org.bitlattice.sensitivity;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.bitlattice.quant.ModelUnits;

/**
 * v_uᵀ(Hv)_u of one direction v and one unit u: a row of the table of samples, from which traces
 * are computed and sampling is continued.
 *
 * @param sample number of the direction, from 0
 * @param seed of the direction
 * @param relativeStep ε‖v‖/‖Θ‖ of the central difference
 * @param unit name of the unit
 * @param value v_uᵀ(Hv)_u for the mean loss per token, in nats per token; finite
 * @param tokens predicted tokens of the text
 * @param seconds computing time of the direction that falls to this unit
 */
public record DirectionSample(
    int sample,
    long seed,
    double relativeStep,
    String unit,
    double value,
    long tokens,
    double seconds)
    implements Serializable {
  /**
   * @throws IllegalArgumentException when the value is not finite, or belongs to no token
   */
  public DirectionSample {
    if (tokens == 0) {
      throw new IllegalArgumentException(
          "direction %d was measured on a text without tokens; a trace needs some sentences"
              .formatted(sample));
    }
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(
          "direction %d gives %s for %s; the model's gradients on this text are not finite"
              .formatted(sample, value, unit));
    }
  }

  /**
   * The rows of one direction, a row for each unit.
   *
   * @param seconds computing time of the whole direction
   * @throws IllegalArgumentException when a value is not finite
   */
  public static List<DirectionSample> rows(
      Direction direction, ModelUnits units, QuadraticForms forms, double seconds) {
    List<DirectionSample> rows = new ArrayList<>();
    double[] values = forms.perToken();
    for (int u = 0; u < values.length; u++) {
      rows.add(
          new DirectionSample(
              direction.sample(),
              direction.seed(),
              direction.relativeStep(),
              units.names().get(u),
              values[u],
              forms.tokens(),
              seconds / values.length));
    }
    return rows;
  }
}
