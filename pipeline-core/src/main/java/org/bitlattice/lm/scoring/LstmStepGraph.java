package org.bitlattice.lm.scoring;

import java.nio.ByteBuffer;
import onnx.Onnx.TensorProto.DataType;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.lm.scoring.OnnxModel.Attribute;

/**
 * The step of a word LSTM in plain operators. With x the word's embedding, h and c the state of a
 * layer, σ the logistic function and ⊙ the product by elements:
 *
 * <pre>
 * [i f g o] = W_ih x + W_hh h + (b_ih + b_hh)
 * c' = σ(f) ⊙ c + σ(i) ⊙ tanh(g)
 * h' = σ(o) ⊙ tanh(c')                      and x of the next layer is h'
 * ln P = log softmax(W_out h' + b_out)      with a tied output W_out is the embedding
 * </pre>
 *
 * How the products with W are computed is the business of the {@link StepWeights}; all else is
 * single precision. W_ih x of the first layer depends on the last word alone and is computed once
 * for each word of a batch: rows of one level end in few different words. The state of a history is
 * [h_0 c_0 h_1 c_1 …], 2 · layers · hidden floats.
 */
final class LstmStepGraph implements StepGraph {
  private static final Attribute AXIS_1 = new Attribute("axis", 1);

  private final LstmArchitecture lstm;
  private final StepWeights weights;
  private final Outputs outputs;

  LstmStepGraph(LstmArchitecture lstm, StepWeights weights, Outputs outputs) {
    this.lstm = lstm;
    this.weights = weights;
    this.outputs = outputs;
  }

  @Override
  public int vocabularySize() {
    return lstm.vocabularySize();
  }

  @Override
  public int stateSize() {
    return Math.multiplyExact(2 * lstm.layers(), lstm.hiddenSize());
  }

  @Override
  public Outputs outputs() {
    return outputs;
  }

  @Override
  public ByteBuffer model() {
    OnnxModel model = new OnnxModel("lstm_step");
    if (outputs == Outputs.PORTABLE) {
      model.input(TOKEN, DataType.INT64, "N");
    } else {
      model.input(TOKEN, DataType.INT64, "U");
      model.input(TOKEN_OF_ROW, DataType.INT64, "N");
    }
    model.input(STATE, DataType.FLOAT, "N", stateSize());
    model.output(NEXT_STATE, DataType.FLOAT, "N", stateSize());
    String[] states = new String[2 * lstm.layers()];
    for (int i = 0; i < states.length; i++) {
      states[i] = (i % 2 == 0 ? "h" : "c") + i / 2;
    }
    model.split(STATE, states);
    Activations x = weights.rows(model, LstmArchitecture.EMBEDDING, TOKEN);
    String[] nextStates = new String[states.length];
    for (int layer = 0; layer < lstm.layers(); layer++) {
      nextStates[2 * layer] = layer(model, layer, x);
      nextStates[2 * layer + 1] = "c_next" + layer;
      x = new LstmOutput(model, nextStates[2 * layer]);
    }
    model.node("Concat", AXIS_1, NEXT_STATE, nextStates);
    output(model, x);
    return model.serialize();
  }

  /** Adds one layer and returns the name of its output h'. */
  private String layer(OnnxModel model, int layer, Activations x) {
    String gates = gates(model, layer, x);
    String i = "i" + layer;
    String f = "f" + layer;
    String g = "g" + layer;
    String o = "o" + layer;
    model.split(gates, i, f, g, o);
    String kept = model.node("Mul", f + "_c", model.node("Sigmoid", f + "_s", f), "c" + layer);
    String added =
        model.node(
            "Mul", i + "_g", model.node("Sigmoid", i + "_s", i), model.node("Tanh", g + "_t", g));
    String cell = model.node("Add", "c_next" + layer, kept, added);
    return model.node(
        "Mul",
        "h_next" + layer,
        model.node("Sigmoid", o + "_s", o),
        model.node("Tanh", "c_t" + layer, cell));
  }

  private String gates(OnnxModel model, int layer, Activations x) {
    Activations h = new LstmOutput(model, "h" + layer);
    String fromInput =
        weights
            .product(LstmArchitecture.inputWeight(layer), x)
            .plusBias(model, x, "from_input" + layer, bias(layer));
    if (layer == 0 && outputs != Outputs.PORTABLE) {
      fromInput = model.node("Gather", "from_word", fromInput, TOKEN_OF_ROW);
    }
    return weights
        .product(LstmArchitecture.recurrentWeight(layer), h)
        .plus(model, h, "gates" + layer, fromInput);
  }

  private float[] bias(int layer) {
    float[] sum = weights.vector(LstmArchitecture.inputBias(layer)).clone();
    float[] recurrent = weights.vector(LstmArchitecture.recurrentBias(layer));
    for (int i = 0; i < sum.length; i++) {
      sum[i] += recurrent[i];
    }
    return sum;
  }

  private void output(OnnxModel model, Activations x) {
    String logits =
        weights
            .product(lstm.outputWeight(), x)
            .plusBias(model, x, "logits", weights.vector(LstmArchitecture.OUTPUT_BIAS));
    String all = outputs == Outputs.PORTABLE ? LOG_PROBABILITY : LOG_DISTRIBUTION;
    model.node("LogSoftmax", AXIS_1, all, logits);
    switch (outputs) {
      case SELECTED -> {
        model.input(SELECT, DataType.INT64, "M", 2);
        model.node("GatherND", LOG_PROBABILITY, LOG_DISTRIBUTION, SELECT);
        model.output(LOG_PROBABILITY, DataType.FLOAT, "M");
      }
      case DISTRIBUTIONS -> {
        model.node("Exp", DISTRIBUTION, LOG_DISTRIBUTION);
        model.output(LOG_DISTRIBUTION, DataType.FLOAT, "N", lstm.vocabularySize());
        model.output(DISTRIBUTION, DataType.FLOAT, "N", lstm.vocabularySize());
      }
      case DIVERGENCES -> divergence(model);
      case PORTABLE -> model.output(LOG_PROBABILITY, DataType.FLOAT, "N", lstm.vocabularySize());
    }
  }

  private void divergence(OnnxModel model) {
    model.input(REFERENCE_LOG, DataType.FLOAT, "N", lstm.vocabularySize());
    model.input(REFERENCE, DataType.FLOAT, "N", lstm.vocabularySize());
    String difference = model.node("Sub", "log_difference", REFERENCE_LOG, LOG_DISTRIBUTION);
    String weighted = model.node("Mul", "weighted_difference", REFERENCE, difference);
    model.sumOfRows(weighted, DIVERGENCE);
    model.output(DIVERGENCE, DataType.FLOAT, "N");
  }
}
