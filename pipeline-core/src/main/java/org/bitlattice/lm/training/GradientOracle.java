package org.bitlattice.lm.training;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.LstmArchitecture;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Loss and gradient of segments at given weights, without dropout and without an update: mean nats
 * per token and its derivatives. The network of a tied model has an output matrix of its own with
 * the same values; the gradient of the one tensor is the sum of both uses. One oracle keeps one
 * network and serves one thread.
 */
public final class GradientOracle {
  /** Of the weights that are looked at. */
  private final LstmArchitecture lstm;

  private final FlatLayout layout;
  private final ComputationGraph network;
  private final Optional<Teacher> teacher;

  /** An oracle for models of an architecture. */
  public GradientOracle(LmArchitecture architecture) {
    this(architecture, Optional.empty());
  }

  /** An oracle for the loss with a teacher's term in it. */
  public GradientOracle(LmArchitecture architecture, Optional<Distillation> distillation) {
    this.lstm = LstmNetwork.lstmOf(architecture);
    LstmArchitecture untied = lstm.with(lstm.vocabularySize(), LstmArchitecture.Output.SEPARATE);
    this.layout = new FlatLayout(untied);
    FlatState empty = new FlatState(new float[layout.length()], new float[0], 0);
    this.network = LstmNetwork.open(empty, untied, OptimiserSettings.noUpdate(), 1);
    this.teacher = distillation.map(d -> new Teacher(d, untied));
  }

  /**
   * Loss and gradient at the given weights.
   *
   * @param segments word ids of equal length: inputs are all but the last, targets all but the
   *     first
   */
  public LossAndGradient at(LmWeights weights, List<int[]> segments) {
    load(weights);
    return at(segments);
  }

  /**
   * Takes weights at which several minibatches are looked at.
   *
   * @throws IllegalArgumentException when they belong to another architecture
   */
  public void load(LmWeights weights) {
    if (!weights.architecture().equals(lstm)) {
      throw new IllegalArgumentException(
          "the weights belong to %s; this oracle is for %s"
              .formatted(weights.architecture(), lstm));
    }
    NativeFloats.view(network.params()).put(layout.flatten(weights));
  }

  /**
   * Loss and gradient at the weights that were loaded last.
   *
   * @param segments word ids of equal length: inputs are all but the last, targets all but the
   *     first
   */
  public LossAndGradient at(List<int[]> segments) {
    MultiDataSet minibatch = Minibatch.of(segments);
    network.setInputs(minibatch.getFeatures());
    network.setLabels(minibatch.getLabels());
    teacher.ifPresent(t -> t.teach(network, minibatch));
    network.computeGradientAndScore();
    float[] gradient = NativeFloats.copy(network.getFlattenedGradients());
    network.clear();
    long tokens = (long) segments.size() * (segments.get(0).length - 1);
    return new LossAndGradient(network.score(), tied(layout.gradient(gradient)), tokens);
  }

  /** With one tensor for both uses of a tied matrix. */
  private Map<String, float[]> tied(Map<String, float[]> gradient) {
    if (lstm.tied()) {
      float[] sum = gradient.get(LstmArchitecture.EMBEDDING);
      float[] output = gradient.remove(LstmArchitecture.OUTPUT);
      for (int i = 0; i < sum.length; i++) {
        sum[i] += output[i];
      }
    }
    return gradient;
  }
}
