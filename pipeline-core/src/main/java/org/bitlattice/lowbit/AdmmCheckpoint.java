package org.bitlattice.lowbit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;
import org.bitlattice.lm.ArchitectureJson;
import org.bitlattice.lm.JsonObject;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.ModelFiles;
import org.bitlattice.lm.Safetensors;
import org.bitlattice.lm.Safetensors.Entry;
import org.bitlattice.lm.SafetensorsReader;
import org.bitlattice.lm.SafetensorsWriter;
import org.bitlattice.lm.TensorShape;
import org.bitlattice.quant.ModelUnits;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.PrecisionBlock;
import org.bitlattice.quant.PrecisionJson;
import org.bitlattice.quant.QuantizedTensor;
import org.bitlattice.quant.ScaleForm;
import org.bitlattice.quant.TensorStorage;
import org.bitlattice.quant.WeightUnit;

/**
 * Checkpoint of an {@link AdmmState}: the arrays in {@code admm.safetensors} (weights by name,
 * {@code .multiplier}, {@code .scales}, {@code .codes}), everything else in {@code admm.json},
 * written last, with the SHA-256 of the arrays' file.
 */
final class AdmmCheckpoint {
  static final String SCALARS = "admm.json";
  static final String ARRAYS = "admm.safetensors";
  private static final int FORMAT_VERSION = 1;
  private static final int MAX_SCALARS_BYTES = 1 << 20;

  private AdmmCheckpoint() {}

  /** What {@code admm.json} says. */
  private record Scalars(
      LmArchitecture architecture,
      AdmmSettings settings,
      AdmmState.Progress progress,
      Map<String, TensorStorage> storage,
      String digest) {
    String toJson() {
      StringJoiner units = new StringJoiner(",\n    ", "{\n    ", "\n  }");
      for (TensorShape shape : architecture.quantizable()) {
        for (PrecisionBlock block : blocks(shape.name())) {
          String name = new WeightUnit(shape, block.from(), block.to()).name();
          int bits = block.precision().bits();
          units.add("%s: {\"bits\": %d}".formatted(JsonObject.quote(name), bits));
        }
      }
      ScaleForm scales = storage.values().iterator().next().scales();
      return new StringJoiner(",\n  ", "{\n  ", "\n}\n")
          .add("\"format-version\": " + FORMAT_VERSION)
          .add("\"architecture\": " + ArchitectureJson.write(architecture))
          .add("\"rounds\": " + settings.rounds())
          .add("\"gamma\": " + settings.gamma())
          .add("\"gamma-growth\": " + settings.gammaGrowth())
          .add("\"complete-rounds\": " + progress.round())
          .add("\"next-gamma\": " + progress.gamma())
          .add("\"scope\": " + JsonObject.quote(scales.scope().label()))
          .add("\"scale-format\": " + JsonObject.quote(scales.format().label()))
          .add("\"tensors\": " + units)
          .add("\"sha256\": " + JsonObject.quote(digest))
          .toString();
    }

    private List<PrecisionBlock> blocks(String tensor) {
      return storage.containsKey(tensor) ? storage.get(tensor).blocks() : List.of();
    }
  }

  static void write(ModelFiles files, AdmmState state) throws IOException {
    Map<String, TensorStorage> storage = new LinkedHashMap<>();
    state.quantized().forEach((name, tensor) -> storage.put(name, tensor.storage()));
    LmArchitecture architecture = state.weights().architecture();
    MessageDigest digest = sha256();
    try (OutputStream out = new DigestOutputStream(files.create(ARRAYS), digest)) {
      writeArrays(out, state, entries(architecture, storage));
    }
    Scalars scalars =
        new Scalars(
            architecture,
            state.settings(),
            new AdmmState.Progress(state.round(), state.gamma()),
            storage,
            HexFormat.of().formatHex(digest.digest()));
    try (OutputStream out = files.create(SCALARS)) {
      out.write(scalars.toJson().getBytes(StandardCharsets.UTF_8));
    }
  }

  private static List<Entry> entries(
      LmArchitecture architecture, Map<String, TensorStorage> storage) {
    List<Entry> entries = new ArrayList<>();
    for (TensorShape shape : architecture.tensors()) {
      entries.add(Entry.floats(shape.name(), shape.rows(), shape.columns()));
    }
    for (TensorShape shape : architecture.quantizable()) {
      TensorStorage stored = storage.get(shape.name());
      if (stored != null) {
        int codes = Math.toIntExact(stored.codeBytes(shape.columns()));
        entries.add(Entry.floats(multiplier(shape.name()), shape.rows(), shape.columns()));
        entries.add(Entry.floats(scales(shape.name()), stored.scaleCount()));
        entries.add(Entry.bytes(codes(shape.name()), codes));
      }
    }
    return entries;
  }

  private static String multiplier(String tensor) {
    return tensor + ".multiplier";
  }

  private static String scales(String tensor) {
    return tensor + ".scales";
  }

  private static String codes(String tensor) {
    return tensor + ".codes";
  }

  private static void writeArrays(OutputStream out, AdmmState state, List<Entry> entries)
      throws IOException {
    SafetensorsWriter writer =
        SafetensorsWriter.begin(out, entries, Safetensors.headerLength(entries));
    for (TensorShape shape : state.weights().architecture().tensors()) {
      writer.floats(shape.name(), state.weights().tensor(shape.name()));
    }
    for (Map.Entry<String, QuantizedTensor> tensor : state.quantized().entrySet()) {
      String name = tensor.getKey();
      writer.floats(multiplier(name), state.multipliers().get(name));
      writer.floats(scales(name), tensor.getValue().scales());
      writer.bytes(codes(name), tensor.getValue().packedCodes());
    }
    writer.finish();
  }

