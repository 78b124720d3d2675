package org.bitlattice.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.text.Vocabulary;

/**
 * The usual way on ONNX Runtime: one padded FP32 batch for each utterance, the LSTM operator over
 * all steps, an output layer with log soft-max, and the predicted words gathered in the graph.
 * Session options are those of the product.
 */
final class OnnxPadded implements Rescorer {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final Vocabulary vocabulary;
  private final int hiddenSize;
  private final int outputRows;
  private final OrtSession layers;
  private final OrtSession output;
  private FloatBuffer hidden = floats(0);
  private FloatBuffer ln = floats(0);
  private LongBuffer fed = longs(0);
  private LongBuffer predicted = longs(0);

  /**
   * @param outputRows positions that the output layer takes at once
   */
  OnnxPadded(LmWeights weights, Vocabulary vocabulary, int outputRows) {
    this.vocabulary = vocabulary;
    this.outputRows = outputRows;
    this.hiddenSize = ((LstmArchitecture) weights.architecture()).hiddenSize();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      options.setDeterministicCompute(true);
      layers = environment.createSession(PaddedGraph.hidden(weights), options);
      output = environment.createSession(PaddedGraph.output(weights), options);
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime could not open the padded models", e);
    }
  }

  @Override
  public List<float[][]> score(List<RescoredUtterance> utterances) {
    List<float[][]> result = new ArrayList<>();
    for (RescoredUtterance utterance : utterances) {
      PaddedBatch batch = new PaddedBatch(utterance.hypotheses(), vocabulary);
      try {
        result.add(batch.hypotheses(logProbabilities(batch)));
      } catch (OrtException e) {
        throw new IllegalStateException("ONNX Runtime could not run the padded models", e);
      }
    }
    return result;
  }

  private float[] logProbabilities(PaddedBatch batch) throws OrtException {
    int positions = batch.positions();
    reserve(positions);
    fed.put(0, batch.fed());
    try (OnnxTensor in = tensor(fed, 0, batch.steps(), batch.rows());
        OnnxTensor out = tensor(hidden, 0, positions, hiddenSize)) {
      layers.run(Map.of("fed", in), Map.of("hidden", out)).close();
    }
    for (int first = 0; first < positions; first += outputRows) {
      int rows = Math.min(positions - first, outputRows);
      for (int row = 0; row < rows; row++) {
        predicted.put(2 * row, row);
        predicted.put(2 * row + 1, batch.predicted()[first + row]);
      }
      try (OnnxTensor from = tensor(hidden, first * hiddenSize, rows, hiddenSize);
          OnnxTensor words = tensor(predicted, 0, rows, 2);
          OnnxTensor to = tensor(ln, first, rows)) {
        output.run(Map.of("hidden", from, "predicted", words), Map.of("ln", to)).close();
      }
    }
    float[] result = new float[positions];
    ln.get(0, result);
    return result;
  }

  private void reserve(int positions) {
    if (fed.capacity() < positions) {
      fed = longs(positions);
      predicted = longs(2 * Math.min(positions, outputRows));
      hidden = floats(positions * hiddenSize);
      ln = floats(positions);
    }
  }

  private OnnxTensor tensor(FloatBuffer buffer, int first, long... shape) throws OrtException {
    FloatBuffer part = buffer.slice(first, size(shape));
    return OnnxTensor.createTensor(environment, part, shape);
  }

  private OnnxTensor tensor(LongBuffer buffer, int first, long... shape) throws OrtException {
    return OnnxTensor.createTensor(environment, buffer.slice(first, size(shape)), shape);
  }

  private static int size(long... shape) {
    long size = 1;
    for (long dimension : shape) {
      size *= dimension;
    }
    return Math.toIntExact(size);
  }

  private static FloatBuffer floats(int length) {
    return bytes(length, Float.BYTES).asFloatBuffer();
  }

  private static LongBuffer longs(int length) {
    return bytes(length, Long.BYTES).asLongBuffer();
  }

  private static ByteBuffer bytes(int length, int size) {
    return ByteBuffer.allocateDirect(Math.multiplyExact(length, size))
        .order(ByteOrder.nativeOrder());
  }

  @Override
  public void close() {
    try {
      layers.close();
      output.close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime could not close the padded models", e);
    }
  }
}
