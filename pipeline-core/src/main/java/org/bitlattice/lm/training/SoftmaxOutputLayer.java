package org.bitlattice.lm.training;

import java.nio.FloatBuffer;
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
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Output layer that computes loss and gradient in one go. DL4J's own layer makes the matrix tokens ×
 * vocabulary twice (gradient and score) and passes over it some ten times; here it is made once, in
 * blocks that fit the processor's cache: one matrix product for the logits, one sweep for soft-max,
 * loss and derivative, and two matrix products for the gradients.
 *
 * <p>Input is [segments, hidden, length] and labels are [segments, 1, length] word ids. Tokens are
 * numbered position by position: token = position · segments + segment.
 */
final class SoftmaxOutputLayer extends BaseOutputLayer<SoftmaxOutput> {
  private static final long serialVersionUID = 1L;

  /** Tokens of one block: 128 rows of 7,000 logits are 3.6 MB. */
  private static final int BLOCK = 128;

  private transient INDArray hidden;
  private transient INDArray logits;
  private transient float[] block;
  private double trainingLoss = Double.NaN;

  SoftmaxOutputLayer(NeuralNetConfiguration conf, DataType type) {
    super(conf, type);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray unused, LayerWorkspaceMgr workspace) {
    assertInputSet(true);
    applyDropOutIfNecessary(true, workspace);
    int segments = Math.toIntExact(input.size(0));
    int units = Math.toIntExact(input.size(1));
    int length = Math.toIntExact(input.size(2));
    int tokens = segments * length;
    int words = Math.toIntExact(layerConf().getNOut());
    allocate(tokens, units, words);
    INDArray dense = isDense(input) ? input : workspace.dup(ArrayType.FF_WORKING_MEM, input, 'f');
    float[] activations = NativeFloats.copy(dense);
    float[] transposed = swapUnitsAndSegments(activations, length, units, segments);
    NativeFloats.view(hidden).put(transposed);

    INDArray weight = getParam(DefaultParamInitializer.WEIGHT_KEY);
    INDArray weightGradient = gradientViews.get(DefaultParamInitializer.WEIGHT_KEY);
    INDArray biasGradient = gradientViews.get(DefaultParamInitializer.BIAS_KEY);
    INDArray below =
        workspace.createUninitialized(
            ArrayType.ACTIVATION_GRAD, DataType.FLOAT, new long[] {segments, units, length}, 'f');
    INDArray belowByToken =
        workspace.createUninitialized(
            ArrayType.BP_WORKING_MEM, DataType.FLOAT, new long[] {units, tokens}, 'f');
    float[] bias = NativeFloats.copy(getParam(DefaultParamInitializer.BIAS_KEY));
    SoftmaxSweep sweep = new SoftmaxSweep(bias, targets(segments, length), 1f / tokens);
    for (int first = 0; first < tokens; first += BLOCK) {
      int end = Math.min(tokens, first + BLOCK);
      INDArray blockLogits = columns(logits, 0, end - first);
      INDArray blockHidden = columns(hidden, first, end);
      Nd4j.gemm(weight, blockHidden, blockLogits, true, false, 1, 0);
      FloatBuffer memory = NativeFloats.view(blockLogits);
      int size = (end - first) * words;
      memory.get(block, 0, size);
      sweep.lossAndDerivative(block, first, end);
      NativeFloats.view(blockLogits).put(block, 0, size);
      double add = first == 0 ? 0 : 1;
      Nd4j.gemm(blockHidden, blockLogits, weightGradient, false, true, 1, add);
      INDArray blockBelow = columns(belowByToken, first, end);
      Nd4j.gemm(weight, blockLogits, blockBelow, false, false, 1, 0);
    }
    NativeFloats.view(biasGradient).put(sweep.biasGradient());
    trainingLoss = sweep.lossNats() / tokens;
    NativeFloats.view(below)
        .put(swapUnitsAndSegments(NativeFloats.copy(belowByToken), length, segments, units));
    Gradient gradient = new DefaultGradient();
    gradient.gradientForVariable().put(DefaultParamInitializer.WEIGHT_KEY, weightGradient);
    gradient.gradientForVariable().put(DefaultParamInitializer.BIAS_KEY, biasGradient);
    return new Pair<>(gradient, backpropDropOutIfPresent(below));
  }

  private void allocate(int tokens, int units, int words) {
    if (hidden == null || hidden.size(1) != tokens) {
      hidden = NativeFloats.allocate(units, tokens);
    }
    if (logits == null) {
      logits = NativeFloats.allocate(words, BLOCK);
      block = new float[words * BLOCK];
    }
  }

  private static boolean isDense(INDArray array) {
    return array.ordering() == 'f'
        && array.stride(0) == 1
        && array.stride(1) == array.size(0)
        && array.stride(2) == array.size(0) * array.size(1);
  }

  private static INDArray columns(INDArray matrix, int first, int end) {
    return matrix.get(NDArrayIndex.all(), NDArrayIndex.interval(first, end));
  }

  /** For each of {@code slabs} matrices of {@code rows} × {@code columns} its transpose. */
  private static float[] swapUnitsAndSegments(float[] from, int slabs, int rows, int columns) {
    float[] to = new float[from.length];
    int slab = rows * columns;
    for (int start = 0; start < from.length; start += slab) {
      for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
          to[start + column * rows + row] = from[start + row * columns + column];
        }
      }
    }
    return to;
  }

  private int[] targets(int segments, int length) {
    float[] words = labels.dup('f').data().asFloat();
    int[] targets = new int[segments * length];
    for (int i = 0; i < targets.length; i++) {
      targets[i] = (int) words[i];
    }
    return targets;
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
    INDArray output =
        workspace.createUninitialized(
            ArrayType.ACTIVATIONS,
            DataType.FLOAT,
            new long[] {input.size(0), layerConf().getNOut(), input.size(2)},
            'f');
    INDArray weight = getParam(DefaultParamInitializer.WEIGHT_KEY);
    INDArray bias = getParam(DefaultParamInitializer.BIAS_KEY);
    for (int position = 0; position < input.size(2); position++) {
      NDArrayIndex.point(position);
      INDArray units =
          input.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.point(position));
      INDArray probabilities =
          layerConf().getActivationFn().getActivation(units.mmul(weight).addiRowVector(bias), false);
      output
          .get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.point(position))
          .assign(probabilities);
    }
    return output;
  }

  @Override
  protected INDArray getLabels2d(LayerWorkspaceMgr workspace, ArrayType type) {
    throw new UnsupportedOperationException("labels are word ids, not rows");
  }
}
