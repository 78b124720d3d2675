package org.bitlattice.lm;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.bitlattice.lm.Safetensors.Entry;
import org.bitlattice.lm.Safetensors.Type;

/**
 * Reads a safetensors file as a stream. The header is checked against the file's length before any
 * tensor is allocated: known types, shapes that match their lengths, and offsets that cover the
 * data without gap or overlap. Tensors are then read in the order in which they lie in the file.
 */
public final class SafetensorsReader {
  private static final int CHUNK_FLOATS = 16_384;

  /** A header longer than this would allocate much before it is checked. */
  private static final String HEADER_RULE =
      "a safetensors header has 2 to " + Safetensors.MAX_HEADER_BYTES + " bytes inside the file";

  private final InputStream in;
  private final String location;
  private final List<Entry> entries;
  private final Map<String, String> metadata;
  private int next;

  private SafetensorsReader(
      InputStream in, String location, List<Entry> entries, Map<String, String> metadata) {
    this.in = in;
    this.location = location;
    this.entries = entries;
    this.metadata = metadata;
  }

  /**
   * Reads and checks the header of a file of our own.
   *
   * @param fileLength length of the whole file in bytes
   * @param location where the file lies, for messages
   * @throws IllegalArgumentException naming file and tensor when the header breaks a rule
   */
  public static SafetensorsReader begin(InputStream in, long fileLength, String location)
      throws IOException {
    return begin(in, fileLength, location, List.of(Type.F32, Type.F16, Type.U8));
  }

  /**
   * Reads and checks a header.
   *
   * @param fileLength length of the whole file in bytes
   * @param location where the file lies, for messages
   * @param types types that a tensor may have
   * @throws IllegalArgumentException naming file and tensor when the header breaks a rule
   */
  public static SafetensorsReader begin(
      InputStream in, long fileLength, String location, List<Type> types) throws IOException {
    if (fileLength < Safetensors.LENGTH_BYTES) {
      throw new IllegalArgumentException(
          "%s: %d bytes are too few for a safetensors file".formatted(location, fileLength));
    }
    byte[] prefix = exactly(in, Safetensors.LENGTH_BYTES, location, "its header length");
    long length = ByteBuffer.wrap(prefix).order(ByteOrder.LITTLE_ENDIAN).getLong();
    long room = Math.min(Safetensors.MAX_HEADER_BYTES, fileLength - Safetensors.LENGTH_BYTES);
    if (length < 2 || length > room) {
      throw new IllegalArgumentException(
          "%s: the header length is %d in a file of %d bytes; %s"
              .formatted(location, length, fileLength, HEADER_RULE));
    }
    JsonObject header =
        JsonObject.parse(exactly(in, (int) length, location, "its header"), location);
    long data = fileLength - Safetensors.LENGTH_BYTES - length;
    return new SafetensorsReader(
        in, location, inFileOrder(header, data, location, types), metadata(header));
  }

  private static Map<String, String> metadata(JsonObject header) {
    Map<String, String> metadata = new TreeMap<>();
    if (header.keys().contains(Safetensors.METADATA)) {
      JsonObject fields = header.object(Safetensors.METADATA);
      fields.keys().forEach(key -> metadata.put(key, fields.text(key)));
    }
    return metadata;
  }

  private record Placed(Entry entry, long begin, long end) {}

  private static List<Entry> inFileOrder(
      JsonObject header, long data, String location, List<Type> types) {
    List<Placed> placed = new ArrayList<>();
    for (String name : header.keys()) {
      if (!name.equals(Safetensors.METADATA)) {
        Type type = type(header.object(name), name, location, types);
        placed.add(placed(header, name, type, data, location));
      }
    }
    placed.sort(Comparator.comparingLong(Placed::begin).thenComparingLong(Placed::end));
    long end = 0;
    for (Placed tensor : placed) {
      if (tensor.begin() != end) {
        throw new IllegalArgumentException(
            "%s: the tensor %s begins at offset %d where the one before it ends at %d; tensors lie"
                    .formatted(location, tensor.entry().name(), tensor.begin(), end)
                + " one after the other without gap or overlap");
      }
      end = tensor.end();
    }
    if (end != data) {
      throw new IllegalArgumentException(
          "%s: the tensors end at offset %d, but the file holds %d bytes of data"
              .formatted(location, end, data));
    }
    return placed.stream().map(Placed::entry).toList();
  }

