package org.bitlattice.lm.scoring;

import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.quant.PackedModel;
import org.bitlattice.quant.QuantizedTensor;

/**
 * A step of a low-bit LSTM in plain Java and double precision, layer by layer. Every layer starts
 * from inputs that are given as floats, so that a code of an activation never falls on the other
 * side of a rounding edge than in the graph that gave them. Products of mode int8 are sums of
 * integers.
 */
final class PlainStep {
  private final PackedModel model;
  private final LstmArchitecture shape;
  private final ScoringMode mode;

  PlainStep(PackedModel model, ScoringMode mode) {
    this.model = model;
    this.shape = (LstmArchitecture) model.architecture();
    this.mode = mode;
  }

  /**
   * State [h c] of a layer after a word, and how far a mode with rounded activations may be off.
   */
  record Layer(double[] hidden, double[] cell, double[] hiddenBound, double[] cellBound) {}

  /** The first layer, whose input is the embedding of a word. */
  Layer first(int word, float[] hidden, float[] cell) {
    String input = LstmArchitecture.inputWeight(0);
    Product fromInput;
    if (mode == ScoringMode.INT8
        && inEightBits(LstmArchitecture.EMBEDDING, word, word + 1)
        && fitsWhole(LstmArchitecture.EMBEDDING)
        && model.quantized().containsKey(input)) {
      fromInput = byCodes(input, embedding(word));
    } else {
      float[] x = row(model.values(LstmArchitecture.EMBEDDING), word, shape.embeddingSize());
      fromInput = mode == ScoringMode.INT8 ? floats(input, x) : product(input, x);
    }
    return layer(0, fromInput, hidden, cell);
  }

  /** A layer whose input is the output of the one below. */
  Layer upper(int layer, float[] x, float[] hidden, float[] cell) {
    return layer(layer, product(LstmArchitecture.inputWeight(layer), x), hidden, cell);
  }

  /** ln P of every word, and a bound of its error. */
  Product output(float[] hidden) {
    Product logits = product(LstmArchitecture.OUTPUT, hidden);
    float[] bias = model.values(LstmArchitecture.OUTPUT_BIAS);
    double[] values = logits.values();
    double largest = Double.NEGATIVE_INFINITY;
    double worst = 0;
    for (int w = 0; w < values.length; w++) {
      values[w] += bias[w];
      largest = Math.max(largest, values[w]);
      worst = Math.max(worst, logits.bounds()[w]);
    }
    double sum = 0;
    for (double value : values) {
      sum += Math.exp(value - largest);
    }
    double[] bounds = new double[values.length];
    for (int w = 0; w < values.length; w++) {
      values[w] -= largest + Math.log(sum);
      bounds[w] = logits.bounds()[w] + worst;
    }
    return new Product(values, bounds);
  }

  /** Values, and how far rounding of activations may take them. */
  record Product(double[] values, double[] bounds) {}

  private Layer layer(int layer, Product fromInput, float[] hidden, float[] cell) {
    Product fromState = product(LstmArchitecture.recurrentWeight(layer), hidden);
    float[] inputBias = model.values(LstmArchitecture.inputBias(layer));
    float[] recurrentBias = model.values(LstmArchitecture.recurrentBias(layer));
    int size = shape.hiddenSize();
    double[] gates = new double[4 * size];
    double[] bounds = new double[4 * size];
    for (int i = 0; i < gates.length; i++) {
      gates[i] = fromInput.values()[i] + fromState.values()[i] + inputBias[i] + recurrentBias[i];
      bounds[i] = fromInput.bounds()[i] + fromState.bounds()[i];
    }
    Layer next = new Layer(new double[size], new double[size], new double[size], new double[size]);
    for (int u = 0; u < size; u++) {
      double cellValue =
          logistic(gates[size + u]) * cell[u] + logistic(gates[u]) * Math.tanh(gates[2 * size + u]);
      next.cell()[u] = cellValue;
      next.hidden()[u] = logistic(gates[3 * size + u]) * Math.tanh(cellValue);
      // The logistic function has slopes of at most 1/4, tanh of at most 1.
      next.cellBound()[u] =
          Math.abs(cell[u]) * bounds[size + u] / 4 + bounds[u] / 4 + bounds[2 * size + u];
      next.hiddenBound()[u] = bounds[3 * size + u] / 4 + next.cellBound()[u];
    }
    return next;
  }

