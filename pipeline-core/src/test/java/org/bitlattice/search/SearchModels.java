package org.bitlattice.search;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.lm.training.TinyModels;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.ScaleForm;
import org.bitlattice.quant.ScaleScope;
import org.bitlattice.quant.WordBlocks;

/** A small model to be searched, and its loss in plain double-precision Java. */
final class SearchModels {
  static final LstmArchitecture LSTM = new LstmArchitecture(13, 4, 5, 2);
  static final List<Precision> PRECISIONS =
      List.of(Precision.ONE, Precision.TWO, Precision.FOUR, Precision.EIGHT, Precision.SIXTEEN);

  private SearchModels() {}

  /** Embedding and output in two blocks each. */
  static SearchSpace space(ScaleScope scope) {
    return new SearchSpace(new WordBlocks(List.of(4)).cut(LSTM), PRECISIONS, ScaleForm.of(scope));
  }

  static LmWeights weights() {
    return TinyModels.random(LSTM, 0.9, 3);
  }

  static List<int[]> text() {
    return TinyModels.segments(5, 6, 13, 4);
  }

  /** A model whose matrices are these and whose biases are zero. */
  static LmWeights withoutBiases(LstmArchitecture lstm, Map<String, float[]> matrices) {
    Map<String, float[]> tensors = new LinkedHashMap<>(matrices);
    lstm.tensors().forEach(shape -> tensors.putIfAbsent(shape.name(), new float[shape.size()]));
    return LmWeights.of(lstm, tensors);
  }
}
