package org.bitlattice.quant;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.bitlattice.lm.ArchitectureJson;
import org.bitlattice.lm.JsonObject;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.ModelFiles;
import org.bitlattice.lm.TensorShape;

/**
 * {@code config.json} of a model folder: format version, architecture, and for every unit (a weight
 * matrix, or a block of its rows) precision and form of scales. Version 1 knows whole matrices and
 * scales in single precision for each tensor or row; a file that needs no more has that version.
 *
 * @param stored storage of every weight matrix, in file order
 */
record ModelConfig(LmArchitecture architecture, Map<String, TensorStorage> stored) {
  private static final int FORMAT_VERSION = 2;

  /** A configuration longer than this is not one. */
  private static final int MAX_BYTES = 1 << 20;

  static ModelConfig of(PackedModel model) {
    Map<String, TensorStorage> stored = new LinkedHashMap<>();
    for (TensorShape shape : model.architecture().quantizable()) {
      QuantizedTensor tensor = model.quantized().get(shape.name());
      stored.put(
          shape.name(), tensor == null ? TensorStorage.full(shape.rows()) : tensor.storage());
    }
    return new ModelConfig(model.architecture(), stored);
  }

  /** The lowest format version that can say how a matrix is stored. */
  private static int version(TensorStorage storage) {
    ScaleForm scales = storage.scales();
    boolean first =
        storage.blocks().size() == 1
            && scales.scope() != ScaleScope.MODEL
            && scales.format() == ScaleFormat.FP32;
    return first ? 1 : 2;
  }

  private int version() {
    return stored.values().stream().mapToInt(ModelConfig::version).max().orElse(1);
  }

  String toJson() {
    StringJoiner units = new StringJoiner(",\n    ", "{\n    ", "\n  }");
    for (TensorShape shape : architecture.quantizable()) {
      TensorStorage storage = stored.get(shape.name());
      for (PrecisionBlock block : storage.blocks()) {
        WeightUnit unit = new WeightUnit(shape, block.from(), block.to());
        units.add(
            JsonObject.quote(unit.name()) + ": " + unitJson(block.precision(), storage.scales()));
      }
    }
    return "{\n  \"format-version\": %d,\n  \"architecture\": %s,\n  \"tensors\": %s\n}\n"
        .formatted(version(), ArchitectureJson.write(architecture), units);
  }

  private static String unitJson(Precision precision, ScaleForm scales) {
    if (!precision.quantized()) {
      return "{\"bits\": 32}";
    }
    String format =
        scales.format() == ScaleFormat.FP32
            ? ""
            : ", \"scale-format\": \"%s\"".formatted(scales.format().label());
    return "{\"bits\": %d, \"scope\": \"%s\"%s}"
        .formatted(precision.bits(), scales.scope().label(), format);
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
    if (version > FORMAT_VERSION) {
      throw new IllegalArgumentException(
          "%s: the format version is %d; this program reads versions 1 to %d"
              .formatted(location, version, FORMAT_VERSION));
    }
    config.allowOnly("format-version", "architecture", "tensors");
    LmArchitecture architecture = ArchitectureJson.read(config, "architecture");
    JsonObject tensors = config.object("tensors");
    ModelUnits units = ModelUnits.named(architecture, tensors.keys(), config.where("tensors"));
    ModelConfig read =
        new ModelConfig(architecture, stored(units, tensors, config.where("tensors")));
    if (read.version() > version) {
      throw new IllegalArgumentException(
          "%s: the format version is %d, but what \"tensors\" says needs version %d"
              .formatted(location, version, read.version()));
    }
    return read;
  }

  private static Map<String, TensorStorage> stored(
      ModelUnits units, JsonObject fields, String where) {
    Map<String, List<PrecisionBlock>> blocks = new LinkedHashMap<>();
    Map<String, ScaleForm> scales = new LinkedHashMap<>();
    for (WeightUnit unit : units.units()) {
      String tensor = unit.tensor().name();
      JsonObject own = fields.object(unit.name());
      Precision precision = PrecisionJson.bits(own);
      blocks
          .computeIfAbsent(tensor, name -> new ArrayList<>())
          .add(new PrecisionBlock(unit.from(), unit.to(), precision));
      if (!precision.quantized()) {
        own.allowOnly("bits");
        continue;
      }
      own.allowOnly("bits", "scope", "scale-format");
      ScaleForm form = PrecisionJson.scales(own);
      if (!scales.computeIfAbsent(tensor, name -> form).equals(form)) {
        throw new IllegalArgumentException(
            "%s: the blocks of %s differ in the form of their scales; it must be the same"
                .formatted(where, tensor));
      }
    }
    Map<String, TensorStorage> stored = new LinkedHashMap<>();
    try {
      blocks.forEach(
          (name, own) -> stored.put(name, ModelUnits.storage(name, own, scales.get(name))));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("%s: %s".formatted(where, e.getMessage()), e);
    }
    return stored;
  }
}
