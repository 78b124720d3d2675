package org.bitlattice.lm.training;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Weight matrices that stay as they are while everything else is trained.
 *
 * @param values by tensor, in the layout of the architecture
 */
public record FrozenTensors(Map<String, float[]> values) implements WeightConstraint {
  public FrozenTensors {
    values = new LinkedHashMap<>(values);
  }
}
