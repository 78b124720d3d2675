package org.bitlattice.lm.training;

import java.util.List;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.LstmArchitecture;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.updater.graph.ComputationGraphUpdater;
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

  /**
   * The architecture as an LSTM that can be trained.
   *
   * @throws IllegalArgumentException for another kind, or an output tied to the embedding
   */
  static LstmArchitecture requireLstm(LmArchitecture architecture) {
    LstmArchitecture lstm = lstmOf(architecture);
    requireSeparateOutput(lstm);
    return lstm;
  }

  /** The architecture as an LSTM; the switch grows with the sealed interface. */
  static LstmArchitecture lstmOf(LmArchitecture architecture) {
    if (architecture instanceof LstmArchitecture lstm) {
      return lstm;
    }
    throw new IllegalArgumentException(
        "cannot train the architecture %s; only %s can be trained"
            .formatted(architecture.kind(), LstmArchitecture.KIND));
  }

  /** Layers here share no weights: two uses of one matrix would be trained apart. */
  private static void requireSeparateOutput(LstmArchitecture lstm) {
    if (lstm.tied()) {
      throw new IllegalArgumentException(
          "an LSTM with a tied output (decoder.weight is encoder.weight) cannot be trained; it can"
              + " be measured and quantized by ptq, or imported with an output of its own");
    }
  }

  /**
   * The configuration of the network at a learning rate. Workspaces are off: the layers keep
   * buffers of their own.
   */
  static ComputationGraphConfiguration configuration(
      LstmArchitecture lstm, OptimiserSettings settings, double learningRate) {
    NeuralNetConfiguration.Builder common =
        new NeuralNetConfiguration.Builder()
            .updater(updater(settings.optimiser(), learningRate))
            .biasUpdater(updater(settings.optimiser(), learningRate))
            .trainingWorkspaceMode(WorkspaceMode.NONE)
            .inferenceWorkspaceMode(WorkspaceMode.NONE)
            .miniBatch(false);
    ComputationGraphConfiguration.GraphBuilder graph = common.graphBuilder().addInputs(INPUT);
    graph.addLayer(EMBEDDING, WordEmbedding.of(lstm.vocabularySize(), lstm.embeddingSize()), INPUT);
    String below = EMBEDDING;
    for (int layer = 0; layer < lstm.layers(); layer++) {
      double dropout = layer == 0 ? 0 : settings.dropout();
      String name = lstm(layer);
      graph.addLayer(name, WordLstm.of(lstm.inputSize(layer), lstm.hiddenSize(), dropout), below);
      below = name;
    }
    SoftmaxOutput output =
        SoftmaxOutput.of(lstm.hiddenSize(), lstm.vocabularySize(), settings.dropout());
    return graph.addLayer(OUTPUT, output, below).setOutputs(OUTPUT).build();
  }

  /** Name of an LSTM layer, counted from 0. */
  static String lstm(int layer) {
    return "lstm" + layer;
  }

  /** The output layer of a network. */
  static SoftmaxOutputLayer output(ComputationGraph network) {
    return (SoftmaxOutputLayer) network.getLayer(OUTPUT);
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
