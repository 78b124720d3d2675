package org.bitlattice.lm.training;

import static org.bitlattice.lm.LstmArchitecture.EMBEDDING;
import static org.bitlattice.lm.LstmArchitecture.OUTPUT;
import static org.bitlattice.lm.LstmArchitecture.OUTPUT_BIAS;
import static org.bitlattice.lm.LstmArchitecture.inputBias;
import static org.bitlattice.lm.LstmArchitecture.inputWeight;
import static org.bitlattice.lm.LstmArchitecture.recurrentBias;
import static org.bitlattice.lm.LstmArchitecture.recurrentWeight;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.LstmArchitecture;

/**
 * Where each tensor of an LSTM lies in DL4J's one flat parameter vector. DL4J keeps matrices as
 * [in, out] in column-major order, which is PyTorch's row-major [out, in], so whole rows are
 * copied. What differs:
 *
 * <ul>
 *   <li>the gates of an LSTM come as (g, f, o, i): DL4J's first block is the tanh input and its
 *       last the input gate ({@code LSTMHelpers}); PyTorch has (i, f, g, o);
 *   <li>there is one LSTM bias, the sum of PyTorch's two: exported as the first, with the second 0.
 * </ul>
 */
final class FlatLayout {
  /** PyTorch's gate at each of DL4J's four places. */
  private static final int[] GATES = {2, 1, 3, 0};

  private final LstmArchitecture lstm;
  private final Map<String, Integer> offsets = new LinkedHashMap<>();
  private final int length;

  FlatLayout(LstmArchitecture lstm) {
    this.lstm = lstm;
    int offset = place(EMBEDDING, 0, lstm.vocabularySize(), lstm.embeddingSize());
    int gates = 4 * lstm.hiddenSize();
    for (int layer = 0; layer < lstm.layers(); layer++) {
      offset = place(inputWeight(layer), offset, gates, lstm.inputSize(layer));
      offset = place(recurrentWeight(layer), offset, gates, lstm.hiddenSize());
      offset = place(inputBias(layer), offset, gates, 1);
    }
    offset = place(OUTPUT, offset, lstm.vocabularySize(), lstm.hiddenSize());
    this.length = place(OUTPUT_BIAS, offset, lstm.vocabularySize(), 1);
  }

  private int place(String name, int offset, int rows, int columns) {
    offsets.put(name, offset);
    return Math.addExact(offset, Math.multiplyExact(rows, columns));
  }

  /** Number of values of the flat vector. */
  int length() {
    return length;
  }

  /**
   * Where a tensor starts in the flat vector.
   *
   * @throws IllegalArgumentException for tensors without a place of their own
   */
  int offset(String name) {
    Integer offset = offsets.get(name);
    if (offset == null) {
      throw new IllegalArgumentException(
          "the tensor %s has no place of its own in the flat vector; the tensors there are %s"
              .formatted(name, offsets.keySet()));
    }
    return offset;
  }

  /** The flat vector of a model; the matrix of a tied one is written to both of its places. */
  float[] flatten(LmWeights weights) {
    float[] flat = new float[length];
    boolean tied = weights.architecture() instanceof LstmArchitecture of && of.tied();
    for (String name : offsets.keySet()) {
      String held = tied && name.equals(OUTPUT) ? EMBEDDING : name;
      flattenTensor(name, weights.tensor(held), flat, offsets.get(name));
    }
    for (int layer = 0; layer < lstm.layers(); layer++) {
      addSecondBias(weights.tensor(recurrentBias(layer)), flat, offset(inputBias(layer)));
    }
    return flat;
  }

  /** Writes one tensor, in the flat vector's order, to {@code flat} from {@code offset} on. */
  void flattenTensor(String name, float[] values, float[] flat, int offset) {
    if (isRecurrent(name)) {
      int block = values.length / GATES.length;
      for (int place = 0; place < GATES.length; place++) {
        System.arraycopy(values, GATES[place] * block, flat, offset + place * block, block);
      }
    } else {
      System.arraycopy(values, 0, flat, offset, values.length);
    }
  }

  /** The tensor's own row that stands at each row of the flat vector. */
  int[] rowOrder(String name, int rows) {
    int[] order = new int[rows];
    int block = rows / GATES.length;
    for (int row = 0; row < rows; row++) {
      order[row] = isRecurrent(name) ? GATES[row / block] * block + row % block : row;
    }
    return order;
  }

  private void addSecondBias(float[] values, float[] flat, int offset) {
    int block = lstm.hiddenSize();
    for (int place = 0; place < GATES.length; place++) {
      for (int i = 0; i < block; i++) {
        flat[offset + place * block + i] += values[GATES[place] * block + i];
      }
    }
  }

  /** The model in a flat vector; the second bias of each LSTM layer is 0. */
  LmWeights weights(float[] flat) {
    Map<String, float[]> tensors = tensors(flat);
    for (int layer = 0; layer < lstm.layers(); layer++) {
      tensors.put(recurrentBias(layer), new float[4 * lstm.hiddenSize()]);
    }
    return LmWeights.of(lstm, tensors);
  }

  /** The gradient in a flat vector; both biases of an LSTM layer have the gradient of their sum. */
  Map<String, float[]> gradient(float[] flat) {
    Map<String, float[]> tensors = tensors(flat);
    for (int layer = 0; layer < lstm.layers(); layer++) {
      tensors.put(recurrentBias(layer), tensors.get(inputBias(layer)).clone());
    }
    return tensors;
  }

  private Map<String, float[]> tensors(float[] flat) {
    Map<String, float[]> tensors = new LinkedHashMap<>();
    lstm.tensors().stream()
        .filter(shape -> offsets.containsKey(shape.name()))
        .forEach(shape -> tensors.put(shape.name(), tensor(shape.name(), flat, shape.size())));
    return tensors;
  }

  private float[] tensor(String name, float[] flat, int size) {
    int offset = offset(name);
    float[] values = new float[size];
    if (isRecurrent(name)) {
      int block = size / GATES.length;
      for (int place = 0; place < GATES.length; place++) {
        System.arraycopy(flat, offset + place * block, values, GATES[place] * block, block);
      }
    } else {
      System.arraycopy(flat, offset, values, 0, size);
    }
    return values;
  }

  private static boolean isRecurrent(String name) {
    return name.startsWith("rnn.");
  }
}
