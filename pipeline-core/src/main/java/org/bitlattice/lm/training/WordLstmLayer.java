package org.bitlattice.lm.training;

import static org.deeplearning4j.nn.params.LSTMParamInitializer.BIAS_KEY;
import static org.deeplearning4j.nn.params.LSTMParamInitializer.INPUT_WEIGHT_KEY;
import static org.deeplearning4j.nn.params.LSTMParamInitializer.RECURRENT_WEIGHT_KEY;

import java.nio.FloatBuffer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * An LSTM layer that computes what DL4J's does with a few large matrix products. DL4J multiplies
 * the input position by position and makes some sixty small native calls for each; here the input
 * products and all weight gradients are one product each over all tokens, only the recurrent
 * product goes position by position, and the gates are one sweep.
 */
final class WordLstmLayer extends BaseLayer<WordLstm> {
  private static final long serialVersionUID = 1L;

  private final transient DropoutMask dropout;
  private transient int segments;
  private transient int tokens;
  private transient LstmCell cell;
  private transient INDArray gates;
  private transient INDArray[] gatesAt;
  private transient INDArray outputs;
  private transient INDArray[] outputsAt;
  private transient INDArray belowGradient;
  private transient INDArray recurrentGradient;
  private transient INDArray entered;
  private transient float[] gateRow;
  private transient float[] outputRow;

  WordLstmLayer(NeuralNetConfiguration conf, DataType type, int index) {
    super(conf, type);
    this.dropout = new DropoutMask(((WordLstm) conf.getLayer()).inputDropout(), index);
  }

  private int units() {
    return Math.toIntExact(layerConf().getNOut());
  }

  private void allocate(int newSegments, int newTokens) {
    if (cell != null && segments == newSegments && tokens == newTokens) {
      return;
    }
    segments = newSegments;
    tokens = newTokens;
    int units = units();
    cell = new LstmCell(units, segments, tokens / segments);
    gates = NativeFloats.allocate(4L * units, tokens);
    gatesAt = TokenMajor.blocks(gates, segments);
    outputs = NativeFloats.allocate(units, tokens);
    outputsAt = TokenMajor.blocks(outputs, segments);
    belowGradient = NativeFloats.allocate(layerConf().getNIn(), tokens);
    recurrentGradient = NativeFloats.allocate(units, segments);
    gateRow = new float[4 * units * segments];
    outputRow = new float[units * segments];
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspace) {
    assertInputSet(false);
    INDArray matrix = TokenMajor.matrix(input);
    allocate(Math.toIntExact(input.size(0)), Math.toIntExact(matrix.size(1)));
    entered = training ? dropout.forward(matrix) : matrix;
    INDArray recurrent = getParam(RECURRENT_WEIGHT_KEY);
    float[] bias = NativeFloats.copy(getParam(BIAS_KEY));
    Nd4j.gemm(getParam(INPUT_WEIGHT_KEY), entered, gates, true, false, 1, 0);
    FloatBuffer gateMemory = NativeFloats.view(gates);
    FloatBuffer outputMemory = NativeFloats.view(outputs);
    for (int position = 0; position < gatesAt.length; position++) {
      if (position > 0) {
        Nd4j.gemm(recurrent, outputsAt[position - 1], gatesAt[position], true, false, 1, 1);
      }
      gateMemory.get(position * gateRow.length, gateRow);
      cell.forward(position, gateRow, bias, outputRow);
      outputMemory.put(position * outputRow.length, outputRow);
    }
    return TokenMajor.activations(outputs, segments);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspace) {
    float[] biasGradient = new float[4 * units()];
    backThroughTime(NativeFloats.view(TokenMajor.matrix(epsilon)), biasGradient);
    INDArray inputGradient = gradientViews.get(INPUT_WEIGHT_KEY);
    Nd4j.gemm(entered, gates, inputGradient, false, true, 1, 0);
    INDArray recurrentGradientView = gradientViews.get(RECURRENT_WEIGHT_KEY);
    if (tokens > segments) {
      INDArray earlier = TokenMajor.columns(outputs, 0, tokens - (long) segments);
      INDArray later = TokenMajor.columns(gates, segments, tokens);
      Nd4j.gemm(earlier, later, recurrentGradientView, false, true, 1, 0);
    } else {
      recurrentGradientView.assign(0);
    }
    INDArray biasGradientView = gradientViews.get(BIAS_KEY);
    NativeFloats.view(biasGradientView).put(biasGradient);
    Nd4j.gemm(getParam(INPUT_WEIGHT_KEY), gates, belowGradient, false, false, 1, 0);
    dropout.backward(belowGradient);
    Gradient gradient = new DefaultGradient();
    gradient.gradientForVariable().put(INPUT_WEIGHT_KEY, inputGradient);
    gradient.gradientForVariable().put(RECURRENT_WEIGHT_KEY, recurrentGradientView);
    gradient.gradientForVariable().put(BIAS_KEY, biasGradientView);
    return new Pair<>(gradient, TokenMajor.activations(belowGradient, segments));
  }

  /** Replaces the gates' memory by the derivatives with respect to the gate inputs. */
  private void backThroughTime(FloatBuffer above, float[] biasGradient) {
    INDArray recurrent = getParam(RECURRENT_WEIGHT_KEY);
    FloatBuffer gateMemory = NativeFloats.view(gates);
    FloatBuffer carriedMemory = NativeFloats.view(recurrentGradient);
    float[] carried = new float[outputRow.length];
    cell.startBackward();
    for (int position = gatesAt.length - 1; position >= 0; position--) {
      above.get(position * outputRow.length, outputRow);
      if (position < gatesAt.length - 1) {
        Nd4j.gemm(recurrent, gatesAt[position + 1], recurrentGradient, false, false, 1, 0);
        carriedMemory.get(0, carried);
        for (int i = 0; i < outputRow.length; i++) {
          outputRow[i] += carried[i];
        }
      }
      cell.backward(position, outputRow, gateRow);
      gateMemory.put(position * gateRow.length, gateRow);
      for (int start = 0; start < gateRow.length; start += biasGradient.length) {
        for (int i = 0; i < biasGradient.length; i++) {
          biasGradient[i] += gateRow[start + i];
        }
      }
    }
  }

  @Override
  public boolean isPretrainLayer() {
    return false;
  }

  @Override
  public void clear() {
    super.clear();
    entered = null;
  }
}
