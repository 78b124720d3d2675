package org.bitlattice.lm.training;

import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.LstmArchitecture;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * The teacher of a {@link Distillation} as a live network that is only evaluated forward. Its
 * hidden states are computed for a whole minibatch; its logits are made block by block by the
 * student's output layer, so that tokens × vocabulary floats are never there at once.
 */
public final class Teacher {
  private final ComputationGraph network;
  private final INDArray weight;
  private final float[] bias;
  private final String top;
  private final double share;

  /**
   * A teacher of networks of an architecture.
   *
   * @throws IllegalArgumentException when the teacher has another vocabulary
   */
  public Teacher(Distillation distillation, LmArchitecture student) {
    LstmArchitecture lstm = LstmNetwork.requireLstm(distillation.teacher().architecture());
    if (lstm.vocabularySize() != student.vocabularySize()) {
      throw new IllegalArgumentException(
          "the teacher knows %d words and the model %d; they must have the same vocabulary"
              .formatted(lstm.vocabularySize(), student.vocabularySize()));
    }
    FlatState state = TrainingState.start(distillation.teacher()).flat();
    this.network = LstmNetwork.open(state, lstm, OptimiserSettings.noUpdate(), 1);
    this.weight = LstmNetwork.output(network).weight();
    this.bias = distillation.teacher().tensor(LstmArchitecture.OUTPUT_BIAS);
    this.top = LstmNetwork.lstm(lstm.layers() - 1);
    this.share = distillation.weight();
  }

  /** Evaluates the teacher on a minibatch and lets a student's next gradient learn from it. */
  public void teach(ComputationGraph student, MultiDataSet minibatch) {
    network.setInputs(minibatch.getFeatures());
    INDArray hidden = network.feedForward(false, true, false).get(top);
    LstmNetwork.output(student)
        .learnFrom(new SoftTargets(TokenMajor.matrix(hidden), weight, bias, share));
  }
}
