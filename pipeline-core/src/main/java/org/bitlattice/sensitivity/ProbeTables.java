package org.bitlattice.sensitivity;

import java.io.Serializable;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.TensorShape;
import org.bitlattice.quant.ModelUnits;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.QuantizedTensor;
import org.bitlattice.quant.ScaleForm;
import org.bitlattice.quant.ScaleScope;
import org.bitlattice.quant.TableFit;
import org.bitlattice.quant.TensorStorage;
import org.bitlattice.quant.WeightUnit;

/**
 * The tables f_n that probes apply to a unit. With scope {@link ScaleScope#TENSOR} or {@link
 * ScaleScope#ROW} they are fitted to the unit. With {@link ScaleScope#MODEL} the table of n bits is
 * that of the whole model at n bits: its scale is fitted to all matrices together, although only
 * the unit is quantized.
 */
public final class ProbeTables implements Serializable {
  private static final long serialVersionUID = 1L;

  private final ScaleForm scales;

  /** Scales of the whole model; empty unless the scope is the model. */
  private final EnumMap<Precision, Float> shared;

  private ProbeTables(ScaleForm scales, EnumMap<Precision, Float> shared) {
    this.scales = scales;
    this.shared = shared;
  }

  /**
   * Tables for a model.
   *
   * @param full the model in full precision
   * @param precisions those that will be probed
   */
  public static ProbeTables of(LmWeights full, Collection<Precision> precisions, ScaleForm scales) {
    EnumMap<Precision, Float> shared = new EnumMap<>(Precision.class);
    if (scales.scope() == ScaleScope.MODEL) {
      ModelUnits whole = ModelUnits.whole(full.architecture());
      for (Precision precision : precisions) {
        QuantizedTensor any =
            TableFit.fit(full, whole.storage(precision, scales)).values().iterator().next();
        shared.put(precision, any.scale(0));
      }
    }
    return new ProbeTables(scales, shared);
  }

  /** The model with the unit of a probe replaced by its table entries. */
  LmWeights applied(LmWeights full, KlProbe probe) {
    WeightUnit unit = probe.unit();
    String tensor = unit.tensor().name();
    float[] entries = fitted(full, probe).dequantize();
    return full.with(Map.of(tensor, unit.replacedIn(full.tensor(tensor), entries)));
  }

  /** By how much the table moves the unit of a probe. */
  public Perturbation perturbation(LmWeights full, KlProbe probe) {
    long start = System.nanoTime();
    float[] values = probe.unit().valuesOf(full.tensor(probe.unit().tensor().name()));
    float[] entries = fitted(full, probe).dequantize();
    double squared = 0;
    for (int i = 0; i < values.length; i++) {
      double moved = (double) entries[i] - values[i];
      squared += moved * moved;
    }
    return new Perturbation(squared, (System.nanoTime() - start) / 1e9);
  }

  private QuantizedTensor fitted(LmWeights full, KlProbe probe) {
    WeightUnit unit = probe.unit();
    TensorShape block = TensorShape.matrix(unit.name(), unit.rows(), unit.tensor().columns());
    TensorStorage storage = TensorStorage.whole(unit.rows(), probe.precision(), scales);
    float[] values = unit.valuesOf(full.tensor(unit.tensor().name()));
    return scales.scope() == ScaleScope.MODEL
        ? TableFit.withScale(block, values, storage, shared.get(probe.precision()))
        : TableFit.fit(block, values, storage);
  }
}
