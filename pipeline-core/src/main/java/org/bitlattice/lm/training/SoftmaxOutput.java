package org.bitlattice.lm.training;

import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.impl.LossSparseMCXENT;

/**
 * Configuration of the output layer: soft-max over the vocabulary with cross-entropy to one word
 * per position. Parameters are those of DL4J's {@code RnnOutputLayer}; the score is the
 * <em>mean</em> loss per token in nats and the gradient is that of the mean.
 */
public final class SoftmaxOutput extends BaseOutputLayer {
  private static final long serialVersionUID = 1L;

  private double inputDropout;

  /** For DL4J, which copies configurations through JSON. */
  public SoftmaxOutput() {}

  /** A layer from {@code units} to {@code words} with dropout on its input. */
  static SoftmaxOutput of(int units, int words, double inputDropout) {
    SoftmaxOutput layer = new SoftmaxOutput();
    layer.setNIn(units);
    layer.setNOut(words);
    layer.setActivationFn(new ActivationSoftmax());
    layer.setLossFn(new LossSparseMCXENT());
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
    SoftmaxOutputLayer layer = new SoftmaxOutputLayer(conf, type, index);
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(parameters);
    layer.setParamTable(initializer().init(conf, parameters, initialise));
    layer.setConf(conf);
    return layer;
  }

  @Override
  public ParamInitializer initializer() {
    return DefaultParamInitializer.getInstance();
  }

  @Override
  public InputType getOutputType(int index, InputType input) {
    return InputType.recurrent(getNOut(), RNNFormat.NCW);
  }

  @Override
  public void setNIn(InputType input, boolean override) {
    // The size is always given explicitly.
  }

  @Override
  public InputPreProcessor getPreProcessorForInputType(InputType input) {
    return null;
  }
}
