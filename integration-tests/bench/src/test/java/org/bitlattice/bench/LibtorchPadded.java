package org.bitlattice.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.internal.NDArrayEx;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.List;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.lm.TensorShape;
import org.bitlattice.text.Vocabulary;

/**
 * The usual way on libtorch: one padded FP32 batch for each utterance, {@code torch.lstm} over all
 * steps and layers, one linear output layer with log soft-max, and the predicted words gathered.
 */
final class LibtorchPadded implements Rescorer {
  private final LstmArchitecture lstm;
  private final Vocabulary vocabulary;
  private final int outputRows;
  private final NDManager manager = NDManager.newBaseManager("PyTorch");
  private final NDArray embedding;
  private final NDArray output;
  private final NDArray outputBias;
  private final NDList layers = new NDList();

  /**
   * @param outputRows positions that the output layer takes at once
   */
  LibtorchPadded(LmWeights weights, Vocabulary vocabulary, int outputRows) {
    this.lstm = (LstmArchitecture) weights.architecture();
    this.vocabulary = vocabulary;
    this.outputRows = outputRows;
    for (TensorShape shape : lstm.tensors()) {
      if (shape.name().startsWith("rnn.")) {
        layers.add(tensor(weights, shape));
      }
    }
    embedding = tensor(weights, LstmArchitecture.EMBEDDING);
    output = tensor(weights, LstmArchitecture.OUTPUT);
    outputBias = tensor(weights, LstmArchitecture.OUTPUT_BIAS);
  }

  private NDArray tensor(LmWeights weights, String name) {
    for (TensorShape shape : lstm.tensors()) {
      if (shape.name().equals(name)) {
        return tensor(weights, shape);
      }
    }
    throw new IllegalArgumentException("there is no tensor " + name);
  }

  private NDArray tensor(LmWeights weights, TensorShape shape) {
    Shape dimensions =
        shape.name().contains("bias")
            ? new Shape(shape.size())
            : new Shape(shape.rows(), shape.columns());
    return manager.create(weights.tensor(shape.name()), dimensions);
  }

  @Override
  public List<float[][]> score(List<RescoredUtterance> utterances) {
    // A setting of the thread. With gradients off libtorch's LSTM was not faster and gave other
    // scores (0.3 in ln P, on AVX-512). No tensor asks for a gradient, so that none is recorded.
    JniUtils.setGradMode(true);
    List<float[][]> result = new ArrayList<>();
    for (RescoredUtterance utterance : utterances) {
      PaddedBatch batch = new PaddedBatch(utterance.hypotheses(), vocabulary);
      try (NDManager scope = manager.newSubManager()) {
        result.add(batch.hypotheses(logProbabilities(batch, scope)));
      }
    }
    return result;
  }

  private float[] logProbabilities(PaddedBatch batch, NDManager scope) {
    int positions = batch.positions();
    NDArray hidden = hidden(batch, scope).reshape(positions, lstm.hiddenSize());
    NDArray predicted = scope.create(batch.predicted(), new Shape(positions, 1));
    float[] result = new float[positions];
    for (int first = 0; first < positions; first += outputRows) {
      int end = Math.min(positions, first + outputRows);
      try (NDManager block = scope.newSubManager()) {
        NDArray rows = rows(hidden, block, first, end);
        NDArrayEx operators = rows.getNDArrayInternal();
        NDArray logits = operators.linear(rows, output, outputBias).singletonOrThrow();
        NDArray selected = logits.logSoftmax(1).gather(rows(predicted, block, first, end), 1);
        float[] values = selected.toFloatArray();
        System.arraycopy(values, 0, result, first, values.length);
      }
    }
    return result;
  }

  private static NDArray rows(NDArray all, NDManager scope, int first, int end) {
    NDArray rows = all.get(first + ":" + end);
    rows.attach(scope);
    return rows;
  }

  private NDArray hidden(PaddedBatch batch, NDManager scope) {
    NDArray fed = scope.create(batch.fed(), new Shape(batch.steps(), batch.rows()));
    Shape state = new Shape(lstm.layers(), batch.rows(), lstm.hiddenSize());
    NDArray zeros = scope.zeros(state, DataType.FLOAT32);
    NDArrayEx operators = fed.getNDArrayInternal();
    NDArray embedded = operators.embedding(fed, embedding, SparseFormat.DENSE).singletonOrThrow();
    embedded.attach(scope);
    NDList states = new NDList(zeros, zeros);
    NDArray hidden =
        operators
            .lstm(embedded, states, layers, true, lstm.layers(), 0, false, false, false)
            .get(0);
    hidden.attach(scope);
    return hidden;
  }

  @Override
  public void close() {
    manager.close();
  }
}
