package org.bitlattice.run;

import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Takes bytes for their digest alone. */
public final class DigestSink extends OutputStream {
  private final MessageDigest digest = Digest.sha256();

  @Override
  public void write(int b) {
    digest.update((byte) b);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    digest.update(bytes, offset, length);
  }

  /** Digest of all bytes so far, as {@link Digest} writes it; later ones begin anew. */
  public String digest() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
