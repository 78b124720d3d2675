package org.bitlattice.quant;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.TensorShape;

/**
 * Fits quantization tables to matrices: minimises ‖V − αQ‖² over the scale α and the codes Q of
 * every {@linkplain ScaleScope scope} ({@code docs/method.md}, section 2). Codes are the nearest
 * table entry to V/α, ties away from zero, clipped to the table.
 *
 * <ul>
 *   <li>1 bit has a closed form: α = mean |V|, Q = sign V with sign 0 = +1.
 *   <li>2 bits (ternary) are fitted exactly: after sorting |V| downwards, the best code set is a
 *       prefix of length k, and ‖V‖² − (Σ of the prefix)² / k is smallest at the best k.
 *   <li>4, 8 and 16 bits alternate Q ← nearest codes of V/α and α ← ⟨V,Q⟩ / ⟨Q,Q⟩, from the best of
 *       several starts by their first step; at 4 bits from the best three, and the best end is
 *       kept. The objective never rises along the way.
 * </ul>
 *
 * α is then rounded to the format in which it is stored, and the codes are nearest to what is
 * stored. A scope of zeros has α = 0 with codes 0 (1 bit: +1). Sums run in doubles in index order,
 * so that the result depends on the values alone.
 */
public final class TableFit {
  private TableFit() {}

  /**
   * Fits one table to a whole matrix; scales are in single precision.
   *
   * @param name name of the tensor, for messages
   * @param values row-major values, {@code rows · columns} of them; not changed
   * @param precision any but {@link Precision#FULL}
   * @param scope {@link ScaleScope#MODEL} is one scale for this matrix alone
   * @throws IllegalArgumentException when the length does not fit the shape, the precision is full,
   *     or a value is NaN or infinite (naming tensor and index)
   */
  public static QuantizedTensor fit(
      String name, float[] values, int rows, int columns, Precision precision, ScaleScope scope) {
    TensorShape shape = TensorShape.matrix(name, rows, columns);
    return fit(shape, values, TensorStorage.whole(rows, precision, ScaleForm.of(scope)));
  }

  /**
   * Fits the tables of one matrix.
   *
   * @param shape name and shape
   * @param values row-major values; not changed
   * @param storage precisions and scales; with {@link ScaleScope#MODEL}, blocks of equal precision
   *     share a scale
   * @throws IllegalArgumentException when the length does not fit the shape or the storage, the
   *     precision is full, a value is NaN or infinite (naming tensor and index), or a scale does
   *     not fit its format
   */
  public static QuantizedTensor fit(TensorShape shape, float[] values, TensorStorage storage) {
    if (!storage.quantized()) {
      throw new IllegalArgumentException(
          "the tensor %s cannot be fitted at 32 bits; full precision has no table"
              .formatted(shape.name()));
    }
    return solve(List.of(new Fitting(shape, values, storage, null))).get(shape.name());
  }

  /**
   * Fits the tables of a model. With {@link ScaleScope#MODEL}, blocks of equal precision share one
   * scale across matrices: it is fitted to all their values together.
   *
   * @param storage by tensor name; those in full precision are passed over
   * @return by tensor name, in file order
   * @throws IllegalArgumentException as for one matrix
   */
  public static Map<String, QuantizedTensor> fit(
      LmWeights weights, Map<String, TensorStorage> storage) {
    List<Fitting> fittings = new ArrayList<>();
    for (TensorShape shape : weights.architecture().quantizable()) {
      TensorStorage stored = storage.get(shape.name());
      if (stored != null && stored.quantized()) {
        fittings.add(new Fitting(shape, weights.tensor(shape.name()), stored, null));
      }
    }
    return solve(fittings);
  }

  /**
   * The tables of one matrix with given scales: codes nearest to them.
   *
   * @param shape name and shape
   * @param values row-major values; not changed
   * @param storage precisions and scales
   * @param scales the scale of every scope, in the storage's order, numbers of the scales' format
   * @throws IllegalArgumentException as {@link #fit} does, or when there are not as many scales as
   *     the storage has
   */
  public static QuantizedTensor withScales(
      TensorShape shape, float[] values, TensorStorage storage, float[] scales) {
    if (scales.length != storage.scaleCount()) {
      throw new IllegalArgumentException(
          "the tensor %s has %d scales, and %d were given"
              .formatted(shape.name(), storage.scaleCount(), scales.length));
    }
    Fitting matrix = new Fitting(shape, values, storage, null);
    for (PrecisionBlock block : storage.blocks()) {
      places(matrix, block).forEach(place -> place.set(scales[place.scale()], block.precision()));
    }
    return matrix.done();
  }

  /**
   * Fits tables to values of one matrix that have moved a little, with the shape, precisions and
   * scales of an earlier fit. One and two bits have exact solutions, which are taken as they are;
   * 4, 8 and 16 bits alternate from each scope's earlier scale, or start afresh where that was 0.
   *
   * @throws IllegalArgumentException as {@link #fit} does
   */
  public static QuantizedTensor refit(String name, float[] values, QuantizedTensor warmStart) {
    return refit(Map.of(name, values), Map.of(name, warmStart)).get(name);
  }

  /**
   * Fits the tables of a model to values that have moved a little. Matrices of {@link
   * ScaleScope#MODEL} that were fitted together must be refitted together.
   *
   * @param values row-major values by tensor name
   * @param warmStart the earlier fit by tensor name, in file order
   * @return by tensor name, in the order of {@code warmStart}
   * @throws IllegalArgumentException as {@link #fit} does
   */
  public static Map<String, QuantizedTensor> refit(
      Map<String, float[]> values, Map<String, QuantizedTensor> warmStart) {
    List<Fitting> fittings = new ArrayList<>();
    warmStart.forEach(
        (name, warm) -> {
          TensorShape shape = TensorShape.matrix(name, warm.rows(), warm.columns());
          fittings.add(new Fitting(shape, values.get(name), warm.storage(), warm.scales()));
        });
    return solve(fittings);
  }

