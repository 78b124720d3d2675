package org.bitlattice.bench;

import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.scoring.ScoredModel;
import org.bitlattice.lm.scoring.ScorerSettings;
import org.bitlattice.lm.scoring.ScoringMode;
import org.bitlattice.text.Vocabulary;

/**
 * One way of running a language model: an engine, a mode and the bits of its weights.
 *
 * @param engine libtorch, or ONNX Runtime as the product uses it
 * @param mode how the product runs the model; exact for libtorch
 * @param bits bits of all weight matrices, 32 for full precision
 */
record Contender(Engine engine, ScoringMode mode, int bits) {
  /** Who multiplies. */
  enum Engine {
    LIBTORCH,
    ONNX_RUNTIME
  }

  static final Contender LIBTORCH = new Contender(Engine.LIBTORCH, ScoringMode.EXACT, 32);
  static final Contender FP32 = new Contender(Engine.ONNX_RUNTIME, ScoringMode.EXACT, 32);

  static Contender of(ScoringMode mode, int bits) {
    return new Contender(Engine.ONNX_RUNTIME, mode, bits);
  }

  /** As the arguments of {@link Footprint} have it. */
  static Contender parse(String text) {
    String[] fields = text.split(":");
    return new Contender(
        Engine.valueOf(fields[0]), ScoringMode.valueOf(fields[1]), Integer.parseInt(fields[2]));
  }

  /** What {@link #parse} reads. */
  String written() {
    return "%s:%s:%d".formatted(engine, mode, bits);
  }

  String title() {
    if (bits == 32) {
      return engine == Engine.LIBTORCH ? "FP32, libtorch" : "FP32, ONNX Runtime (exact)";
    }
    return "%s, %d bit".formatted(mode.label(), bits);
  }

  /**
   * Opens the model.
   *
   * @param batchRows most rows that the output layer takes at once
   */
  Rescorer open(ModelSize size, Vocabulary vocabulary, int batchRows) {
    if (engine == Engine.LIBTORCH) {
      LmWeights weights = size.weights();
      return new LibtorchPadded(weights, vocabulary, batchRows);
    }
    ScoredModel model =
        bits == 32
            ? ScoredModel.exact(size.weights())
            : new ScoredModel(size.quantized(bits), mode);
    return new HistoryTreeRescorer(model, vocabulary, new ScorerSettings(batchRows));
  }
}
