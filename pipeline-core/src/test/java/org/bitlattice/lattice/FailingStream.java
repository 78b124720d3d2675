package org.bitlattice.lattice;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;

/** Bytes of a file system that fails after some of them. */
final class FailingStream extends FilterInputStream {
  static final String REASON = "connection reset";

  FailingStream(byte[] bytes, int length) {
    super(new ByteArrayInputStream(bytes, 0, length));
  }

  @Override
  public int read() throws IOException {
    int read = super.read();
    if (read < 0) {
      throw new IOException(REASON);
    }
    return read;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int read = super.read(buffer, offset, length);
    if (read < 0) {
      throw new IOException(REASON);
    }
    return read;
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
