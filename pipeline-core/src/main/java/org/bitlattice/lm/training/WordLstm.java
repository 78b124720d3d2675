package org.bitlattice.lm.training;

import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** DL4J's LSTM with the same parameters, computed by {@link WordLstmLayer}. */
public final class WordLstm extends LSTM {
  private static final long serialVersionUID = 1L;

  private double inputDropout;

  /** For DL4J, which copies configurations through JSON. */
  public WordLstm() {}

  /** A layer from {@code inputs} to {@code units} with dropout on its input. */
  static WordLstm of(int inputs, int units, double inputDropout) {
    WordLstm layer = new WordLstm();
    layer.setNIn(inputs);
    layer.setNOut(units);
    layer.setActivationFn(new ActivationTanH());
    layer.setRnnDataFormat(RNNFormat.NCW);
    layer.inputDropout = inputDropout;
    return layer;
  }

  double inputDropout() {
    return inputDropout;
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialise,
      DataType type) {
    WordLstmLayer layer = new WordLstmLayer(conf, type, index);
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(parameters);
    layer.setParamTable(initializer().init(conf, parameters, initialise));
    layer.setConf(conf);
    return layer;
  }
}
