package org.bitlattice.lm;

import static org.bitlattice.lm.TensorShape.matrix;
import static org.bitlattice.lm.TensorShape.vector;
import static org.bitlattice.lm.TensorShape.wordMatrix;

import java.util.ArrayList;
import java.util.List;

/**
 * A word LSTM: embedding, {@code layers} LSTM layers without peepholes, and an output layer with
 * soft-max over the vocabulary; input and output embeddings are separate tensors. Names, shapes and
 * gate order (i, f, g, o) are those of PyTorch's {@code nn.Embedding}, {@code nn.LSTM} and {@code
 * nn.Linear}:
 *
 * <pre>
 * encoder.weight          [vocabulary, embedding]
 * rnn.weight_ih_l{k}      [4·hidden, embedding for k = 0, else hidden]
 * rnn.weight_hh_l{k}      [4·hidden, hidden]
 * rnn.bias_ih_l{k}        [4·hidden]
 * rnn.bias_hh_l{k}        [4·hidden]
 * decoder.weight          [vocabulary, hidden]
 * decoder.bias            [vocabulary]
 * </pre>
 *
 * @param vocabularySize words in the vocabulary, at least 3
 * @param embeddingSize length of an input embedding, at least 1
 * @param hiddenSize units of each LSTM layer, at least 1
 * @param layers number of LSTM layers, at least 1
 */
public record LstmArchitecture(int vocabularySize, int embeddingSize, int hiddenSize, int layers)
    implements LmArchitecture {
  /** Name of the family in configuration and model files. */
  public static final String KIND = "lstm";

  /** Name of the input embedding. */
  public static final String EMBEDDING = "encoder.weight";

  /** Name of the output matrix. */
  public static final String OUTPUT = "decoder.weight";

  /** Name of the output bias. */
  public static final String OUTPUT_BIAS = "decoder.bias";

  public LstmArchitecture {
    atLeast("vocabulary size", vocabularySize, 3);
    atLeast("embedding size", embeddingSize, 1);
    atLeast("hidden size", hiddenSize, 1);
    atLeast("number of layers", layers, 1);
  }

  private static void atLeast(String what, int value, int minimum) {
    if (value < minimum) {
      throw new IllegalArgumentException(
          "the %s of an LSTM is %d; it must be at least %d".formatted(what, value, minimum));
    }
  }

  /** Name of the matrix from the input of layer {@code layer} (from 0) to its gates. */
  public static String inputWeight(int layer) {
    return "rnn.weight_ih_l" + layer;
  }

  /** Name of the matrix from the previous output of layer {@code layer} (from 0) to its gates. */
  public static String recurrentWeight(int layer) {
    return "rnn.weight_hh_l" + layer;
  }

  /** Name of the first of the two biases that PyTorch adds in layer {@code layer} (from 0). */
  public static String inputBias(int layer) {
    return "rnn.bias_ih_l" + layer;
  }

  /** Name of the second of the two biases that PyTorch adds in layer {@code layer} (from 0). */
  public static String recurrentBias(int layer) {
    return "rnn.bias_hh_l" + layer;
  }

  /** Length of the input of layer {@code layer} (from 0). */
  public int inputSize(int layer) {
    return layer == 0 ? embeddingSize : hiddenSize;
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public List<TensorShape> tensors() {
    List<TensorShape> tensors = new ArrayList<>();
    tensors.add(wordMatrix(EMBEDDING, vocabularySize, embeddingSize));
    int gates = Math.multiplyExact(4, hiddenSize);
    for (int layer = 0; layer < layers; layer++) {
      tensors.add(matrix(inputWeight(layer), gates, inputSize(layer)));
      tensors.add(matrix(recurrentWeight(layer), gates, hiddenSize));
      tensors.add(vector(inputBias(layer), gates));
      tensors.add(vector(recurrentBias(layer), gates));
    }
    tensors.add(wordMatrix(OUTPUT, vocabularySize, hiddenSize));
    tensors.add(vector(OUTPUT_BIAS, vocabularySize));
    return List.copyOf(tensors);
  }
}