  /** One matrix on its way to scales and codes. */
  private static final class Fitting {
    private final String name;
    private final float[] values;
    private final int columns;
    private final TensorStorage storage;
    private final float[] earlier;
    private final float[] scales;
    private final short[] codes;

    /**
     * @param earlier scales to start from; null to start afresh
     */
    Fitting(TensorShape shape, float[] values, TensorStorage storage, float[] earlier) {
      requireShape(shape, values, storage);
      requireFinite(shape.name(), values);
      this.name = shape.name();
      this.values = values;
      this.columns = shape.columns();
      this.storage = storage;
      this.earlier = earlier;
      this.scales = new float[storage.scaleCount()];
      this.codes = new short[values.length];
    }

    QuantizedTensor done() {
      return new QuantizedTensor(storage.rows(), columns, storage, scales, codes);
    }
  }

  /** Rows of a matrix that are covered by its scale number {@code scale}. */
  private record Place(Fitting matrix, int scale, int from, int to) {
    FitScope.Run run() {
      return new FitScope.Run(matrix.values, from * matrix.columns, to * matrix.columns);
    }

    void set(float alpha, Precision precision) {
      matrix.scales[scale] = alpha;
      for (int i = from * matrix.columns; i < to * matrix.columns; i++) {
        matrix.codes[i] = nearest(matrix.values[i], alpha, precision);
      }
    }
  }

  private static Map<String, QuantizedTensor> solve(List<Fitting> matrices) {
    Map<Precision, List<Place>> shared = new EnumMap<>(Precision.class);
    for (Fitting matrix : matrices) {
      for (PrecisionBlock block : matrix.storage.blocks()) {
        List<Place> places = places(matrix, block);
        if (matrix.storage.scales().scope() == ScaleScope.MODEL) {
          shared.computeIfAbsent(block.precision(), bits -> new ArrayList<>()).addAll(places);
        } else {
          places.forEach(place -> solve(List.of(place), block.precision()));
        }
      }
    }
    shared.forEach((precision, places) -> solve(places, precision));
    Map<String, QuantizedTensor> solved = new LinkedHashMap<>();
    matrices.forEach(matrix -> solved.put(matrix.name, matrix.done()));
    return solved;
  }

  private static List<Place> places(Fitting matrix, PrecisionBlock block) {
    int first = matrix.storage.scaleOf(block.from());
    int scales = matrix.storage.scales().scales(block.rows());
    if (scales == 1) {
      return List.of(new Place(matrix, first, block.from(), block.to()));
    }
    List<Place> rows = new ArrayList<>(scales);
    for (int row = block.from(); row < block.to(); row++) {
      rows.add(new Place(matrix, row, row, row + 1));
    }
    return rows;
  }

  /** Finds the scale that some places share, then their codes. */
  private static void solve(List<Place> places, Precision precision) {
    Fitting first = places.get(0).matrix();
    FitScope scope = new FitScope(places.stream().map(Place::run).toList());
    float alpha = 0;
    if (scope.largest() > 0) {
      float earlier = first.earlier == null ? 0 : first.earlier[places.get(0).scale()];
      alpha = first.storage.scales().format().stored(first.name, scale(scope, precision, earlier));
    }
    for (Place place : places) {
      place.set(alpha, precision);
    }
  }

  private static double scale(FitScope scope, Precision precision, float earlier) {
    return switch (precision) {
      case ONE -> scope.meanMagnitude();
      case TWO -> ternaryScale(scope.sortedMagnitudes());
      default ->
          earlier == 0
              ? AlternatingFit.fromSeveralStarts(scope, precision.maxCode())
              : AlternatingFit.from(scope, precision.maxCode(), earlier);
    };
  }

  /**
   * The exact ternary scale.
   *
   * @param ascending magnitudes in ascending order, the last one positive
   */
  static double ternaryScale(float[] ascending) {
    double sum = 0;
    double best = -1;
    double scale = 0;
    for (int k = 1; k <= ascending.length; k++) {
      sum += ascending[ascending.length - k];
      double gain = sum * sum / k;
      if (gain > best) {
        best = gain;
        scale = sum / k;
      }
    }
    return scale;
  }

  private static void requireShape(TensorShape shape, float[] values, TensorStorage storage) {
    int rows = shape.rows();
    if (rows < 1 || shape.columns() < 1 || values.length != (long) rows * shape.columns()) {
      throw new IllegalArgumentException(
          "the tensor %s has %d values, which is not a matrix of shape [%d, %d]"
              .formatted(shape.name(), values.length, rows, shape.columns()));
    }
    if (storage.rows() != rows) {
      throw new IllegalArgumentException(
          "the tensor %s has %d rows; its blocks cover %d"
              .formatted(shape.name(), rows, storage.rows()));
    }
  }

  private static void requireFinite(String name, float[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new IllegalArgumentException(
            "the tensor %s holds %s at index %d; only finite values can be quantized"
                .formatted(name, values[i], i));
      }
    }
  }

  private static short nearest(float value, float scale, Precision precision) {
    return (short)
        (precision == Precision.ONE
            ? (value < 0 ? -1 : 1)
            : code(value, scale, precision.maxCode()));
  }

  /** Nearest code of a value, ties away from zero, clipped; 0 at scale 0. */
  static int code(float value, double scale, int maxCode) {
    if (scale == 0) {
      return 0;
    }
    int magnitude = (int) Math.min(maxCode, Math.abs(value) / scale + 0.5);
    return value < 0 ? -magnitude : magnitude;
  }
}
