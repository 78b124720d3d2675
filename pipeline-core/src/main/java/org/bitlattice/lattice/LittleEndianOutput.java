package org.bitlattice.lattice;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Numbers as bytes, the lowest first. */
final class LittleEndianOutput {
  private final OutputStream out;
  private final byte[] bytes = new byte[8];

  LittleEndianOutput(OutputStream out) {
    this.out = out;
  }

  void int32(int value) throws IOException {
    write(value, 4);
  }

  void int64(long value) throws IOException {
    write(value, 8);
  }

  private void write(long value, int length) throws IOException {
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (value >>> (8 * i));
    }
    out.write(bytes, 0, length);
  }

  /** A text with its length before it. */
  void string(String text) throws IOException {
    byte[] encoded = text.getBytes(StandardCharsets.ISO_8859_1);
    int32(encoded.length);
    out.write(encoded);
  }
}