  private static Type type(JsonObject fields, String name, String location, List<Type> types) {
    fields.allowOnly("dtype", "shape", "data_offsets");
    String label = fields.text("dtype");
    for (Type type : types) {
      if (type.name().equals(label)) {
        return type;
      }
    }
    String allowed = types.stream().map(Type::name).collect(Collectors.joining(", "));
    throw new IllegalArgumentException(
        "%s: the tensor %s has the type %s; only %s are read"
            .formatted(location, name, label, allowed.replaceFirst(", (?=[^,]*$)", " and ")));
  }

  private static Placed placed(
      JsonObject header, String name, Type type, long data, String location) {
    JsonObject fields = header.object(name);
    List<Integer> shape =
        fields.integers("shape", 0, Integer.MAX_VALUE).stream().map(Math::toIntExact).toList();
    List<Long> offsets = fields.integers("data_offsets", 0, data);
    Entry entry;
    try {
      entry = new Entry(name, type, shape);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("%s: %s".formatted(location, e.getMessage()), e);
    }
    if (offsets.size() != 2 || offsets.get(1) - offsets.get(0) != entry.length()) {
      throw new IllegalArgumentException(
          "%s: the tensor %s of type %s and shape %s has %d bytes, but its offsets are %s"
              .formatted(location, name, type, shape, entry.length(), offsets));
    }
    return new Placed(entry, offsets.get(0), offsets.get(1));
  }

  /** The tensors in file order. */
  public List<Entry> entries() {
    return entries;
  }

  /** Where the file lies, for messages. */
  String location() {
    return location;
  }

  /** The header's free text fields, sorted by name. */
  public Map<String, String> metadata() {
    return Map.copyOf(metadata);
  }

  /**
   * Reads the next tensor of {@link #entries()}, one of numbers, as single precision; half
   * precision is widened without loss.
   *
   * @throws IllegalStateException when the next tensor has another name or is one of bytes
   * @throws EOFException when the file is shorter than it was said to be
   */
  public float[] floats(String name) throws IOException {
    Entry entry = advance(name, Type.F32, Type.F16, Type.BF16);
    float[] values = new float[entry.elements()];
    for (int from = 0; from < values.length; from += CHUNK_FLOATS) {
      int length = Math.min(CHUNK_FLOATS, values.length - from);
      ByteBuffer chunk =
          ByteBuffer.wrap(
                  exactly(in, entry.type().bytes() * length, location, "the tensor " + name))
              .order(ByteOrder.LITTLE_ENDIAN);
      if (entry.type() == Type.F32) {
        chunk.asFloatBuffer().get(values, from, length);
      } else {
        widen(chunk.asShortBuffer(), entry.type(), values, from);
      }
    }
    return values;
  }

  private static void widen(ShortBuffer halves, Type type, float[] values, int from) {
    for (int i = 0; i < halves.limit(); i++) {
      short half = halves.get(i);
      values[from + i] = type == Type.F16 ? Float16.value(half) : Float.intBitsToFloat(half << 16);
    }
  }

  /**
   * Reads the next tensor of {@link #entries()}, one of bytes.
   *
   * @throws IllegalStateException when the next tensor has another name or type
   * @throws EOFException when the file is shorter than it was said to be
   */
  public byte[] bytes(String name) throws IOException {
    return exactly(in, advance(name, Type.U8).elements(), location, "the tensor " + name);
  }

  private Entry advance(String name, Type... types) {
    Entry expected = next < entries.size() ? entries.get(next) : null;
    if (expected == null
        || !expected.name().equals(name)
        || !List.of(types).contains(expected.type())) {
      throw new IllegalStateException(
          "the tensor %s (%s) was read where %s has %s"
              .formatted(
                  name, List.of(types), location, expected == null ? "no tensor" : expected));
    }
    next++;
    return expected;
  }

  private static byte[] exactly(InputStream in, int length, String location, String what)
      throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException(
          "%s: the file ends inside %s, %d bytes too early"
              .formatted(location, what, length - bytes.length));
    }
    return bytes;
  }
}
