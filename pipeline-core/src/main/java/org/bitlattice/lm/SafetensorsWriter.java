package org.bitlattice.lm;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bitlattice.lm.Safetensors.Entry;

/**
 * Writes a safetensors file tensor by tensor, in the order of its entries. The same entries and
 * data give the same bytes.
 *
 * <pre>{@code
 * SafetensorsWriter writer = SafetensorsWriter.begin(out, entries, Safetensors.headerLength(entries));
 * writer.floats("decoder.bias", bias);
 * writer.finish();
 * }</pre>
 */
public final class SafetensorsWriter {
  private static final int CHUNK_FLOATS = 16_384;

  private final OutputStream out;
  private final List<Entry> entries;
  private int next;

  private SafetensorsWriter(OutputStream out, List<Entry> entries) {
    this.out = out;
    this.entries = entries;
  }

  /**
   * Writes the header.
   *
   * @param entries the tensors that will follow, in this order
   * @param headerLength length of the header, at least {@link Safetensors#headerLength} and a
   *     multiple of 8; what is not needed is filled with spaces
   * @throws IllegalArgumentException when a name stands twice or the header does not fit
   */
  public static SafetensorsWriter begin(OutputStream out, List<Entry> entries, int headerLength)
      throws IOException {
    return begin(out, entries, Safetensors.headerText(entries, Map.of()), headerLength);
  }

  /**
   * Writes a header with free text fields, as long as it must be.
   *
   * @param metadata fields of {@code __metadata__}
   * @throws IllegalArgumentException when a name stands twice or the header is too long
   */
  public static SafetensorsWriter begin(
      OutputStream out, List<Entry> entries, Map<String, String> metadata) throws IOException {
    String text = Safetensors.headerText(entries, metadata);
    return begin(out, entries, text, Safetensors.padded(text));
  }

  private static SafetensorsWriter begin(
      OutputStream out, List<Entry> entries, String header, int headerLength) throws IOException {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    if (headerLength < text.length
        || headerLength % Safetensors.ALIGNMENT != 0
        || headerLength > Safetensors.MAX_HEADER_BYTES) {
      throw new IllegalArgumentException(
          "a safetensors header of %d bytes cannot hold %d; it must be a multiple of %d up to %d"
              .formatted(
                  headerLength, text.length, Safetensors.ALIGNMENT, Safetensors.MAX_HEADER_BYTES));
    }
    byte[] padded = Arrays.copyOf(text, headerLength);
    Arrays.fill(padded, text.length, headerLength, (byte) ' ');
    out.write(
        ByteBuffer.allocate(Safetensors.LENGTH_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(headerLength)
            .array());
    out.write(padded);
    return new SafetensorsWriter(out, List.copyOf(entries));
  }

  /**
   * Writes the next tensor, one of floats.
   *
   * @throws IllegalStateException when the tensor is not the next one, or not of this length
   */
  public void floats(String name, float[] values) throws IOException {
    advance(name, Safetensors.Type.F32, values.length);
    ByteBuffer chunk = ByteBuffer.allocate(4 * CHUNK_FLOATS).order(ByteOrder.LITTLE_ENDIAN);
    for (int from = 0; from < values.length; from += CHUNK_FLOATS) {
      int length = Math.min(CHUNK_FLOATS, values.length - from);
      chunk.clear();
      chunk.asFloatBuffer().put(values, from, length);
      out.write(chunk.array(), 0, 4 * length);
    }
  }

  /**
   * Writes the next tensor, one of halves; a value that is no half is rounded to the nearest one.
   *
   * @throws IllegalStateException when the tensor is not the next one, or not of this length
   */
  public void halves(String name, float[] values) throws IOException {
    advance(name, Safetensors.Type.F16, values.length);
    ByteBuffer chunk = ByteBuffer.allocate(2 * CHUNK_FLOATS).order(ByteOrder.LITTLE_ENDIAN);
    for (int from = 0; from < values.length; from += CHUNK_FLOATS) {
      int length = Math.min(CHUNK_FLOATS, values.length - from);
      chunk.clear();
      for (int i = from; i < from + length; i++) {
        chunk.putShort(Float16.bits(values[i]));
      }
      out.write(chunk.array(), 0, 2 * length);
    }
  }

  /**
   * Writes the next tensor, one of bytes.
   *
   * @throws IllegalStateException when the tensor is not the next one, or not of this length
   */
  public void bytes(String name, byte[] values) throws IOException {
    advance(name, Safetensors.Type.U8, values.length);
    out.write(values);
  }

  private void advance(String name, Safetensors.Type type, int elements) {
    Entry expected = next < entries.size() ? entries.get(next) : null;
    if (expected == null
        || !expected.name().equals(name)
        || expected.type() != type
        || expected.elements() != elements) {
      throw new IllegalStateException(
          "the tensor %s (%s, %d values) was written where the header has %s"
              .formatted(name, type, elements, expected == null ? "no tensor" : expected));
    }
    next++;
  }

  /**
   * Flushes the stream; closing it is the caller's.
   *
   * @throws IllegalStateException when tensors of the header have not been written
   */
  public void finish() throws IOException {
    if (next < entries.size()) {
      throw new IllegalStateException(
          "the tensor %s was never written".formatted(entries.get(next).name()));
    }
    out.flush();
  }
}
