package org.bitlattice.search;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bitlattice.quant.ModelUnits;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.ScaleForm;
import org.bitlattice.quant.StoredSize;
import org.bitlattice.quant.WeightUnit;

/**
 * What is searched: for each unit one of several precisions.
 *
 * @param units weight matrices, or blocks of their rows
 * @param precisions to choose from, all quantized
 * @param scales what a scale covers and how it is stored
 */
public record SearchSpace(ModelUnits units, List<Precision> precisions, ScaleForm scales)
    implements Serializable {
  /**
   * @throws IllegalArgumentException when there is no precision, or one is full precision
   */
  public SearchSpace {
    precisions = List.copyOf(precisions);
    if (precisions.isEmpty() || precisions.contains(Precision.FULL)) {
      throw new IllegalArgumentException(
          "a search needs at least one precision, and quantized ones only; these are %s"
              .formatted(precisions));
    }
  }

  /** Number of units. */
  int unitCount() {
    return units.units().size();
  }

  /**
   * The unit of each row of every matrix.
   *
   * @return numbers of units, by tensor name, in file order
   */
  Map<String, int[]> unitsOfRows() {
    Map<String, int[]> rows = new LinkedHashMap<>();
    List<WeightUnit> all = units.units();
    for (int u = 0; u < all.size(); u++) {
      WeightUnit unit = all.get(u);
      int[] own = rows.computeIfAbsent(unit.tensor().name(), name -> new int[unit.tensor().rows()]);
      for (int row = unit.from(); row < unit.to(); row++) {
        own[row] = u;
      }
    }
    return rows;
  }

  /**
   * Mean length of the model's file when units have their precisions with these probabilities.
   *
   * @param probabilities by unit, then by precision
   */
  public double expectedBytes(double[][] probabilities) {
    double bytes = StoredSize.fixedBytes(units.architecture());
    for (int u = 0; u < unitCount(); u++) {
      for (int n = 0; n < precisions.size(); n++) {
        bytes +=
            probabilities[u][n]
                * StoredSize.unitBytes(units.units().get(u), precisions.get(n), scales);
      }
    }
    return bytes;
  }

  /** Zeros for every unit and precision. */
  double[][] zeros() {
    return new double[unitCount()][precisions.size()];
  }

  /**
   * What a search found, as rows of a table.
   *
   * @param beta weight of the size term
   * @param logits by unit, then by precision
   * @param divisor what logits are divided by before the soft-max
   */
  public List<SearchProbability> rows(double beta, PrecisionLogits logits, double divisor) {
    List<SearchProbability> rows = new ArrayList<>();
    double[][] logarithms = logits.logProbabilities(divisor);
    for (int u = 0; u < unitCount(); u++) {
      int best = 0;
      for (int n = 1; n < precisions.size(); n++) {
        best = logarithms[u][n] > logarithms[u][best] ? n : best;
      }
      for (int n = 0; n < precisions.size(); n++) {
        double logarithm = logarithms[u][n];
        rows.add(
            new SearchProbability(
                beta,
                units.names().get(u),
                precisions.get(n).bits(),
                Math.exp(logarithm),
                -logarithm,
                n == best));
      }
    }
    return rows;
  }
}
