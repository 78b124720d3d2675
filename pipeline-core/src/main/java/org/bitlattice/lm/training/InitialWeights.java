package org.bitlattice.lm.training;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.lm.TensorShape;

/**
 * Random weights to start training from: uniform in ±1 for the embedding, ±1/√hidden for LSTM and
 * output matrices (PyTorch's choice), zero biases except 1 for the forget gates, which lets early
 * gradients pass through time.
 */
public final class InitialWeights {
  private static final float EMBEDDING_RANGE = 1f;
  private static final float FORGET_BIAS = 1f;

  private InitialWeights() {}

  /**
   * Weights that depend on the architecture and the seed alone; each tensor has a random stream of
   * its own.
   */
  public static LmWeights of(LmArchitecture architecture, long seed) {
    LstmArchitecture lstm = LstmNetwork.requireLstm(architecture);
    SplittableRandom streams = new SplittableRandom(seed);
    float range = (float) (1 / Math.sqrt(lstm.hiddenSize()));
    Map<String, float[]> tensors = new LinkedHashMap<>();
    for (TensorShape shape : lstm.tensors()) {
      SplittableRandom stream = streams.split();
      float[] values = new float[shape.size()];
      if (shape.quantizable()) {
        float bound = shape.name().equals(LstmArchitecture.EMBEDDING) ? EMBEDDING_RANGE : range;
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) (2 * stream.nextDouble() - 1) * bound;
        }
      }
      tensors.put(shape.name(), values);
    }
    for (int layer = 0; layer < lstm.layers(); layer++) {
      int hidden = lstm.hiddenSize();
      float[] bias = tensors.get(LstmArchitecture.inputBias(layer));
      Arrays.fill(bias, hidden, 2 * hidden, FORGET_BIAS);
    }
    return LmWeights.of(lstm, tensors);
  }

  /**
   * The same weights with the output biases at the logarithms of the words' relative frequencies,
   * so that training starts from the unigram distribution: an Adam step moves a bias by at most the
   * learning rate, and rare words are thousands of steps away from zero.
   *
   * @param counts how often each word of the vocabulary is predicted in the training text; one is
   *     added to each
   * @throws IllegalArgumentException when there is not one count for each word
   */
  public static LmWeights of(LmArchitecture architecture, long seed, long[] counts) {
    if (counts.length != architecture.vocabularySize()) {
      throw new IllegalArgumentException(
          "%d word counts do not fit a vocabulary of %d words"
              .formatted(counts.length, architecture.vocabularySize()));
    }
    double total = counts.length;
    for (long count : counts) {
      total += count;
    }
    float[] bias = new float[counts.length];
    double mean = 0;
    for (int word = 0; word < bias.length; word++) {
      bias[word] = (float) Math.log((counts[word] + 1) / total);
      mean += bias[word] / bias.length;
    }
    for (int word = 0; word < bias.length; word++) {
      bias[word] -= (float) mean;
    }
    return of(architecture, seed).with(Map.of(LstmArchitecture.OUTPUT_BIAS, bias));
  }
}
