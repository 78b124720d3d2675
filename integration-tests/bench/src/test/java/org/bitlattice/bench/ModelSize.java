package org.bitlattice.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.lm.TensorShape;
import org.bitlattice.lowbit.PostTrainingQuantization;
import org.bitlattice.quant.PackedModel;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.ScaleScope;
import org.bitlattice.run.Seeds;
import org.bitlattice.text.Vocabulary;

/** The networks that are measured: word LSTMs of two layers with random weights. */
enum ModelSize {
  /** The size of the AMI experiment: the 6,995 AMI words and the two special ones. */
  SMALL(200, 6_997),
  /** A common size of published rescoring LSTMs; the words beyond AMI's are invented. */
  LARGE(512, 10_000);

  private final int units;
  private final int words;

  ModelSize(int units, int words) {
    this.units = units;
    this.words = words;
  }

  /** Units of a layer. */
  int units() {
    return units;
  }

  /** Words of the vocabulary. */
  int words() {
    return words;
  }

  /** The weights with {@code bits} bits everywhere, a scale for each row. */
  PackedModel quantized(int bits) {
    LmWeights weights = weights();
    Map<String, Precision> precisions = new LinkedHashMap<>();
    for (TensorShape shape : weights.architecture().quantizable()) {
      precisions.put(shape.name(), Precision.ofBits(bits));
    }
    return PostTrainingQuantization.quantize(weights, precisions, ScaleScope.ROW);
  }

  @Override
  public String toString() {
    return "LSTM 2 × %d, %,d words".formatted(units, words);
  }

  /** AMI's words, the two special ones, and as many invented ones as are missing. */
  Vocabulary vocabulary(List<String> amiWords) {
    List<String> all = new ArrayList<>(amiWords);
    all.add(Vocabulary.DEFAULT_UNKNOWN);
    all.add(Vocabulary.DEFAULT_BOUNDARY);
    for (int i = 0; all.size() < words; i++) {
      all.add("invented" + i);
    }
    return Vocabulary.of(all, "the benchmark's words");
  }

  /**
   * Weights drawn uniformly, wide enough that words differ in ln P and that the state matters.
   * Speed does not depend on them.
   */
  LmWeights weights() {
    LstmArchitecture lstm = new LstmArchitecture(words, units, units, 2);
    Random random = new Random(new Seeds(1).stream("benchmark/weights", units, words));
    Map<String, float[]> tensors = new LinkedHashMap<>();
    for (TensorShape shape : lstm.tensors()) {
      float bound = shape.name().startsWith("rnn.") ? 1.5f / (float) Math.sqrt(units) : 1;
      float[] values = new float[shape.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (2 * random.nextFloat() - 1) * bound;
      }
      tensors.put(shape.name(), values);
    }
    return LmWeights.of(lstm, tensors);
  }
}