  private Product product(String name, float[] x) {
    if (mode == ScoringMode.INT8 && model.quantized().containsKey(name)) {
      int[] codes = new int[x.length];
      for (int i = 0; i < x.length; i++) {
        codes[i] = (int) Math.rint(x[i] / (1f / 127));
      }
      return byCodes(name, new Coded(codes, 1f / 127, x));
    }
    Product exact = floats(name, x);
    return mode == ScoringMode.COMPACT && model.quantized().containsKey(name)
        ? new Product(exact.values(), roundingBounds(name, x))
        : exact;
  }

  private record Coded(int[] codes, float scale, float[] values) {}

  private Coded embedding(int word) {
    QuantizedTensor tensor = model.quantized().get(LstmArchitecture.EMBEDDING);
    int[] codes = new int[tensor.columns()];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = tensor.codes()[word * codes.length + i];
    }
    float[] values = row(tensor.dequantize(), word, codes.length);
    return new Coded(codes, tensor.scale(word), values);
  }

  /** Integer sums; rows in a stretch of 64 with a code above 127 are single precision. */
  private Product byCodes(String name, Coded x) {
    QuantizedTensor tensor = model.quantized().get(name);
    double[] values = floats(name, x.values()).values();
    for (int row = 0; row < tensor.rows(); row++) {
      int from = row / 64 * 64;
      if (inEightBits(name, from, Math.min(from + 64, tensor.rows()))) {
        long sum = 0;
        for (int i = 0; i < x.codes().length; i++) {
          sum += (long) x.codes()[i] * tensor.codes()[row * x.codes().length + i];
        }
        values[row] = (double) x.scale() * tensor.scale(row) * sum;
      }
    }
    return new Product(values, new double[values.length]);
  }

  private boolean fitsWhole(String name) {
    return inEightBits(name, 0, model.quantized().get(name).rows());
  }

  private boolean inEightBits(String name, int from, int to) {
    QuantizedTensor tensor = model.quantized().get(name);
    if (tensor == null) {
      return false;
    }
    for (int i = from * tensor.columns(); i < to * tensor.columns(); i++) {
      if (Math.abs(tensor.codes()[i]) > 127) {
        return false;
      }
    }
    return true;
  }

  private Product floats(String name, float[] x) {
    float[] matrix = model.values(name);
    double[] result = new double[matrix.length / x.length];
    for (int row = 0; row < result.length; row++) {
      for (int i = 0; i < x.length; i++) {
        result[row] += (double) matrix[row * x.length + i] * x[i];
      }
    }
    return new Product(result, new double[result.length]);
  }

  /**
   * Σ |w| · (largest |x|) / 254: an activation is off by half a step of 1/127 of the largest in its
   * block, which the largest of all bounds.
   */
  private double[] roundingBounds(String name, float[] x) {
    float largest = 0;
    for (float value : x) {
      largest = Math.max(largest, Math.abs(value));
    }
    float[] matrix = model.values(name);
    double[] bounds = new double[matrix.length / x.length];
    for (int i = 0; i < matrix.length; i++) {
      bounds[i / x.length] += Math.abs(matrix[i]) * largest / 254;
    }
    return bounds;
  }

  private static float[] row(float[] matrix, int row, int columns) {
    float[] values = new float[columns];
    System.arraycopy(matrix, row * columns, values, 0, columns);
    return values;
  }

  private static double logistic(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
