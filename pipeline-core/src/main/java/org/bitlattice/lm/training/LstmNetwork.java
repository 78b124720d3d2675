package org.bitlattice.lm.training;

import java.util.List;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.LstmArchitecture;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.updater.graph.ComputationGraphUpdater;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;

/** Builds the DL4J network of an LSTM language model and moves training states in and out. */
public final class LstmNetwork {
  private static final String INPUT = "words";
  private static final String EMBEDDING = "embedding";
  private static final String OUTPUT = "output";

  private LstmNetwork() {}

  /** The architecture as an LSTM; the switch grows with the sealed interface. */
  static LstmArchitecture requireLstm(LmArchitecture architecture) {
    if (architecture instanceof LstmArchitecture lstm) {
      return lstm;
    }
    throw new IllegalArgumentException(
        "cannot train the architecture %s; only %s can be trained"
            .formatted(architecture.kind(), LstmArchitecture.KIND));
  }

  /** The configuration of the network at a learning rate. */
  static ComputationGraphConfiguration configuration(
      LstmArchitecture lstm, OptimiserSettings settings, double learningRate) {
    NeuralNetConfiguration.Builder common =
        new NeuralNetConfiguration.Builder()
            .updater(updater(settings.optimiser(), learningRate))
            .biasUpdater(updater(settings.optimiser(), learningRate))
            .miniBatch(false);
    ComputationGraphConfiguration.GraphBuilder graph = common.graphBuilder().addInputs(INPUT);
    graph.addLayer(
        EMBEDDING,
        new EmbeddingSequenceLayer.Builder()
            .nIn(lstm.vocabularySize())
            .nOut(lstm.embeddingSize())
            .hasBias(false)
            .inferInputLength(true)
            .activation(Activation.IDENTITY)
            .outputDataFormat(RNNFormat.NCW)
            .build(),
        INPUT);
    double retain = 1 - settings.dropout();
    String below = EMBEDDING;
    for (int layer = 0; layer < lstm.layers(); layer++) {
      LSTM.Builder builder =
          new LSTM.Builder()
              .nIn(lstm.inputSize(layer))
              .nOut(lstm.hiddenSize())
              .activation(Activation.TANH)
              .gateActivationFunction(Activation.SIGMOID)
              .dataFormat(RNNFormat.NCW);
      if (layer > 0 && settings.dropout() > 0) {
        builder.dropOut(retain);
      }
      String name = "lstm" + layer;
      graph.addLayer(name, builder.build(), below);
      below = name;
    }
    SoftmaxOutput.Builder output =
        new SoftmaxOutput.Builder().nIn(lstm.hiddenSize()).nOut(lstm.vocabularySize());
    if (settings.dropout() > 0) {
      output.dropOut(retain);
    }
    return graph.addLayer(OUTPUT, output.build(), below).setOutputs(OUTPUT).build();
  }

  private static IUpdater updater(Optimiser optimiser, double learningRate) {
    if (optimiser instanceof Optimiser.Adam adam) {
      return new Adam(learningRate, adam.beta1(), adam.beta2(), adam.epsilon());
    }
    return new Sgd(learningRate);
  }

  /**
   * A network ready to train on from a state: weights, optimiser state and iteration count are
   * restored, the gradient is clipped as the settings say.
   */
  public static ComputationGraph open(
      FlatState state, LmArchitecture architecture, OptimiserSettings settings, double rate) {
    LstmArchitecture lstm = requireLstm(architecture);
    ComputationGraph network = new ComputationGraph(configuration(lstm, settings, rate));
    network.init(NativeFloats.rowVector(state.parameters()), false);
    if (state.updaterState().length > 0) {
      INDArray moments = NativeFloats.rowVector(state.updaterState());
      network.setUpdater(new ComputationGraphUpdater(network, moments));
    }
    network.getConfiguration().setIterationCount(Math.toIntExact(state.iterations()));
    if (settings.gradientClip() < Double.POSITIVE_INFINITY) {
      network.setListeners(List.of(new GradientNormClip(settings.gradientClip())));
    }
    return network;
  }

  /** Puts a state of the same size into a live network. */
  public static void restore(ComputationGraph network, FlatState state) {
    NativeFloats.view(network.params()).put(state.parameters());
    INDArray moments = network.getUpdater().getStateViewArray();
    if (moments != null) {
      NativeFloats.view(moments).put(state.updaterState());
    }
    network.getConfiguration().setIterationCount(Math.toIntExact(state.iterations()));
  }

  /** The state that a network has reached; copies. */
  public static FlatState close(ComputationGraph network) {
    INDArray moments = network.getUpdater().getStateViewArray();
    return new FlatState(
        NativeFloats.copy(network.params()),
        moments == null ? new float[0] : NativeFloats.copy(moments),
        network.getIterationCount());
  }
}
