package org.bitlattice.text;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The lines of a file as bytes, numbered from 1, without the line feeds that end them. */
final class ByteLines {
  private final InputStream in;
  private final String location;
  private long line;

  ByteLines(InputStream in, String location) {
    this.in = new BufferedInputStream(in, 1 << 16);
    this.location = location;
  }

  /** Number of lines read so far. */
  long line() {
    return line;
  }

  /**
   * The next line, or null after the last one.
   *
   * @throws UncheckedIOException naming the file when it cannot be read
   */
  byte[] next() {
    try {
      int b = in.read();
      if (b < 0) {
        return null;
      }
      ByteArrayOutputStream buffer = new ByteArrayOutputStream(128);
      while (b >= 0 && b != '\n') {
        buffer.write(b);
        b = in.read();
      }
      line++;
      return buffer.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read line %d of %s".formatted(line + 1, location), e);
    }
  }
}
