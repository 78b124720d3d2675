package org.bitlattice.lm;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bitlattice.lm.Safetensors.Entry;
import org.bitlattice.lm.Safetensors.Type;
import org.bitlattice.text.RowWords;
import org.bitlattice.text.Vocabulary;

/**
 * Reads a word LSTM that PyTorch trained from a safetensors file with the names of {@link
 * LstmArchitecture}. Names, types and shapes are checked in the header, before a tensor is
 * allocated. Biases may be absent ({@code bias=False}) and are then zero; half precision is
 * widened. A tied output is one that is absent or equals the embedding.
 */
public final class PyTorchImport {
  private static final List<Type> TYPES = List.of(Type.F32, Type.F16, Type.BF16);

  /** First bytes of what {@code torch.save} writes: a zip archive, or a pickle of protocol 2 up. */
  private static final byte[] ZIP = {'P', 'K', 3, 4};

  private static final int PICKLE = 0x80;
  private static final int NEWEST_PICKLE = 5;

  private PyTorchImport() {}

  /** What is to become of the output matrix. */
  public enum Output {
    /** Tied where the file's is, else separate. */
    AS_STORED,
    /** Tied; a file whose output matrix is not the embedding is refused. */
    TIED,
    /** A tensor of its own, a copy where the file's is tied. */
    SEPARATE
  }

  /**
   * How a file is to be understood.
   *
   * @param prefix what every tensor's name begins with, such as {@code module.}; may be empty
   * @param words the words of its rows
   * @param roles which of them mark sentences
   * @param output what is to become of the output matrix
   */
  public record Request(String prefix, RowWords words, WordRoles roles, Output output) {}

  /**
   * What was read.
   *
   * @param weights the model over the vocabulary
   * @param vocabulary boundary, unknown word, then the others in the order of the file's rows
   * @param notes sentences on what was changed or added on the way
   */
  public record Imported(LmWeights weights, Vocabulary vocabulary, List<String> notes) {}

  /**
   * Reads a model.
   *
   * @param length length of the whole file in bytes
   * @param location where it lies, for messages
   * @throws IllegalArgumentException in one sentence that names file and tensor or word: a pickle,
   *     another network, missing, unknown or misshapen tensors, NaN or infinity, words that do not
   *     fit the rows
   * @throws IOException when reading fails
   */
  public static Imported read(InputStream in, long length, String location, Request request)
      throws IOException {
    BufferedInputStream file = new BufferedInputStream(in, 1 << 16);
    refusePickles(file, location);
    SafetensorsReader reader = SafetensorsReader.begin(file, length, location, TYPES);
    PyTorchShapes shapes = new PyTorchShapes(reader.entries(), request.prefix(), location);
    LstmArchitecture stored = shapes.architecture();
    requireRows(request.words(), stored, location);
    WordRoles.Assigned words = request.roles().assign(request.words());
    List<String> notes = new ArrayList<>();
    Map<String, float[]> tensors = tensors(reader, request.prefix(), notes);
    zeroBiases(stored, tensors, notes);
    LstmArchitecture lstm = output(stored, tensors, reader, request, notes);
    LmWeights weights;
    try {
      weights = LmWeights.of(lstm, tensors);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("%s: %s".formatted(location, e.getMessage()), e);
    }
    noteDroppedWords(request.roles(), notes);
    return new Imported(words.rows().of(weights), words.vocabulary(), List.copyOf(notes));
  }

  private static void refusePickles(BufferedInputStream file, String location) throws IOException {
    file.mark(ZIP.length);
    byte[] start = file.readNBytes(ZIP.length);
    file.reset();
    boolean pickle =
        start.length > 1
            && (start[0] & 0xff) == PICKLE
            && start[1] >= 2
            && start[1] <= NEWEST_PICKLE;
    if (pickle || Arrays.equals(start, ZIP)) {
      throw new IllegalArgumentException(
          ("%s is what torch.save writes; it is not opened, since unpickling runs what the file"
                  + " says. Write safetensors in Python instead: from safetensors.torch import"
                  + " save_file; save_file({k: v.clone() for k, v in model.state_dict().items()},"
                  + " \"model.safetensors\")")
              .formatted(location));
    }
  }

