package org.bitlattice.lm;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The safetensors file format, version of 2022: eight bytes little-endian header length N, N bytes
 * of JSON (padded with spaces), then the tensors' bytes without gaps. This class holds what a
 * writer and a reader share: entries, header text and sizes. {@link SafetensorsWriter} and {@link
 * SafetensorsReader} stream the data. Our own files have the types F32, F16 and U8 only.
 */
public final class Safetensors {
  /**
   * Longest header that is written or read, 16 MiB: room for a hundred thousand tensors. The
   * format's reference implementation stops at 100 MB; parsing that much JSON takes gigabytes.
   */
  public static final int MAX_HEADER_BYTES = 1 << 24;

  /** Headers are padded to a multiple of this, so that the data begin aligned. */
  static final int ALIGNMENT = 8;

  /** Bytes of the header length at the start of a file. */
  static final int LENGTH_BYTES = 8;

  private Safetensors() {}

  /** Element type of a tensor. */
  public enum Type {
    /** IEEE 754 single precision, little endian. */
    F32(4),
    /** IEEE 754 half precision, little endian. */
    F16(2),
    /** The upper half of single precision, little endian; read, never written. */
    BF16(2),
    /** Unsigned bytes. */
    U8(1);

    private final int bytes;

    Type(int bytes) {
      this.bytes = bytes;
    }

    /** Bytes of an element. */
    public int bytes() {
      return bytes;
    }
  }

  /**
   * One tensor of a file.
   *
   * @param name its name, not empty and not {@code __metadata__}
   * @param type its element type
   * @param shape its dimensions, each at least 0, with fewer than 2³¹ elements in all
   */
  public record Entry(String name, Type type, List<Integer> shape) {
    /**
     * @throws IllegalArgumentException when the name is reserved or the shape out of bounds
     */
    public Entry {
      if (name.isEmpty() || name.equals(METADATA)) {
        throw new IllegalArgumentException("\"%s\" cannot be a tensor's name".formatted(name));
      }
      shape = List.copyOf(shape);
      long elements = 1;
      for (int dimension : shape) {
        elements = dimension < 0 ? -1 : elements * dimension;
        if (elements < 0 || elements > Integer.MAX_VALUE) {
          throw new IllegalArgumentException(
              "the tensor %s has the shape %s; dimensions are not negative and a tensor has fewer"
                      .formatted(name, shape)
                  + " than 2^31 elements");
        }
      }
    }

    /** A tensor of floats. */
    public static Entry floats(String name, Integer... shape) {
      return new Entry(name, Type.F32, List.of(shape));
    }

    /** A tensor of halves. */
    public static Entry halves(String name, Integer... shape) {
      return new Entry(name, Type.F16, List.of(shape));
    }

    /** A tensor of bytes in one dimension. */
    public static Entry bytes(String name, int length) {
      return new Entry(name, Type.U8, List.of(length));
    }

    /** Number of elements. */
    public int elements() {
      return shape.stream().reduce(1, Math::multiplyExact);
    }

    /** Number of bytes of the data. */
    public long length() {
      return (long) elements() * type.bytes();
    }
  }

  static final String METADATA = "__metadata__";

  /** Bytes of the data of all entries. */
  public static long dataLength(List<Entry> entries) {
    return entries.stream().mapToLong(Entry::length).sum();
  }

  /** Length of the header of these entries in this order, padded to a multiple of 8. */
  public static int headerLength(List<Entry> entries) {
    return padded(headerText(entries, Map.of()));
  }

  /**
   * Length that suffices for the header of these entries, and of any others with the same names and
   * no longer shapes, in every order, as long as no offset is above {@code largestOffset}.
   */
  public static int headerLengthAtMost(List<Entry> entries, long largestOffset) {
    return padded(
        entries.stream()
            .map(entry -> headerText(entry, largestOffset, largestOffset))
            .collect(Collectors.joining(",", "{", "}")));
  }

  static int padded(String text) {
    int plain = text.getBytes(StandardCharsets.UTF_8).length;
    return (plain + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /** Length of a whole file with a header of {@code headerLength} bytes. */
  public static long fileLength(List<Entry> entries, int headerLength) {
    return LENGTH_BYTES + headerLength + dataLength(entries);
  }

  static String headerText(List<Entry> entries, Map<String, String> metadata) {
    StringJoiner json = new StringJoiner(",", "{", "}");
    if (!metadata.isEmpty()) {
      json.add(
          new TreeMap<>(metadata)
              .entrySet().stream()
                  .map(e -> JsonObject.quote(e.getKey()) + ":" + JsonObject.quote(e.getValue()))
                  .collect(Collectors.joining(",", "\"" + METADATA + "\":{", "}")));
    }
    Set<String> names = new HashSet<>();
    long offset = 0;
    for (Entry entry : entries) {
      if (!names.add(entry.name())) {
        throw new IllegalArgumentException("the tensor %s is given twice".formatted(entry.name()));
      }
      json.add(headerText(entry, offset, offset + entry.length()));
      offset += entry.length();
    }
    return json.toString();
  }

  private static String headerText(Entry entry, long begin, long end) {
    return "%s:{\"dtype\":\"%s\",\"shape\":[%s],\"data_offsets\":[%d,%d]}"
        .formatted(
            JsonObject.quote(entry.name()),
            entry.type(),
            entry.shape().stream().map(String::valueOf).collect(Collectors.joining(",")),
            begin,
            end);
  }
}
