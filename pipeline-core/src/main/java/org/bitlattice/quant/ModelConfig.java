package org.bitlattice.quant;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import org.bitlattice.lm.ArchitectureJson;
import org.bitlattice.lm.JsonObject;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.ModelFiles;
import org.bitlattice.lm.TensorShape;
import org.bitlattice.quant.ModelLayout.Storage;

/**
 * {@code config.json} of a model folder: format version, architecture, and precision and scope of
 * every weight matrix.
 *
 * @param stored storage of every weight matrix, in file order
 */
record ModelConfig(LmArchitecture architecture, Map<String, Storage> stored) {
  private static final int FORMAT_VERSION = 1;

  /** A configuration longer than this is not one. */
  private static final int MAX_BYTES = 1 << 20;

  static ModelConfig of(PackedModel model) {
    Map<String, Storage> stored = new LinkedHashMap<>();
    for (TensorShape shape : model.architecture().quantizable()) {
      QuantizedTensor tensor = model.quantized().get(shape.name());
      stored.put(
          shape.name(),
          tensor == null ? Storage.FULL : new Storage(tensor.precision(), tensor.scope()));
    }
    return new ModelConfig(model.architecture(), stored);
  }

  String toJson() {
    StringJoiner tensors = new StringJoiner(",\n    ", "{\n    ", "\n  }");
    stored.forEach(
        (name, storage) -> tensors.add(JsonObject.quote(name) + ": " + storageJson(storage)));
    return "{\n  \"format-version\": %d,\n  \"architecture\": %s,\n  \"tensors\": %s\n}\n"
        .formatted(FORMAT_VERSION, ArchitectureJson.write(architecture), tensors);
  }

  private static String storageJson(Storage storage) {
    return storage.precision().quantized()
        ? "{\"bits\": %d, \"scope\": \"%s\"}"
            .formatted(storage.precision().bits(), storage.scope().label())
        : "{\"bits\": 32}";
  }

  static ModelConfig read(ModelFiles files) throws IOException {
    String location = files.location(ModelFolder.CONFIG);
    byte[] text;
    try (InputStream in = files.open(ModelFolder.CONFIG)) {
      text = in.readNBytes(MAX_BYTES + 1);
    }
    if (text.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "%s: longer than %d bytes, which no configuration is".formatted(location, MAX_BYTES));
    }
    JsonObject config = JsonObject.parse(text, location);
    int version = config.integer("format-version", 1, Integer.MAX_VALUE);
    if (version != FORMAT_VERSION) {
      throw new IllegalArgumentException(
          "%s: the format version is %d; this program reads version %d"
              .formatted(location, version, FORMAT_VERSION));
    }
    config.allowOnly("format-version", "architecture", "tensors");
    LmArchitecture architecture = ArchitectureJson.read(config, "architecture");
    JsonObject tensors = config.object("tensors");
    Map<String, Storage> stored = new LinkedHashMap<>();
    for (TensorShape shape : architecture.quantizable()) {
      stored.put(shape.name(), storage(tensors.object(shape.name())));
    }
    tensors.allowOnly(stored.keySet().toArray(String[]::new));
    return new ModelConfig(architecture, stored);
  }

  private static Storage storage(JsonObject fields) {
    Precision precision = PrecisionJson.bits(fields);
    if (!precision.quantized()) {
      fields.allowOnly("bits");
      return Storage.FULL;
    }
    fields.allowOnly("bits", "scope");
    return new Storage(precision, PrecisionJson.scope(fields));
  }
}
