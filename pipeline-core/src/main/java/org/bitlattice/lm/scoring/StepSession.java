package org.bitlattice.lm.scoring;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.Map;
import org.bitlattice.lm.LmWeights;

/**
 * A {@link StepGraph} in ONNX Runtime with its input and output buffers. The caller fills {@link
 * #tokens}, {@link #tokensOfRows}, {@link #states} and {@link #selections} from index 0, runs, and
 * reads the outputs from index 0; all buffers are reused. One thread, operators one after another:
 * parallelism belongs to the processes around. Not safe for use by several threads at once.
 */
final class StepSession implements AutoCloseable {
  private final int vocabularySize;
  private final int stateSize;
  private final StepGraph.Outputs outputsOfRun;
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final LongBuffer tokens;
  private final LongBuffer tokensOfRows;
  private final FloatBuffer states;
  private final FloatBuffer nextStates;
  private final FloatBuffer logDistributions;
  private final FloatBuffer distributions;
  private final FloatBuffer divergences;

  /** The session whose distributions this one is compared with, or null. */
  private final StepSession reference;

  /** Name of the matrix that is fed, or null. */
  private final String fed;

  private FedMatrix fedMatrix;
  private boolean closed;
  private LongBuffer selections = longs(0);
  private FloatBuffer logProbabilities = floats(0);

  /** Values of a matrix that a graph has as an input. */
  record FedMatrix(FloatBuffer values, long rows, long columns) {
    /** Copies values, row by row, to where ONNX Runtime reads them. */
    static FedMatrix of(float[] values, int columns) {
      FloatBuffer direct = floats(values.length);
      direct.put(0, values);
      return new FedMatrix(direct, values.length / columns, columns);
    }
  }

  /** Opens a model whose runs need no reference. */
  static StepSession open(ScoredModel model, StepGraph.Outputs outputs, int batchRows) {
    return new StepSession(graph(model, outputs), batchRows, null, null);
  }

  /**
   * Opens a model whose runs give {@link StepGraph.Outputs#DIVERGENCES}.
   *
   * @param reference a session with {@link StepGraph.Outputs#DISTRIBUTIONS} that runs each batch
   *     before this one does
   */
  static StepSession open(ScoredModel model, int batchRows, StepSession reference) {
    return new StepSession(graph(model, StepGraph.Outputs.DIVERGENCES), batchRows, reference, null);
  }

  /**
   * Opens a model without one of its matrices, which {@link #feed} gives, for the same runs.
   *
   * @param matrix name of the matrix
   * @param reference as for a whole model
   */
  static StepSession openFed(LmWeights model, String matrix, int batchRows, StepSession reference) {
    StepGraph graph = StepGraph.fed(model, matrix, StepGraph.Outputs.DIVERGENCES);
    return new StepSession(graph, batchRows, reference, matrix);
  }

  private static StepGraph graph(ScoredModel model, StepGraph.Outputs outputs) {
    IntegerSums sums = model.mode() == ScoringMode.INT8 ? IntegerSums.here() : IntegerSums.EXACT;
    return StepGraph.of(model, sums, outputs);
  }

  /** Opens a graph; the reference and the name of a fed matrix are null where it needs none. */
  StepSession(StepGraph graph, int batchRows, StepSession reference, String fed) {
    this.vocabularySize = graph.vocabularySize();
    this.stateSize = graph.stateSize();
    this.outputsOfRun = graph.outputs();
    this.reference = reference;
    this.fed = fed;
    boolean whole = graph.outputs() == StepGraph.Outputs.DISTRIBUTIONS;
    long words = whole ? (long) batchRows * graph.vocabularySize() : 0;
    this.tokens = longs(batchRows);
    this.tokensOfRows = longs(batchRows);
    this.states = floats((long) batchRows * graph.stateSize());
    this.nextStates = floats((long) batchRows * graph.stateSize());
    this.logDistributions = floats(words);
    this.distributions = floats(words);
    this.divergences = floats(batchRows);
    try (OrtSession.SessionOptions options = options()) {
      this.session = environment.createSession(graph.model(), options);
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime could not open a model: " + e.getMessage(), e);
    }
  }

