package org.bitlattice.sensitivity;

import java.io.Serializable;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.TensorShape;
import org.bitlattice.lm.scoring.MatrixChange;
import org.bitlattice.quant.ModelUnits;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.QuantizedTensor;
import org.bitlattice.quant.ScaleForm;
import org.bitlattice.quant.ScaleScope;
import org.bitlattice.quant.TableFit;
import org.bitlattice.quant.TensorStorage;
import org.bitlattice.quant.WeightUnit;

/**
 * The tables f_n that probes apply to a unit: their scales, fitted once for all text. With scope
 * {@link ScaleScope#TENSOR} or {@link ScaleScope#ROW} a table is fitted to the unit. With {@link
 * ScaleScope#MODEL} the table of n bits is that of the whole model at n bits: its scale is fitted
 * to all matrices together, although only the unit is quantized.
 */
public final class ProbeTables implements Serializable {
  private static final long serialVersionUID = 1L;

  private final ScaleForm scales;
  private final Map<KlProbe, Fit> fits;

  /**
   * The scales of a probe's table.
   *
   * @param scales one for each scope of the unit, in its order
   * @param seconds computing time of the fit
   */
  public record Fit(float[] scales, double seconds) implements Serializable {}

  /**
   * Tables that were fitted one by one.
   *
   * @param fits those of {@link #fitted} probes
   */
  public ProbeTables(ScaleForm scales, Map<KlProbe, Fit> fits) {
    this.scales = scales;
    this.fits = new HashMap<>(fits);
  }

  /**
   * Fits the tables of some probes here and now.
   *
   * @param full the model in full precision
   * @throws IllegalArgumentException when a weight is NaN or infinite (naming tensor and index)
   */
  public static ProbeTables of(LmWeights full, Collection<KlProbe> probes, ScaleForm scales) {
    Map<KlProbe, Fit> fits = new HashMap<>();
    fitted(probes, scales).forEach(probe -> fits.put(probe, fit(full, probe, scales)));
    return new ProbeTables(scales, fits);
  }

  /**
   * The probes that a table has to be fitted for: all, or the first of each precision where all
   * units share its table.
   */
  public static List<KlProbe> fitted(Collection<KlProbe> probes, ScaleForm scales) {
    if (scales.scope() != ScaleScope.MODEL) {
      return List.copyOf(probes);
    }
    Map<Precision, KlProbe> first = new LinkedHashMap<>();
    probes.forEach(probe -> first.putIfAbsent(probe.precision(), probe));
    return List.copyOf(first.values());
  }

  /**
   * Fits the table of one probe.
   *
   * @param full the model in full precision
   * @throws IllegalArgumentException when a weight is NaN or infinite (naming tensor and index)
   */
  public static Fit fit(LmWeights full, KlProbe probe, ScaleForm scales) {
    long start = System.nanoTime();
    float[] fitted;
    if (scales.scope() == ScaleScope.MODEL) {
      ModelUnits whole = ModelUnits.whole(full.architecture());
      QuantizedTensor any =
          TableFit.fit(full, whole.storage(probe.precision(), scales)).values().iterator().next();
      fitted = any.scales();
    } else {
      fitted = TableFit.fit(shape(probe), values(full, probe), storage(probe, scales)).scales();
    }
    return new Fit(fitted, (System.nanoTime() - start) / 1e9);
  }

  /**
   * The matrix of a probe's unit, with the unit replaced by its table entries.
   *
   * @throws IllegalArgumentException when no table was fitted for the probe
   */
  MatrixChange change(LmWeights full, KlProbe probe) {
    WeightUnit unit = probe.unit();
    String matrix = unit.tensor().name();
    return new MatrixChange(matrix, unit.replacedIn(full.tensor(matrix), entries(full, probe)));
  }

  /**
   * By how much the table moves the unit of a probe.
   *
   * @throws IllegalArgumentException when no table was fitted for the probe
   */
  public Perturbation perturbation(LmWeights full, KlProbe probe) {
    long start = System.nanoTime();
    float[] values = values(full, probe);
    float[] entries = entries(full, probe);
    double squared = 0;
    for (int i = 0; i < values.length; i++) {
      double moved = (double) entries[i] - values[i];
      squared += moved * moved;
    }
    return new Perturbation(squared, seconds(probe) + (System.nanoTime() - start) / 1e9);
  }

  /** Computing time of a probe's own fit; 0 where it uses another one's. */
  public double seconds(KlProbe probe) {
    Fit own = fits.get(probe);
    return own == null ? 0 : own.seconds();
  }

  private float[] entries(LmWeights full, KlProbe probe) {
    return TableFit.withScales(
            shape(probe), values(full, probe), storage(probe, scales), scalesOf(probe))
        .dequantize();
  }

  private float[] scalesOf(KlProbe probe) {
    boolean shared = scales.scope() == ScaleScope.MODEL;
    Optional<KlProbe> own =
        shared
            ? fits.keySet().stream().filter(fit -> fit.precision() == probe.precision()).findAny()
            : Optional.of(probe).filter(fits::containsKey);
    return own.map(fits::get)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no table of %d bits was fitted for %s"
                        .formatted(probe.precision().bits(), probe.unit().name())))
        .scales();
  }

  private static TensorShape shape(KlProbe probe) {
    WeightUnit unit = probe.unit();
    return TensorShape.matrix(unit.name(), unit.rows(), unit.tensor().columns());
  }

  private static float[] values(LmWeights full, KlProbe probe) {
    return probe.unit().valuesOf(full.tensor(probe.unit().tensor().name()));
  }

  private static TensorStorage storage(KlProbe probe, ScaleForm scales) {
    return TensorStorage.whole(probe.unit().rows(), probe.precision(), scales);
  }
}