  static AdmmState read(ModelFiles files) throws IOException {
    for (String name : List.of(SCALARS, ARRAYS)) {
      if (!files.exists(name)) {
        throw new IllegalArgumentException(
            "%s is missing; an ADMM checkpoint holds %s and %s"
                .formatted(files.location(name), SCALARS, ARRAYS));
      }
    }
    Scalars scalars = readScalars(files);
    Arrays arrays;
    MessageDigest digest = sha256();
    try (InputStream in = new DigestInputStream(files.open(ARRAYS), digest)) {
      arrays = readArrays(in, files, scalars);
    }
    String found = HexFormat.of().formatHex(digest.digest());
    if (!found.equals(scalars.digest())) {
      throw new IllegalArgumentException(
          "%s is damaged or belongs to another checkpoint: its SHA-256 is %s, but %s says %s"
              .formatted(files.location(ARRAYS), found, SCALARS, scalars.digest()));
    }
    return AdmmState.resumed(
        scalars.settings(), scalars.progress(), assemble(scalars, arrays, files.location(ARRAYS)));
  }

  private static Scalars readScalars(ModelFiles files) throws IOException {
    byte[] text;
    try (InputStream in = files.open(SCALARS)) {
      text = in.readNBytes(MAX_SCALARS_BYTES);
    }
    String location = files.location(SCALARS);
    JsonObject json = JsonObject.parse(text, location);
    json.integer("format-version", FORMAT_VERSION, FORMAT_VERSION);
    LmArchitecture architecture = ArchitectureJson.read(json, "architecture");
    Map<String, TensorStorage> storage = storage(architecture, json);
    AdmmSettings settings = settings(json, location);
    AdmmState.Progress progress =
        new AdmmState.Progress(
            json.integer("complete-rounds", 0, settings.rounds()), json.number("next-gamma"));
    if (!(progress.gamma() > 0) || Double.isInfinite(progress.gamma())) {
      throw new IllegalArgumentException(
          "%s is %s; it must be finite and positive"
              .formatted(json.where("next-gamma"), progress.gamma()));
    }
    return new Scalars(architecture, settings, progress, storage, json.text("sha256"));
  }

  /** The tensors that {@code admm.json} lists; those that it does not list are unconstrained. */
  private static Map<String, TensorStorage> storage(LmArchitecture architecture, JsonObject json) {
    JsonObject fields = json.object("tensors");
    Set<String> names = new TreeSet<>(fields.keys());
    Map<String, Precision> precisions = new LinkedHashMap<>();
    names.forEach(name -> precisions.put(name, PrecisionJson.bits(fields.object(name))));
    if (names.isEmpty() || precisions.containsValue(Precision.FULL)) {
      throw new IllegalArgumentException(
          "%s: every tensor listed is quantized, and there is at least one"
              .formatted(json.where("tensors")));
    }
    for (TensorShape shape : architecture.quantizable()) {
      if (names.stream()
          .noneMatch(name -> name.equals(shape.name()) || name.startsWith(shape.name() + "["))) {
        names.add(shape.name());
        precisions.put(shape.name(), Precision.FULL);
      }
    }
    Map<String, TensorStorage> storage =
        ModelUnits.named(architecture, names, json.where("tensors"))
            .storage(precisions, PrecisionJson.scales(json));
    storage.values().removeIf(stored -> !stored.quantized());
    return storage;
  }

  private static AdmmSettings settings(JsonObject json, String location) {
    int rounds = json.integer("rounds", 1, Integer.MAX_VALUE);
    try {
      return new AdmmSettings(rounds, json.number("gamma"), json.number("gamma-growth"));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("%s: %s".formatted(location, e.getMessage()), e);
    }
  }

  /** The tensors of {@code admm.safetensors} by name. */
  private record Arrays(Map<String, float[]> floats, Map<String, byte[]> bytes) {}

  private static Arrays readArrays(InputStream in, ModelFiles files, Scalars scalars)
      throws IOException {
    String location = files.location(ARRAYS);
    SafetensorsReader reader = SafetensorsReader.begin(in, files.length(ARRAYS), location);
    List<Entry> expected = entries(scalars.architecture(), scalars.storage());
    if (!reader.entries().equals(expected)) {
      throw new IllegalArgumentException(
          "%s does not hold the tensors that %s announces".formatted(location, SCALARS));
    }
    Arrays arrays = new Arrays(new HashMap<>(), new HashMap<>());
    for (Entry entry : reader.entries()) {
      switch (entry.type()) {
        case F32, F16, BF16 -> arrays.floats().put(entry.name(), reader.floats(entry.name()));
        case U8 -> arrays.bytes().put(entry.name(), reader.bytes(entry.name()));
      }
    }
    return arrays;
  }

  private static AdmmState.Tensors assemble(Scalars scalars, Arrays arrays, String location) {
    Map<String, float[]> weights = new LinkedHashMap<>();
    for (TensorShape shape : scalars.architecture().tensors()) {
      weights.put(shape.name(), arrays.floats().get(shape.name()));
    }
    Map<String, QuantizedTensor> quantized = new LinkedHashMap<>();
    Map<String, float[]> multipliers = new LinkedHashMap<>();
    for (TensorShape shape : scalars.architecture().quantizable()) {
      String name = shape.name();
      TensorStorage storage = scalars.storage().get(name);
      if (storage != null) {
        multipliers.put(name, arrays.floats().get(multiplier(name)));
        float[] scales = arrays.floats().get(scales(name));
        byte[] codes = arrays.bytes().get(codes(name));
        quantized.put(name, QuantizedTensor.ofPacked(shape, storage, scales, codes, location));
      }
    }
    return new AdmmState.Tensors(
        LmWeights.of(scalars.architecture(), weights), quantized, multipliers);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
