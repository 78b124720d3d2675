package org.bitlattice.lm;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bitlattice.text.Vocabulary;

/**
 * Where the words of a vocabulary stand in a model made for another order of words: for each id the
 * row of the embedding, and the row of the output matrix and bias.
 *
 * @param input rows of the embedding by new id
 * @param output rows of the output matrix and bias by new id; with a tied output the same rows
 */
public record WordRows(int[] input, int[] output) {
  /**
   * The rows of the same words in another order.
   *
   * @throws IllegalArgumentException naming a word that only one of the vocabularies has
   */
  public static WordRows between(Vocabulary from, Vocabulary to) {
    Map<String, Integer> rows = new HashMap<>();
    for (int id = 0; id < from.size(); id++) {
      rows.put(from.word(id), id);
    }
    int[] order = new int[to.size()];
    for (int id = 0; id < order.length; id++) {
      Integer row = rows.remove(to.word(id));
      if (row == null) {
        throw new IllegalArgumentException(
            "the model has no word \"%s\", which the vocabulary has".formatted(to.word(id)));
      }
      order[id] = row;
    }
    if (!rows.isEmpty()) {
      throw new IllegalArgumentException(
          "the vocabulary has no word \"%s\", which the model has"
              .formatted(from.word(rows.values().stream().min(Integer::compare).orElseThrow())));
    }
    return new WordRows(order, order);
  }

  /** The model over the new ids; tensors without words are shared, not copied. */
  public LmWeights of(LmWeights weights) {
    LstmArchitecture lstm = (LstmArchitecture) weights.architecture();
    LstmArchitecture changed = lstm.with(input.length, lstm.output());
    Map<String, float[]> tensors = new LinkedHashMap<>();
    for (TensorShape shape : changed.tensors()) {
      tensors.put(shape.name(), weights.tensor(shape.name()));
    }
    tensors.computeIfPresent(
        LstmArchitecture.EMBEDDING, (name, rows) -> gathered(rows, lstm.embeddingSize(), input));
    tensors.computeIfPresent(
        LstmArchitecture.OUTPUT, (name, rows) -> gathered(rows, lstm.hiddenSize(), output));
    tensors.computeIfPresent(
        LstmArchitecture.OUTPUT_BIAS, (name, values) -> gathered(values, 1, output));
    return LmWeights.of(changed, tensors);
  }

  private static float[] gathered(float[] values, int columns, int[] rows) {
    float[] gathered = new float[Math.multiplyExact(rows.length, columns)];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(values, rows[i] * columns, gathered, i * columns, columns);
    }
    return gathered;
  }
}
