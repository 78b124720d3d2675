package org.bitlattice.quant;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.ModelFiles;
import org.bitlattice.lm.Safetensors.Entry;
import org.bitlattice.lm.SafetensorsReader;
import org.bitlattice.lm.SafetensorsWriter;
import org.bitlattice.lm.TensorShape;
import org.bitlattice.text.Vocabulary;
import org.bitlattice.text.VocabularyFile;

/**
 * A model folder: {@code config.json}, {@code model.safetensors} and {@code vocabulary.txt}. The
 * same model gives the same bytes. A full-precision folder's {@code model.safetensors} opens in
 * PyTorch as it is.
 *
 * @param model the model
 * @param vocabulary its words
 */
public record ModelFolder(PackedModel model, Vocabulary vocabulary) {
  static final String CONFIG = "config.json";
  static final String TENSORS = "model.safetensors";
  static final String WORDS = "vocabulary.txt";

  /**
   * Checks that model and vocabulary belong together.
   *
   * @throws IllegalArgumentException when the vocabulary's size is not the architecture's
   */
  public ModelFolder {
    requireSameSize(model, vocabulary);
  }

  private static void requireSameSize(PackedModel model, Vocabulary vocabulary) {
    int expected = model.architecture().vocabularySize();
    if (vocabulary.size() != expected) {
      throw new IllegalArgumentException(
          "the vocabulary has %d words; the model was made for %d"
              .formatted(vocabulary.size(), expected));
    }
  }

  /**
   * Writes a folder; {@code config.json} comes last, so that a folder without it is unfinished.
   *
   * @throws IOException when writing fails
   * @throws IllegalArgumentException when the vocabulary's size is not the architecture's
   */
  public static void write(ModelFiles files, PackedModel model, Vocabulary vocabulary)
      throws IOException {
    requireSameSize(model, vocabulary);
    try (OutputStream out = files.create(WORDS)) {
      VocabularyFile.write(out, vocabulary);
    }
    try (OutputStream out = files.create(TENSORS)) {
      writeTensors(out, model);
    }
    try (OutputStream out = files.create(CONFIG)) {
      out.write(ModelConfig.of(model).toJson().getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void writeTensors(OutputStream out, PackedModel model) throws IOException {
    List<Entry> entries = ModelLayout.entries(model.architecture(), ModelConfig.of(model).stored());
    SafetensorsWriter writer =
        SafetensorsWriter.begin(out, entries, ModelLayout.headerLength(model.architecture()));
    Map<String, float[]> values = new LinkedHashMap<>(model.full());
    Map<String, QuantizedTensor> codes = new LinkedHashMap<>();
    model
        .quantized()
        .forEach(
            (name, tensor) -> {
              values.put(ModelLayout.scalesOf(name), tensor.scales());
              codes.put(ModelLayout.codesOf(name), tensor);
            });
    for (Entry entry : entries) {
      String name = entry.name();
      switch (entry.type()) {
        case F32 -> writer.floats(name, values.get(name));
        case F16 -> writer.halves(name, values.get(name));
        case U8 -> writer.bytes(name, codes.get(name).packedCodes());
        case BF16 -> throw new IllegalStateException("model folders have no bfloat16: " + name);
      }
    }
    writer.finish();
  }

  /**
   * Reads and checks a folder. Nothing is allocated for a tensor before the header of {@code
   * model.safetensors} has been found to hold exactly what {@code config.json} announces.
   *
   * @throws IOException when reading fails
   * @throws IllegalArgumentException naming file and tensor when a file is missing or damaged
   */
  public static ModelFolder read(ModelFiles files) throws IOException {
    requireFiles(files);
    ModelConfig config = ModelConfig.read(files);
    PackedModel model;
    try (InputStream in = files.open(TENSORS)) {
      model = readTensors(in, files, config);
    }
    try (InputStream in = files.open(WORDS)) {
      Vocabulary vocabulary = VocabularyFile.read(in, files.location(WORDS));
      try {
        return new ModelFolder(model, vocabulary);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "%s: %s".formatted(files.location(WORDS), e.getMessage()), e);
      }
    }
  }

  static void requireFiles(ModelFiles files) throws IOException {
    for (String name : List.of(CONFIG, TENSORS, WORDS)) {
      if (!files.exists(name)) {
        throw new IllegalArgumentException(
            "%s is missing; a model folder holds %s, %s and %s"
                .formatted(files.location(name), CONFIG, TENSORS, WORDS));
      }
    }
  }

  private static PackedModel readTensors(InputStream in, ModelFiles files, ModelConfig config)
      throws IOException {
    String location = files.location(TENSORS);
    SafetensorsReader reader = SafetensorsReader.begin(in, files.length(TENSORS), location);
    requireAnnounced(reader.entries(), config, location);
    Map<String, float[]> floats = new LinkedHashMap<>();
    Map<String, byte[]> bytes = new LinkedHashMap<>();
    for (Entry entry : reader.entries()) {
      switch (entry.type()) {
        case F32, F16, BF16 -> floats.put(entry.name(), reader.floats(entry.name()));
        case U8 -> bytes.put(entry.name(), reader.bytes(entry.name()));
      }
    }
    return assemble(config, floats, bytes, location);
  }

  private static PackedModel assemble(
      ModelConfig config, Map<String, float[]> floats, Map<String, byte[]> bytes, String location) {
    LmArchitecture architecture = config.architecture();
    Map<String, float[]> values = new LinkedHashMap<>();
    Map<String, QuantizedTensor> quantized = new LinkedHashMap<>();
    for (TensorShape shape : architecture.tensors()) {
      TensorStorage storage = config.stored().get(shape.name());
      if (storage != null && storage.quantized()) {
        float[] scales = floats.get(ModelLayout.scalesOf(shape.name()));
        byte[] codes = bytes.remove(ModelLayout.codesOf(shape.name()));
        quantized.put(
            shape.name(), QuantizedTensor.ofPacked(shape, storage, scales, codes, location));
      } else {
        values.put(shape.name(), floats.get(shape.name()));
      }
    }
    try {
      return PackedModel.assemble(architecture, quantized, values);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("%s: %s".formatted(location, e.getMessage()), e);
    }
  }

  private static List<Entry> expected(ModelConfig config, String location) {
    try {
      return ModelLayout.entries(config.architecture(), config.stored());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("%s: %s".formatted(location, e.getMessage()), e);
    }
  }

  private static void requireAnnounced(List<Entry> found, ModelConfig config, String location) {
    Map<String, Entry> byName = new LinkedHashMap<>();
    found.forEach(entry -> byName.put(entry.name(), entry));
    List<String> faults = new ArrayList<>();
    for (Entry expected : expected(config, location)) {
      Entry entry = byName.remove(expected.name());
      if (entry == null) {
        faults.add("the tensor %s is missing".formatted(expected.name()));
      } else if (!entry.equals(expected)) {
        faults.add(
            "the tensor %s has the type %s and the shape %s instead of %s and %s"
                .formatted(
                    entry.name(), entry.type(), entry.shape(), expected.type(), expected.shape()));
      }
    }
    byName.keySet().forEach(name -> faults.add("the tensor %s is not known".formatted(name)));
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(
          "%s does not hold what %s announces: %s"
              .formatted(location, CONFIG, String.join("; ", faults)));
    }
  }
}
