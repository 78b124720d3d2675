package org.bitlattice.lm.scoring;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.lm.TensorShape;

/** A word LSTM in plain Java, double precision, one history at a time: the package's oracle. */
public final class PlainLstm {
  private final LstmArchitecture shape;
  private final LmWeights weights;
  private final double[][] h;
  private final double[][] c;

  PlainLstm(LmWeights weights) {
    this.weights = weights;
    this.shape = (LstmArchitecture) weights.architecture();
    this.h = new double[shape.layers()][shape.hiddenSize()];
    this.c = new double[shape.layers()][shape.hiddenSize()];
  }

  /** Weights drawn uniformly from ±scale. */
  public static LmWeights randomWeights(LstmArchitecture architecture, double scale, long seed) {
    Random random = new Random(seed);
    Map<String, float[]> tensors = new LinkedHashMap<>();
    for (TensorShape tensor : architecture.tensors()) {
      float[] values = new float[tensor.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) ((2 * random.nextDouble() - 1) * scale);
      }
      tensors.put(tensor.name(), values);
    }
    return LmWeights.of(architecture, tensors);
  }

  /** Distributions over the next word, ln P, after the boundary word and after each word. */
  static double[][] distributions(LmWeights weights, int boundaryId, int[] words) {
    PlainLstm lstm = new PlainLstm(weights);
    double[][] result = new double[words.length + 1][];
    result[0] = lstm.feed(boundaryId);
    for (int i = 0; i < words.length; i++) {
      result[i + 1] = lstm.feed(words[i]);
    }
    return result;
  }

  /** ln P of each word of a sentence and of its end. */
  public static double[] sentence(LmWeights weights, int boundaryId, int[] words) {
    double[][] distributions = distributions(weights, boundaryId, words);
    double[] result = new double[words.length + 1];
    for (int i = 0; i <= words.length; i++) {
      result[i] = distributions[i][i == words.length ? boundaryId : words[i]];
    }
    return result;
  }

  static double negativeLogLikelihood(LmWeights weights, int boundaryId, List<int[]> sentences) {
    double sum = 0;
    for (int[] sentence : sentences) {
      for (double value : sentence(weights, boundaryId, sentence)) {
        sum -= value;
      }
    }
    return sum;
  }

  /** Σ over histories of the divergence of their full distributions, in nats. */
  public static double divergence(
      LmWeights from, LmWeights to, int boundaryId, List<int[]> sentences) {
    double sum = 0;
    for (int[] sentence : sentences) {
      double[][] p = distributions(from, boundaryId, sentence);
      double[][] q = distributions(to, boundaryId, sentence);
      for (int t = 0; t < p.length; t++) {
        for (int w = 0; w < p[t].length; w++) {
          sum += Math.exp(p[t][w]) * (p[t][w] - q[t][w]);
        }
      }
    }
    return sum;
  }

  /** Reads one word and returns ln P of every next word. */
  private double[] feed(int word) {
    double[] x = new double[shape.embeddingSize()];
    float[] embedding = weights.tensor(LstmArchitecture.EMBEDDING);
    for (int i = 0; i < x.length; i++) {
      x[i] = embedding[word * x.length + i];
    }
    for (int layer = 0; layer < shape.layers(); layer++) {
      x = layer(layer, x);
    }
    float[] bias = weights.tensor(LstmArchitecture.OUTPUT_BIAS);
    double[] logits = product(weights.tensor(shape.outputWeight()), x, bias.length);
    double sum = 0;
    for (int w = 0; w < logits.length; w++) {
      logits[w] += bias[w];
      sum += Math.exp(logits[w]);
    }
    for (int w = 0; w < logits.length; w++) {
      logits[w] -= Math.log(sum);
    }
    return logits;
  }

  private double[] layer(int layer, double[] x) {
    int size = shape.hiddenSize();
    double[] fromInput = product(weights.tensor(LstmArchitecture.inputWeight(layer)), x, 4 * size);
    double[] fromState =
        product(weights.tensor(LstmArchitecture.recurrentWeight(layer)), h[layer], 4 * size);
    float[] inputBias = weights.tensor(LstmArchitecture.inputBias(layer));
    float[] recurrentBias = weights.tensor(LstmArchitecture.recurrentBias(layer));
    double[] gates = new double[4 * size];
    for (int i = 0; i < gates.length; i++) {
      gates[i] = fromInput[i] + fromState[i] + inputBias[i] + recurrentBias[i];
    }
    for (int u = 0; u < size; u++) {
      double kept = logistic(gates[size + u]) * c[layer][u];
      c[layer][u] = kept + logistic(gates[u]) * Math.tanh(gates[2 * size + u]);
      h[layer][u] = logistic(gates[3 * size + u]) * Math.tanh(c[layer][u]);
    }
    return h[layer].clone();
  }

  private static double[] product(float[] matrix, double[] x, int rows) {
    double[] result = new double[rows];
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < x.length; i++) {
        result[row] += matrix[row * x.length + i] * x[i];
      }
    }
    return result;
  }

  private static double logistic(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
