package org.bitlattice.lm;

import static org.bitlattice.lm.TensorShape.matrix;
import static org.bitlattice.lm.TensorShape.vector;
import static org.bitlattice.lm.TensorShape.wordMatrix;

import java.util.ArrayList;
import java.util.List;

/**
 * A word LSTM: embedding, {@code layers} LSTM layers without peepholes, and an output layer with
 * soft-max over the vocabulary. Names, shapes and gate order (i, f, g, o) are those of PyTorch's
 * {@code nn.Embedding}, {@code nn.LSTM} and {@code nn.Linear}:
 *
 * <pre>
 * encoder.weight          [vocabulary, embedding]
 * rnn.weight_ih_l{k}      [4·hidden, embedding for k = 0, else hidden]
 * rnn.weight_hh_l{k}      [4·hidden, hidden]
 * rnn.bias_ih_l{k}        [4·hidden]
 * rnn.bias_hh_l{k}        [4·hidden]
 * decoder.weight          [vocabulary, hidden]      not with a tied output
 * decoder.bias            [vocabulary]
 * </pre>
 *
 * With a tied output the embedding is the output matrix too: one tensor, stored, counted and
 * quantized once.
 *
 * @param vocabularySize words in the vocabulary, at least 3
 * @param embeddingSize length of an input embedding, at least 1; with a tied output the hidden size
 * @param hiddenSize units of each LSTM layer, at least 1
 * @param layers number of LSTM layers, at least 1
 * @param output whether the output matrix is a tensor of its own
 */
public record LstmArchitecture(
    int vocabularySize, int embeddingSize, int hiddenSize, int layers, Output output)
    implements LmArchitecture {
  /** Where the output matrix lies. */
  public enum Output {
    /** In a tensor of its own. */
    SEPARATE,
    /** The embedding is the output matrix. */
    TIED
  }

  /** Name of the family in configuration and model files. */
  public static final String KIND = "lstm";

  /** Name of the input embedding. */
  public static final String EMBEDDING = "encoder.weight";

  /** Name of an output matrix of its own. */
  public static final String OUTPUT = "decoder.weight";

  /** Name of the output bias. */
  public static final String OUTPUT_BIAS = "decoder.bias";

  public LstmArchitecture {
    atLeast("vocabulary size", vocabularySize, 3);
    atLeast("embedding size", embeddingSize, 1);
    atLeast("hidden size", hiddenSize, 1);
    atLeast("number of layers", layers, 1);
    if (output == Output.TIED && embeddingSize != hiddenSize) {
      throw new IllegalArgumentException(
          ("an LSTM with a tied output has embeddings of length %d and %d units; the embedding can"
                  + " be the output matrix only where both are equal")
              .formatted(embeddingSize, hiddenSize));
    }
  }

  /** An LSTM with an output matrix of its own. */
  public LstmArchitecture(int vocabularySize, int embeddingSize, int hiddenSize, int layers) {
    this(vocabularySize, embeddingSize, hiddenSize, layers, Output.SEPARATE);
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

  /** Whether the embedding is the output matrix too. */
  public boolean tied() {
    return output == Output.TIED;
  }

  /** Name of the tensor that is the output matrix. */
  public String outputWeight() {
    return tied() ? EMBEDDING : OUTPUT;
  }

  /** The same sizes over another number of words and with another output. */
  public LstmArchitecture with(int words, Output otherOutput) {
    return new LstmArchitecture(words, embeddingSize, hiddenSize, layers, otherOutput);
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
    if (!tied()) {
      tensors.add(wordMatrix(OUTPUT, vocabularySize, hiddenSize));
    }
    tensors.add(vector(OUTPUT_BIAS, vocabularySize));
    return List.copyOf(tensors);
  }
}
