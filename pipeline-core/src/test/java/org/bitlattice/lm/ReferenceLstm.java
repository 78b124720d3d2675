package org.bitlattice.lm;

import java.util.List;

/**
 * The forward pass of an LSTM language model in plain double-precision Java, written from PyTorch's
 * documentation of {@code nn.LSTM}: the judge of every engine.
 */
public final class ReferenceLstm {
  private final LstmArchitecture lstm;
  private final LmWeights weights;
  private final double[][] hidden;
  private final double[][] cell;

  /** A model in its zero state. */
  public ReferenceLstm(LmWeights weights) {
    this.lstm = (LstmArchitecture) weights.architecture();
    this.weights = weights;
    this.hidden = new double[lstm.layers()][lstm.hiddenSize()];
    this.cell = new double[lstm.layers()][lstm.hiddenSize()];
  }

  /** Natural-log probability of every word after the words read so far and {@code word}. */
  public double[] logProbabilitiesAfter(int word) {
    double[] input = new double[lstm.embeddingSize()];
    float[] embedding = weights.tensor(LstmArchitecture.EMBEDDING);
    for (int i = 0; i < input.length; i++) {
      input[i] = embedding[word * input.length + i];
    }
    for (int layer = 0; layer < lstm.layers(); layer++) {
      input = step(layer, input);
    }
    double[] logits = weights(LstmArchitecture.OUTPUT_BIAS);
    multiplyAdd(weights.tensor(lstm.outputWeight()), input, logits);
    return logSoftmax(logits);
  }

  /** Mean loss of the targets of some segments, in nats per token. */
  public static double lossPerToken(LmWeights weights, List<int[]> segments) {
    double nats = 0;
    long tokens = 0;
    for (int[] segment : segments) {
      nats += negativeLogLikelihood(weights, segment);
      tokens += segment.length - 1;
    }
    return nats / tokens;
  }

  /**
   * Sum of −ln P over the targets of a segment: inputs are all ids but the last, targets all but
   * the first.
   */
  public static double negativeLogLikelihood(LmWeights weights, int[] segment) {
    ReferenceLstm model = new ReferenceLstm(weights);
    double sum = 0;
    for (int i = 0; i + 1 < segment.length; i++) {
      sum -= model.logProbabilitiesAfter(segment[i])[segment[i + 1]];
    }
    return sum;
  }

  private double[] step(int layer, double[] input) {
    int size = lstm.hiddenSize();
    double[] gates = weights(LstmArchitecture.inputBias(layer));
    double[] second = weights(LstmArchitecture.recurrentBias(layer));
    for (int i = 0; i < gates.length; i++) {
      gates[i] += second[i];
    }
    multiplyAdd(weights.tensor(LstmArchitecture.inputWeight(layer)), input, gates);
    multiplyAdd(weights.tensor(LstmArchitecture.recurrentWeight(layer)), hidden[layer], gates);
    double[] output = new double[size];
    for (int i = 0; i < size; i++) {
      double in = sigmoid(gates[i]);
      double forget = sigmoid(gates[size + i]);
      double candidate = Math.tanh(gates[2 * size + i]);
      double out = sigmoid(gates[3 * size + i]);
      cell[layer][i] = forget * cell[layer][i] + in * candidate;
      output[i] = out * Math.tanh(cell[layer][i]);
    }
    hidden[layer] = output;
    return output;
  }

  private double[] weights(String name) {
    float[] values = weights.tensor(name);
    double[] copy = new double[values.length];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = values[i];
    }
    return copy;
  }

  private static void multiplyAdd(float[] matrix, double[] vector, double[] sum) {
    for (int row = 0; row < sum.length; row++) {
      for (int column = 0; column < vector.length; column++) {
        sum[row] += matrix[row * vector.length + column] * vector[column];
      }
    }
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static double[] logSoftmax(double[] logits) {
    double largest = Double.NEGATIVE_INFINITY;
    for (double logit : logits) {
      largest = Math.max(largest, logit);
    }
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit - largest);
    }
    double[] result = new double[logits.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = logits[i] - largest - Math.log(sum);
    }
    return result;
  }
}
