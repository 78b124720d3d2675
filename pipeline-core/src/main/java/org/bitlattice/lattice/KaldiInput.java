package org.bitlattice.lattice;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;

/** Bytes of a Kaldi archive, unpacked, with their place; numbers are little-endian. */
final class KaldiInput {
  private final InputStream in;
  private final byte[] buffer = new byte[1 << 16];
  private int position;
  private int filled;
  private long before;
  private long line = 1;

  /**
   * @param offset place of the stream's first byte in the file
   */
  KaldiInput(InputStream in, long offset) {
    this.in = in;
    this.before = offset;
  }

  /** Unpacks the stream when it begins as gzip files do. */
  static InputStream unpacked(InputStream raw) throws IOException {
    BufferedInputStream in = new BufferedInputStream(raw, 1 << 16);
    in.mark(2);
    boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
    in.reset();
    return gzip ? new GZIPInputStream(in, 1 << 16) : in;
  }

  /** Place of the next byte. */
  long offset() {
    return before + position;
  }

  /** Number of the line of the next byte, as far as text was read. */
  long line() {
    return line;
  }

  /** The next byte without taking it, −1 at the end. */
  int peek() throws IOException {
    if (position == filled) {
      before += filled;
      position = 0;
      filled = Math.max(0, in.read(buffer, 0, buffer.length));
    }
    return position < filled ? buffer[position] & 0xff : -1;
  }

  /** The next byte, −1 at the end. */
  int read() throws IOException {
    int next = peek();
    if (next >= 0) {
      position++;
      line += next == '\n' ? 1 : 0;
    }
    return next;
  }

  private int required() throws IOException {
    int next = peek();
    if (next < 0) {
      throw new EOFException("the file ends within a binary lattice");
    }
    position++;
    return next;
  }

  int int32() throws IOException {
    if (filled - position >= 4) {
      int at = position;
      position += 4;
      return (buffer[at] & 0xff)
          | ((buffer[at + 1] & 0xff) << 8)
          | ((buffer[at + 2] & 0xff) << 16)
          | (buffer[at + 3] << 24);
    }
    return required() | (required() << 8) | (required() << 16) | (required() << 24);
  }

  long int64() throws IOException {
    return (int32() & 0xffffffffL) | ((long) int32() << 32);
  }

  float float32() throws IOException {
    return Float.intBitsToFloat(int32());
  }

  void skip(long bytes) throws IOException {
    long left = bytes;
    while (left > 0) {
      if (peek() < 0) {
        throw new EOFException("the file ends within a binary lattice");
      }
      int step = (int) Math.min(left, filled - position);
      position += step;
      left -= step;
    }
  }

  /** Short text with its length before it; null when the length is not from 0 to the limit. */
  String string(int longest) throws IOException {
    int length = int32();
    if (length < 0 || length > longest) {
      return null;
    }
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) required();
    }
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /**
   * The bytes up to the next line feed, which is taken and left out; null at the end of the file.
   *
   * @param longest bytes that are kept; a longer line is passed over and cut there
   */
  byte[] line(int longest) throws IOException {
    if (peek() < 0) {
      return null;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    while (peek() >= 0) {
      int end = position;
      while (end < filled && buffer[end] != '\n') {
        end++;
      }
      int kept = Math.min(end - position, longest - bytes.size());
      bytes.write(buffer, position, Math.max(0, kept));
      boolean ended = end < filled;
      position = ended ? end + 1 : end;
      if (ended) {
        line++;
        break;
      }
    }
    return bytes.toByteArray();
  }
}
