package org.bitlattice.lm.training;

import static org.deeplearning4j.nn.params.DefaultParamInitializer.WEIGHT_KEY;

import java.nio.FloatBuffer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Looks up embeddings of word ids [segments, length], and adds up their gradients. */
final class WordEmbeddingLayer extends BaseLayer<WordEmbedding> {
  private static final long serialVersionUID = 1L;

  private transient INDArray outputs;
  private transient int[] words;

  WordEmbeddingLayer(NeuralNetConfiguration conf, DataType type) {
    super(conf, type);
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspace) {
    assertInputSet(false);
    words = WordIds.byToken(input);
    int units = Math.toIntExact(layerConf().getNOut());
    if (outputs == null || outputs.size(1) != words.length) {
      outputs = NativeFloats.allocate(units, words.length);
    }
    FloatBuffer weights = NativeFloats.view(getParam(WEIGHT_KEY));
    FloatBuffer memory = NativeFloats.view(outputs);
    float[] row = new float[units];
    for (int token = 0; token < words.length; token++) {
      weights.get(words[token] * units, row);
      memory.put(token * units, row);
    }
    return TokenMajor.activations(outputs, input.size(0));
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspace) {
    int units = Math.toIntExact(layerConf().getNOut());
    INDArray weightGradient = gradientViews.get(WEIGHT_KEY);
    weightGradient.assign(0);
    FloatBuffer sums = NativeFloats.view(weightGradient);
    FloatBuffer above = NativeFloats.view(TokenMajor.matrix(epsilon));
    float[] row = new float[units];
    float[] sum = new float[units];
    for (int token = 0; token < words.length; token++) {
      above.get(token * units, row);
      sums.get(words[token] * units, sum);
      for (int i = 0; i < units; i++) {
        sum[i] += row[i];
      }
      sums.put(words[token] * units, sum);
    }
    Gradient gradient = new DefaultGradient();
    gradient.gradientForVariable().put(WEIGHT_KEY, weightGradient);
    return new Pair<>(gradient, null);
  }

  @Override
  public boolean isPretrainLayer() {
    return false;
  }

  @Override
  public boolean hasBias() {
    return false;
  }
}
