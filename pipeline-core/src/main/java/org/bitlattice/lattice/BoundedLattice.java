package org.bitlattice.lattice;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * The text of one lattice; refuses one that turns out too large. Closing leaves the source open.
 */
final class BoundedLattice extends FilterInputStream {
  private final long largest;
  private final String utterance;
  private final String location;
  private long taken;

  BoundedLattice(InputStream in, long largest, String utterance, String location) {
    super(in);
    this.largest = largest;
    this.utterance = utterance;
    this.location = location;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int read = super.read(buffer, offset, length);
    taken += Math.max(read, 0);
    if (taken > largest) {
      throw new LatticeException(
          utterance, location, 0, "the lattice is larger than %d bytes".formatted(largest));
    }
    return read;
  }

  @Override
  public void close() {
    // the archive goes on
  }
}
