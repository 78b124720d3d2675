package org.bitlattice.search;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.training.FollowingTables;
import org.bitlattice.lm.training.MixedRows;
import org.bitlattice.lm.training.MixedTables;
import org.bitlattice.lm.training.PrecisionShares;
import org.bitlattice.lm.training.RowTables;
import org.bitlattice.lm.training.StraightThroughStep;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.QuantizedTensor;
import org.bitlattice.quant.ScaleScope;
import org.bitlattice.quant.TableFit;

/**
 * Branches whose tables follow the running weights: for each precision the scales of every row, and
 * the entries after one alternation at the weights.
 *
 * @param weights W, and everything that is not quantized
 * @param tables by precision, then by tensor
 */
public record FollowedTables(LmWeights weights, List<Map<String, RowTables>> tables)
    implements Branches {
  public FollowedTables {
    tables = List.copyOf(tables);
  }

  /** Tables fitted to weights: for each precision those of the whole model at that precision. */
  public static FollowedTables fitted(SearchSpace space, LmWeights weights) {
    List<Map<String, float[]>> scales = new ArrayList<>();
    for (Precision precision : space.precisions()) {
      Map<String, QuantizedTensor> quantized =
          TableFit.fit(weights, space.units().storage(precision, space.scales()));
      Map<String, float[]> own = new LinkedHashMap<>();
      quantized.forEach((name, tensor) -> own.put(name, scalesOfRows(tensor)));
      scales.add(own);
    }
    return withScales(space, weights, scales);
  }

  private static float[] scalesOfRows(QuantizedTensor tensor) {
    float[] scales = new float[tensor.rows()];
    for (int row = 0; row < scales.length; row++) {
      scales[row] = tensor.scale(row);
    }
    return scales;
  }

  /**
   * Tables with given scales.
   *
   * @param scales by precision and tensor, one for each row
   */
  static FollowedTables withScales(
      SearchSpace space, LmWeights weights, List<Map<String, float[]>> scales) {
    List<Map<String, RowTables>> tables = new ArrayList<>();
    for (int n = 0; n < scales.size(); n++) {
      int bits = space.precisions().get(n).bits();
      Map<String, RowTables> own = new LinkedHashMap<>();
      int row = 0;
      for (Map.Entry<String, int[]> tensor : space.unitsOfRows().entrySet()) {
        int[] units = tensor.getValue();
        int[] precisions = new int[units.length];
        int[] groups = new int[units.length];
        for (int i = 0; i < units.length; i++, row++) {
          precisions[i] = bits;
          groups[i] = group(space.scales().scope(), units[i], row);
        }
        float[] values = scales.get(n).get(tensor.getKey());
        own.put(tensor.getKey(), new RowTables(values, precisions, groups));
      }
      tables.add(own);
    }
    return new FollowedTables(weights, tables);
  }

  /**
   * Number of the set of rows that share a scale.
   *
   * @param row number of the row over all matrices
   */
  private static int group(ScaleScope scope, int unit, int row) {
    return switch (scope) {
      case MODEL -> 0;
      case TENSOR -> unit;
      case ROW -> row;
    };
  }

  /** The scales of each row, by precision and tensor. */
  List<Map<String, float[]>> scales() {
    List<Map<String, float[]>> scales = new ArrayList<>();
    for (Map<String, RowTables> own : tables) {
      Map<String, float[]> values = new LinkedHashMap<>();
      own.forEach((name, rows) -> values.put(name, rows.scales()));
      scales.add(values);
    }
    return scales;
  }

  /** The tables after their scales have followed weights that moved. */
  public FollowedTables after(SearchSpace space, LmWeights moved) {
    List<Map<String, float[]>> scales = new ArrayList<>();
    for (Map<String, RowTables> own : tables) {
      FollowingTables following = new FollowingTables();
      own.forEach((name, rows) -> following.add(rows, moved.tensor(name)));
      following.alternate(StraightThroughStep.SETTLING);
      Map<String, float[]> followed = new LinkedHashMap<>();
      own.forEach((name, rows) -> followed.put(name, scales(following, rows.groups())));
      scales.add(followed);
    }
    return withScales(space, moved, scales);
  }

  private static float[] scales(FollowingTables following, int[] groups) {
    float[] scales = new float[groups.length];
    for (int row = 0; row < scales.length; row++) {
      scales[row] = following.scale(groups[row]);
    }
    return scales;
  }

  /** What the weight steps of a round obey. */
  public MixedTables constraint(SearchSpace space, PrecisionShares shares) {
    Map<String, MixedRows> rows = new LinkedHashMap<>();
    space
        .unitsOfRows()
        .forEach(
            (name, units) ->
                rows.put(
                    name,
                    new MixedRows(units, tables.stream().map(own -> own.get(name)).toList())));
    return new MixedTables(rows, shares);
  }

  @Override
  public List<Map<String, float[]>> entries() {
    List<Map<String, float[]>> entries = new ArrayList<>();
    for (Map<String, RowTables> own : tables) {
      FollowingTables following = new FollowingTables();
      Map<String, float[]> values = new LinkedHashMap<>();
      own.forEach((name, rows) -> values.put(name, following.add(rows, weights.tensor(name))));
      following.alternate(1);
      entries.add(values);
    }
    return entries;
  }
}