  /** One thread, operators one after another, the same result every time. */
  static OrtSession.SessionOptions options() throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(1);
    options.setInterOpNumThreads(1);
    options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
    options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
    options.setDeterministicCompute(true);
    options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
    return options;
  }

  int vocabularySize() {
    return vocabularySize;
  }

  int stateSize() {
    return stateSize;
  }

  /** Whether runs give the probabilities of selected words, rather than whole distributions. */
  boolean selects() {
    return outputsOfRun == StepGraph.Outputs.SELECTED;
  }

  LongBuffer tokens() {
    return tokens;
  }

  LongBuffer tokensOfRows() {
    return tokensOfRows;
  }

  FloatBuffer states() {
    return states;
  }

  FloatBuffer nextStates() {
    return nextStates;
  }

  /** Room for pairs of row and word, at least {@code pairs} of them. */
  LongBuffer selections(int pairs) {
    if (selections.capacity() < 2L * pairs) {
      selections = longs(Math.max(2L * pairs, 2L * selections.capacity()));
      logProbabilities = floats(selections.capacity() / 2);
    }
    return selections;
  }

  /** Gives the matrix that a graph without it is run with from now on. */
  void feed(FedMatrix matrix) {
    fedMatrix = matrix;
  }

  /** One value for each selected pair of the last run. */
  FloatBuffer logProbabilities() {
    return logProbabilities;
  }

  /** One value for each row of the last run. */
  FloatBuffer divergences() {
    return divergences;
  }

  /** ln P of every word, row by row. */
  FloatBuffer logDistributions() {
    return logDistributions;
  }

  /**
   * Takes {@code rows} histories one word further.
   *
   * @param words number of different words that end the histories
   * @param pairs number of selected pairs; 0 for a graph without selection
   */
  void run(int rows, int words, int pairs) {
    Map<String, OnnxTensor> inputs = new HashMap<>();
    Map<String, OnnxTensor> outputs = new HashMap<>();
    try {
      inputs.put(StepGraph.TOKEN, tensor(tokens, words));
      inputs.put(StepGraph.TOKEN_OF_ROW, tensor(tokensOfRows, rows));
      inputs.put(StepGraph.STATE, tensor(states, rows, stateSize));
      outputs.put(StepGraph.NEXT_STATE, tensor(nextStates, rows, stateSize));
      if (fed != null && fedMatrix == null) {
        throw new IllegalStateException("the matrix %s was not fed".formatted(fed));
      }
      if (fed != null) {
        inputs.put(fed, tensor(fedMatrix.values, fedMatrix.rows, fedMatrix.columns));
      }
      switch (outputsOfRun) {
        case SELECTED -> {
          inputs.put(StepGraph.SELECT, tensor(selections, pairs, 2));
          outputs.put(StepGraph.LOG_PROBABILITY, tensor(logProbabilities, pairs));
        }
        case DISTRIBUTIONS -> {
          outputs.put(StepGraph.LOG_DISTRIBUTION, words(logDistributions, rows));
          outputs.put(StepGraph.DISTRIBUTION, words(distributions, rows));
        }
        case DIVERGENCES -> {
          inputs.put(StepGraph.REFERENCE_LOG, words(reference.logDistributions, rows));
          inputs.put(StepGraph.REFERENCE, words(reference.distributions, rows));
          outputs.put(StepGraph.DIVERGENCE, tensor(divergences, rows));
        }
        case PORTABLE -> throw new IllegalStateException("a portable graph is not run here");
      }
      session.run(inputs, outputs).close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime could not run a model: " + e.getMessage(), e);
    } finally {
      inputs.values().forEach(OnnxTensor::close);
      outputs.values().forEach(OnnxTensor::close);
    }
  }

  private OnnxTensor words(FloatBuffer buffer, int rows) throws OrtException {
    return tensor(buffer, rows, vocabularySize);
  }

  private OnnxTensor tensor(FloatBuffer buffer, long... shape) throws OrtException {
    return OnnxTensor.createTensor(environment, buffer.duplicate().limit(size(shape)), shape);
  }

  private OnnxTensor tensor(LongBuffer buffer, long... shape) throws OrtException {
    return OnnxTensor.createTensor(environment, buffer.duplicate().limit(size(shape)), shape);
  }

  private static int size(long... shape) {
    long size = 1;
    for (long dimension : shape) {
      size *= dimension;
    }
    return Math.toIntExact(size);
  }

  private static FloatBuffer floats(long length) {
    return bytes(length, Float.BYTES).asFloatBuffer();
  }

  private static LongBuffer longs(long length) {
    return bytes(length, Long.BYTES).asLongBuffer();
  }

  private static ByteBuffer bytes(long length, int size) {
    if (length * size > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          ("a batch with %d values of %d bytes in one tensor cannot be scored; a tensor holds less"
                  + " than 2 GiB: use fewer batch rows")
              .formatted(length, size));
    }
    return ByteBuffer.allocateDirect((int) length * size).order(ByteOrder.nativeOrder());
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime could not close a model: " + e.getMessage(), e);
    }
  }
}
