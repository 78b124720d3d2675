package org.bitlattice.quant;

/** Plain references for table fits: exhaustive where that is possible, else a fine grid of α. */
final class ReferenceFit {
  private ReferenceFit() {}

  /** ‖V − αQ‖² of a fit. */
  static double error(float[] values, QuantizedTensor fit) {
    float[] back = fit.dequantize();
    double error = 0;
    for (int i = 0; i < values.length; i++) {
      error += ((double) values[i] - back[i]) * ((double) values[i] - back[i]);
    }
    return error;
  }

  /** Smallest ‖V − αQ‖² over all code vectors, each with its best α ≥ 0. */
  static double exhaustiveError(float[] values, Precision precision) {
    int max = precision.maxCode();
    int[] codes = new int[values.length];
    java.util.Arrays.fill(codes, -max);
    double best = Double.POSITIVE_INFINITY;
    while (true) {
      best = Math.min(best, errorAtBestScale(values, codes, precision));
      int place = 0;
      while (place < codes.length && codes[place] == max) {
        codes[place++] = -max;
      }
      if (place == codes.length) {
        return best;
      }
      codes[place]++;
    }
  }

  private static double errorAtBestScale(float[] values, int[] codes, Precision precision) {
    double vq = 0;
    double qq = 0;
    double vv = 0;
    for (int i = 0; i < values.length; i++) {
      if (precision == Precision.ONE && codes[i] == 0) {
        return Double.POSITIVE_INFINITY;
      }
      vq += (double) values[i] * codes[i];
      qq += (double) codes[i] * codes[i];
      vv += (double) values[i] * values[i];
    }
    return qq == 0 || vq <= 0 ? vv : vv - vq * vq / qq;
  }

  /** Smallest error over a grid of α, with nearest codes found by trying every code. */
  static double gridError(float[] values, Precision precision, int steps) {
    float largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    double best = Double.POSITIVE_INFINITY;
    for (int step = 1; step <= steps; step++) {
      double alpha = 1.2 * largest * step / steps;
      double error = 0;
      for (float value : values) {
        error += nearestError(value, alpha / precision.maxCode(), precision);
      }
      best = Math.min(best, error);
    }
    return best;
  }

  private static double nearestError(float value, double alpha, Precision precision) {
    double best = Double.POSITIVE_INFINITY;
    for (int code = -precision.maxCode(); code <= precision.maxCode(); code++) {
      if (precision != Precision.ONE || code != 0) {
        best = Math.min(best, (value - alpha * code) * (value - alpha * code));
      }
    }
    return best;
  }
}
