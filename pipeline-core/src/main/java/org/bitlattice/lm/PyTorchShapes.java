package org.bitlattice.lm;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.bitlattice.lm.Safetensors.Entry;

/**
 * What the names and shapes of a state dictionary say about an LSTM language model, before any
 * value is read: the sizes, and that every tensor is one that the model has.
 */
final class PyTorchShapes {
  /** Faults that a message names at most. */
  private static final int MOST_NAMED = 5;

  private static final String NAMES =
      "encoder.weight, rnn.weight_ih_l0, rnn.weight_hh_l0, rnn.bias_ih_l0, rnn.bias_hh_l0 (and so"
          + " on for each layer), decoder.weight and decoder.bias";

  private final Map<String, List<Integer>> shapes = new LinkedHashMap<>();
  private final String location;

  /**
   * @param entries the file's tensors
   * @param prefix what every name begins with and is left out; may be empty
   * @throws IllegalArgumentException naming file and tensor when a name does not begin with it
   */
  PyTorchShapes(List<Entry> entries, String prefix, String location) {
    this.location = location;
    for (Entry entry : entries) {
      if (!entry.name().startsWith(prefix)) {
        throw wrong(
            "the tensor %s does not begin with the prefix %s".formatted(entry.name(), prefix));
      }
      shapes.put(entry.name().substring(prefix.length()), entry.shape());
    }
  }

  /** Whether the file has the tensor. */
  boolean has(String name) {
    return shapes.containsKey(name);
  }

  /**
   * The architecture, with a separate output where the file has an output matrix and a tied one
   * where it has none.
   *
   * @throws IllegalArgumentException naming file and tensors: networks of another kind, tensors
   *     that are missing, unknown or of a shape that does not fit
   */
  LstmArchitecture architecture() {
    refuseOtherKinds();
    requireCoreTensors();
    int words = matrix(LstmArchitecture.EMBEDDING).get(0);
    int embedding = matrix(LstmArchitecture.EMBEDDING).get(1);
    int hidden = hiddenSize();
    int layers = layers();
    boolean tied = !has(LstmArchitecture.OUTPUT);
    if (tied && embedding != hidden) {
      throw wrong(
          ("decoder.weight is missing, and encoder.weight cannot stand for it: embeddings have %d"
                  + " values, and the LSTM has %d units")
              .formatted(embedding, hidden));
    }
    LstmArchitecture lstm;
    try {
      lstm =
          new LstmArchitecture(
              words,
              embedding,
              hidden,
              layers,
              tied ? LstmArchitecture.Output.TIED : LstmArchitecture.Output.SEPARATE);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("%s: %s".formatted(location, e.getMessage()), e);
    }
    requireTensorsOf(lstm);
    return lstm;
  }

  private void refuseOtherKinds() {
    for (String name : shapes.keySet()) {
      if (name.endsWith("_reverse")) {
        throw wrong(
            "the tensor %s belongs to a bidirectional LSTM, which sees the words that it predicts"
                .formatted(name));
      }
      if (name.contains("weight_hr_l")) {
        throw wrong(
            "the tensor %s belongs to an LSTM with projections (proj_size), which is not known here"
                .formatted(name));
      }
    }
  }

  private void requireCoreTensors() {
    for (String name :
        List.of(
            LstmArchitecture.EMBEDDING,
            LstmArchitecture.inputWeight(0),
            LstmArchitecture.recurrentWeight(0))) {
      if (has(name)) {
        matrix(name);
        continue;
      }
      for (String other : shapes.keySet()) {
        if (other.endsWith(name)) {
          String prefix = other.substring(0, other.length() - name.length());
          throw wrong(
              "its names begin with \"%s\", as in %s; give --prefix %s"
                  .formatted(prefix, other, prefix));
        }
      }
      throw wrong(
          "the tensor %s is missing; its tensors are %s"
              .formatted(name, some(shapes.keySet(), ", ")));
    }
  }

  private List<Integer> matrix(String name) {
    List<Integer> shape = shapes.get(name);
    if (shape.size() != 2) {
      throw wrong("the tensor %s has the shape %s; it must be a matrix".formatted(name, shape));
    }
    return shape;
  }

  private int hiddenSize() {
    String name = LstmArchitecture.recurrentWeight(0);
    long rows = matrix(name).get(0);
    long hidden = matrix(name).get(1);
    if (hidden > 0 && (rows == 3 * hidden || rows == hidden)) {
      throw wrong(
          "the tensor %s has the shape [%d, %d], which is that of a %s; only LSTMs are known, with four rows for each unit"
              .formatted(name, rows, hidden, rows == hidden ? "plain recurrent network" : "GRU"));
    }
    if (hidden == 0 || rows != 4 * hidden) {
      throw wrong(
          "the tensor %s has the shape [%d, %d]; an LSTM has four rows for each unit"
              .formatted(name, rows, hidden));
    }
    return (int) hidden;
  }

  private int layers() {
    int layers = 1;
    while (has(LstmArchitecture.recurrentWeight(layers))) {
      layers++;
    }
    if (layers > ArchitectureJson.MAX_LAYERS) {
      throw wrong(
          "it has %d LSTM layers; at most %d are read"
              .formatted(layers, ArchitectureJson.MAX_LAYERS));
    }
    return layers;
  }

  private void requireTensorsOf(LstmArchitecture lstm) {
    List<String> faults = new ArrayList<>();
    TreeSet<String> unknown = new TreeSet<>(shapes.keySet());
    boolean biases = unknown.stream().anyMatch(name -> name.startsWith("rnn.bias_"));
    for (TensorShape expected : lstm.tensors()) {
      unknown.remove(expected.name());
      List<Integer> shape = shapes.get(expected.name());
      boolean optional =
          expected.name().equals(LstmArchitecture.OUTPUT_BIAS)
              || (!biases && !expected.quantizable());
      List<Integer> fitting =
          expected.quantizable()
              ? List.of(expected.rows(), expected.columns())
              : List.of(expected.columns());
      if (shape == null && !optional) {
        faults.add("the tensor %s is missing".formatted(expected.name()));
      } else if (shape != null && !shape.equals(fitting)) {
        faults.add(
            "the tensor %s has the shape %s where %s fits"
                .formatted(expected.name(), shape, fitting));
      }
    }
    unknown.forEach(name -> faults.add("the tensor %s is not known".formatted(name)));
    if (!faults.isEmpty()) {
      throw wrong(some(faults, "; "));
    }
  }

  private static String some(Iterable<String> all, String separator) {
    List<String> named = new ArrayList<>();
    int more = 0;
    for (String one : all) {
      if (named.size() < MOST_NAMED) {
        named.add(one);
      } else {
        more++;
      }
    }
    return String.join(separator, named) + (more > 0 ? " and %d more".formatted(more) : "");
  }

  private IllegalArgumentException wrong(String fault) {
    return new IllegalArgumentException(
        "%s is not a word LSTM that can be imported: %s; the names of one are %s"
            .formatted(location, fault, NAMES));
  }
}
