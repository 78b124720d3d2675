package org.bitlattice.lattice;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.zip.ZipException;

/**
 * The unpacked bytes of a file that may be compressed. Damage is reported as a plain {@link
 * IOException}, so that it cannot be taken for damage of something packed within the file.
 */
final class SlfStream extends FilterInputStream {
  /** A tar archive ends with at least two empty records. */
  private static final int TAR_END = 1024;

  private long zerosAtEnd;
  private Optional<IOException> failure = Optional.empty();

  private SlfStream(InputStream in) {
    super(in);
  }

  /** Unpacks the stream when it begins as gzip files do. */
  static SlfStream unpacked(InputStream raw) throws IOException {
    return new SlfStream(KaldiInput.unpacked(raw));
  }

  /** The bytes as they are. */
  static SlfStream plain(InputStream raw) {
    return new SlfStream(raw);
  }

  /** Why the bytes could not be read, where that is not damage. */
  Optional<IOException> failure() {
    return failure;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    try {
      int read = super.read(buffer, offset, length);
      if (read > 0) {
        countZeros(buffer, offset, read);
      }
      return read;
    } catch (EOFException | ZipException e) {
      throw new IOException(e.getMessage(), e);
    } catch (IOException e) {
      failure = Optional.of(e);
      throw e;
    }
  }

  private void countZeros(byte[] buffer, int offset, int read) {
    int zeros = 0;
    while (zeros < read && buffer[offset + read - 1 - zeros] == 0) {
      zeros++;
    }
    zerosAtEnd = zeros == read ? zerosAtEnd + zeros : zeros;
  }

  /** Skipping reads, so that no byte goes uncounted. */
  @Override
  public long skip(long bytes) throws IOException {
    return Math.max(0, read(new byte[(int) Math.min(bytes, 1 << 16)]));
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  /** Reads to the end, where a compressed file keeps its check sum. */
  void finish() throws IOException {
    transferTo(OutputStream.nullOutputStream());
  }

  /** Reads to the end and checks that a tar archive really ends there. */
  void finishTar() throws IOException {
    finish();
    if (zerosAtEnd < TAR_END) {
      throw new IOException("the end mark of the archive is missing");
    }
  }

  /** Why reading failed; the end of a compressed file's header comes without words. */
  static String reason(Exception e) {
    return e.getMessage() == null ? "the file ends too early" : e.getMessage();
  }
}