  private static void requireRows(RowWords words, LstmArchitecture lstm, String location) {
    if (words.words().size() != lstm.vocabularySize()) {
      throw new IllegalArgumentException(
          ("%s: the tensor encoder.weight has %d rows, but %s lists %d words; every row needs its"
                  + " word, those of symbols such as <eps> and #0 too, where the model has them")
              .formatted(location, lstm.vocabularySize(), words.location(), words.words().size()));
    }
  }

  private static Map<String, float[]> tensors(
      SafetensorsReader reader, String prefix, List<String> notes) throws IOException {
    Map<String, float[]> tensors = new LinkedHashMap<>();
    Map<Type, Integer> widened = new TreeMap<>();
    for (Entry entry : reader.entries()) {
      tensors.put(entry.name().substring(prefix.length()), reader.floats(entry.name()));
      if (entry.type() != Type.F32) {
        widened.merge(entry.type(), 1, Integer::sum);
      }
    }
    widened.forEach(
        (type, count) ->
            notes.add("%d tensors of type %s widened to single precision".formatted(count, type)));
    return tensors;
  }

  private static void zeroBiases(
      LstmArchitecture lstm, Map<String, float[]> tensors, List<String> notes) {
    List<String> absent = new ArrayList<>();
    for (TensorShape shape : lstm.tensors()) {
      if (!shape.quantizable() && !tensors.containsKey(shape.name())) {
        tensors.put(shape.name(), new float[shape.size()]);
        absent.add(shape.name());
      }
    }
    if (!absent.isEmpty()) {
      notes.add("absent and taken as zero: " + String.join(", ", absent));
    }
  }

  /** Makes the output matrix tied or separate as asked for, and returns the architecture. */
  private static LstmArchitecture output(
      LstmArchitecture stored,
      Map<String, float[]> tensors,
      SafetensorsReader reader,
      Request request,
      List<String> notes) {
    float[] embedding = tensors.get(LstmArchitecture.EMBEDDING);
    boolean copied =
        !stored.tied() && Arrays.equals(tensors.get(LstmArchitecture.OUTPUT), embedding);
    boolean tied = stored.tied() || (copied && stored.embeddingSize() == stored.hiddenSize());
    String announced = reader.metadata().getOrDefault(PyTorchExport.ARCHITECTURE, "");
    boolean required =
        request.output() == Output.TIED || announced.contains("\"output\": \"tied\"");
    if (required && !tied) {
      throw new IllegalArgumentException(
          "%s: decoder.weight is not encoder.weight, though the output was said to be tied (%s)"
              .formatted(
                  reader.location(),
                  request.output() == Output.TIED ? "--output tied" : "in the file's header"));
    }
    if (!tied) {
      return stored;
    }
    if (request.output() == Output.SEPARATE) {
      tensors.put(LstmArchitecture.OUTPUT, embedding.clone());
      notes.add("decoder.weight, tied to encoder.weight, made a tensor of its own");
      return stored.with(stored.vocabularySize(), LstmArchitecture.Output.SEPARATE);
    }
    requireOneStart(request.roles(), reader.location());
    tensors.remove(LstmArchitecture.OUTPUT);
    notes.add("decoder.weight is encoder.weight: a tied output, stored once");
    return stored.with(stored.vocabularySize(), LstmArchitecture.Output.TIED);
  }

  private static void requireOneStart(WordRoles roles, String location) {
    if (roles.separateStart()) {
      throw new IllegalArgumentException(
          ("%s: the output is tied, so that the boundary word has one row for input and output, but"
                  + " sentences begin with \"%s\" and end with \"%s\"; --output separate gives it"
                  + " two")
              .formatted(location, roles.start(), roles.boundary()));
    }
  }

  private static void noteDroppedWords(WordRoles roles, List<String> notes) {
    List<String> gone = new ArrayList<>(roles.dropped().stream().sorted().toList());
    if (roles.separateStart()) {
      gone.add(0, roles.start());
    }
    if (!gone.isEmpty()) {
      notes.add(
          "left out of the soft-max, which makes the probabilities of the other words larger: "
              + String.join(" ", gone));
    }
  }
}
