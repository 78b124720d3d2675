package org.bitlattice.lm.training;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseOutputLayer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Output layer that computes loss and gradient in one go. DL4J's own layer makes the matrix tokens
 * × vocabulary twice (gradient and score) and passes over it some ten times; here it is made once,
 * in blocks that fit the processor's cache: one matrix product for the logits, one sweep for
 * soft-max, loss and derivative, and two matrix products for the gradients.
 *
 * <p>Labels are word ids [segments, 1, length]; tokens are numbered as in {@link TokenMajor}.
 */
final class SoftmaxOutputLayer extends BaseOutputLayer<SoftmaxOutput> {
  private static final long serialVersionUID = 1L;

  /** Tokens of one block: 128 rows of 7,000 logits are 3.6 MB. */
  private static final int BLOCK = 128;

  private final transient DropoutMask dropout;
  private transient INDArray logits;
  private transient INDArray belowGradient;
  private transient SoftTargets soft;
  private double trainingLoss = Double.NaN;

  SoftmaxOutputLayer(NeuralNetConfiguration conf, DataType type, int index) {
    super(conf, type);
    this.dropout = new DropoutMask(((SoftmaxOutput) conf.getLayer()).inputDropout(), index);
  }

  /** Lets the next gradient, and no later one, learn from a teacher's distributions. */
  void learnFrom(SoftTargets targets) {
    soft = targets;
  }

  /** The output matrix [units, words]. */
  INDArray weight() {
    return getParam(DefaultParamInitializer.WEIGHT_KEY);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray unused, LayerWorkspaceMgr workspace) {
    assertInputSet(true);
    INDArray hidden = dropout.forward(TokenMajor.matrix(input));
    int tokens = Math.toIntExact(hidden.size(1));
    allocate(tokens);
    INDArray weight = weight();
    INDArray weightGradient = gradientViews.get(DefaultParamInitializer.WEIGHT_KEY);
    float[] bias = NativeFloats.copy(getParam(DefaultParamInitializer.BIAS_KEY));
    SoftmaxSweep sweep = new SoftmaxSweep(bias, WordIds.byToken(labels), 1f / tokens, soft);
    for (int first = 0; first < tokens; first += BLOCK) {
      int end = Math.min(tokens, first + BLOCK);
      INDArray blockLogits = TokenMajor.columns(logits, 0, end - first);
      INDArray blockHidden = TokenMajor.columns(hidden, first, end);
      Nd4j.gemm(weight, blockHidden, blockLogits, true, false, 1, 0);
      if (soft != null) {
        soft.block(first, end, BLOCK);
      }
      sweep.lossAndDerivative(NativeFloats.view(logits), first, end);
      double add = first == 0 ? 0 : 1;
      Nd4j.gemm(blockHidden, blockLogits, weightGradient, false, true, 1, add);
      INDArray blockBelow = TokenMajor.columns(belowGradient, first, end);
      Nd4j.gemm(weight, blockLogits, blockBelow, false, false, 1, 0);
    }
    soft = null;
    trainingLoss = sweep.lossNats() / tokens;
    dropout.backward(belowGradient);
    INDArray biasGradient = gradientViews.get(DefaultParamInitializer.BIAS_KEY);
    NativeFloats.view(biasGradient).put(sweep.biasGradient());
    Gradient gradient = new DefaultGradient();
    gradient.gradientForVariable().put(DefaultParamInitializer.WEIGHT_KEY, weightGradient);
    gradient.gradientForVariable().put(DefaultParamInitializer.BIAS_KEY, biasGradient);
    return new Pair<>(gradient, TokenMajor.activations(belowGradient, input.size(0)));
  }

  private void allocate(int tokens) {
    if (belowGradient == null || belowGradient.size(1) != tokens) {
      belowGradient = NativeFloats.allocate(layerConf().getNIn(), tokens);
    }
    if (logits == null) {
      logits = NativeFloats.allocate(layerConf().getNOut(), BLOCK);
    }
  }

  @Override
  public double computeScore(double regularisation, boolean training, LayerWorkspaceMgr workspace) {
    if (training && !Double.isNaN(trainingLoss)) {
      score = trainingLoss + regularisation;
      trainingLoss = Double.NaN;
      return score;
    }
    throw new IllegalStateException("the loss is known only after a backward pass; compute both");
  }

  /** Soft-max probabilities [segments, words, length]. */
  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspace) {
    assertInputSet(false);
    INDArray weight = getParam(DefaultParamInitializer.WEIGHT_KEY);
    INDArray bias = getParam(DefaultParamInitializer.BIAS_KEY);
    INDArray byToken = TokenMajor.matrix(input).transpose().mmul(weight).addiRowVector(bias);
    INDArray probabilities = layerConf().getActivationFn().getActivation(byToken, false);
    return TokenMajor.activations(probabilities.transpose().dup('f'), input.size(0));
  }

  @Override
  protected INDArray getLabels2d(LayerWorkspaceMgr workspace, ArrayType type) {
    throw new UnsupportedOperationException("labels are word ids, not rows");
  }
}
