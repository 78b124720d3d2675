package org.bitlattice.lm.training;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.params.EmbeddingLayerParamInitializer;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * DL4J's embedding of a sequence of words, computed by {@link WordEmbeddingLayer}; the weights are
 * stored word by word, so that an embedding is contiguous.
 */
public final class WordEmbedding extends EmbeddingSequenceLayer {
  private static final long serialVersionUID = 1L;

  /** For DL4J, which copies configurations through JSON. */
  public WordEmbedding() {}

  /** Embeddings of {@code units} values for each of {@code words} words. */
  static WordEmbedding of(int words, int units) {
    WordEmbedding layer = new WordEmbedding();
    layer.setNIn(words);
    layer.setNOut(units);
    layer.setHasBias(false);
    layer.setInferInputLength(true);
    layer.setActivationFn(new ActivationIdentity());
    layer.setOutputFormat(RNNFormat.NCW);
    return layer;
  }

  @Override
  public ParamInitializer initializer() {
    return RowMajor.INSTANCE;
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialise,
      DataType type) {
    WordEmbeddingLayer layer = new WordEmbeddingLayer(conf, type);
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(parameters);
    layer.setParamTable(initializer().init(conf, parameters, initialise));
    layer.setConf(conf);
    return layer;
  }

  /** Places the one parameter, [words, units], in row-major order. */
  private static final class RowMajor extends EmbeddingLayerParamInitializer {
    private static final RowMajor INSTANCE = new RowMajor();

    @Override
    protected INDArray createWeightMatrix(
        long words, long units, IWeightInit init, INDArray view, boolean initialise) {
      return view.reshape('c', words, units);
    }

    @Override
    public Map<String, INDArray> getGradientsFromFlattened(
        NeuralNetConfiguration conf, INDArray gradient) {
      WordEmbedding layer = (WordEmbedding) conf.getLayer();
      Map<String, INDArray> gradients = new LinkedHashMap<>();
      gradients.put(
          DefaultParamInitializer.WEIGHT_KEY,
          gradient.reshape('c', layer.getNIn(), layer.getNOut()));
      return gradients;
    }
  }
}
