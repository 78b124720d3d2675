package org.bitlattice.search;

import java.util.List;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.StoredSize;
import org.bitlattice.quant.WeightUnit;

/** What the size term of a search counts for a unit at a precision. */
public enum SizeCost {
  /** √n for n bits, whatever the size of the unit: the paper's. */
  ROOT_BITS,
  /**
   * 8 · true bytes of the unit / weights of all units: over all units they add up to the bits that
   * are stored for a weight, scales included.
   */
  BYTES;

  /** The cost of every unit at every precision. */
  double[][] of(SearchSpace space) {
    List<WeightUnit> units = space.units().units();
    double[][] costs = new double[units.size()][space.precisions().size()];
    for (int u = 0; u < costs.length; u++) {
      for (int n = 0; n < costs[u].length; n++) {
        costs[u][n] = of(space, units.get(u), space.precisions().get(n));
      }
    }
    return costs;
  }

  private double of(SearchSpace space, WeightUnit unit, Precision precision) {
    return switch (this) {
      case ROOT_BITS -> Math.sqrt(precision.bits());
      case BYTES ->
          8.0 * StoredSize.unitBytes(unit, precision, space.scales()) / space.units().weights();
    };
  }
}
