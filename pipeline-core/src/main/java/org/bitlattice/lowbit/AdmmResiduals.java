package org.bitlattice.lowbit;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bitlattice.quant.QuantizedTensor;

/**
 * How far a round of ADMM is from rest, over all quantized tensors together.
 *
 * @param primal ‖W − G‖ / ‖W‖ with G = αQ of this round
 * @param dual γ‖G − G of the round before‖
 * @param codesChanged share of codes that this round changed, 0 to 1
 * @param meanScales mean α of each quantized tensor
 */
public record AdmmResiduals(
    double primal, double dual, double codesChanged, Map<String, Double> meanScales)
    implements Serializable {
  public AdmmResiduals {
    meanScales = new LinkedHashMap<>(meanScales);
  }

  /** Residuals of a quantization step that led from {@code before} to {@code after}. */
  static AdmmResiduals of(
      Map<String, float[]> weights,
      Map<String, QuantizedTensor> before,
      Map<String, QuantizedTensor> after,
      double gamma) {
    double gap = 0;
    double norm = 0;
    double move = 0;
    long changed = 0;
    long codes = 0;
    Map<String, Double> meanScales = new LinkedHashMap<>();
    for (Map.Entry<String, QuantizedTensor> entry : after.entrySet()) {
      float[] w = weights.get(entry.getKey());
      QuantizedTensor now = entry.getValue();
      QuantizedTensor then = before.get(entry.getKey());
      for (int i = 0; i < w.length; i++) {
        int row = i / now.columns();
        float g = now.scale(row) * now.codes()[i];
        double step = (double) g - then.scale(row) * then.codes()[i];
        gap += ((double) w[i] - g) * ((double) w[i] - g);
        norm += (double) w[i] * w[i];
        move += step * step;
        changed += now.codes()[i] == then.codes()[i] ? 0 : 1;
      }
      codes += w.length;
      meanScales.put(entry.getKey(), mean(now.scales()));
    }
    double primal = norm == 0 ? 0 : Math.sqrt(gap / norm);
    return new AdmmResiduals(primal, gamma * Math.sqrt(move), (double) changed / codes, meanScales);
  }

  private static double mean(float[] scales) {
    double sum = 0;
    for (float scale : scales) {
      sum += scale;
    }
    return sum / scales.length;
  }
}
