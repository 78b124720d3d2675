package org.bitlattice.ngram;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Numbered lines of a text in UTF-8 that end with a line feed; their length is bounded. */
final class ArpaLines {
  /** Most bytes of a line. */
  static final int LONGEST = 1 << 20;

  private final InputStream in;
  private final String location;
  private final byte[] buffer = new byte[1 << 16];
  private int position;
  private int filled;
  private byte[] line = new byte[256];
  private long number;

  ArpaLines(InputStream in, String location) {
    this.in = in;
    this.location = location;
  }

  /** Number of the last line, counted from 1; 0 before the first. */
  long number() {
    return number;
  }

  /**
   * The next line, null at the end.
   *
   * @throws IllegalArgumentException naming file and line when it is too long or not UTF-8
   */
  String next() throws IOException {
    if (position == filled && !fill()) {
      return null;
    }
    number++;
    int length = 0;
    boolean ended = false;
    while (!ended && (position < filled || fill())) {
      int end = position;
      while (end < filled && buffer[end] != '\n') {
        end++;
      }
      length = append(length, end);
      ended = end < filled;
      position = ended ? end + 1 : end;
    }
    return decoded(length);
  }

  private boolean fill() throws IOException {
    position = 0;
    filled = Math.max(0, in.read(buffer, 0, buffer.length));
    return filled > 0;
  }

  /** Adds the buffer's bytes up to an end to the line, and returns its new length. */
  private int append(int length, int end) {
    int longer = length + end - position;
    if (longer > LONGEST) {
      throw bad("the line is longer than %d bytes".formatted(LONGEST));
    }
    if (longer > line.length) {
      line = Arrays.copyOf(line, Math.max(longer, line.length * 2));
    }
    System.arraycopy(buffer, position, line, length, end - position);
    return longer;
  }

  private String decoded(int length) {
    boolean ascii = true;
    for (int i = 0; i < length; i++) {
      ascii &= line[i] >= 0;
    }
    if (ascii) {
      return new String(line, 0, length, StandardCharsets.US_ASCII);
    }
    try {
      ByteBuffer bytes = ByteBuffer.wrap(line, 0, length);
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw bad("the line is not text in UTF-8");
    }
  }

  IllegalArgumentException bad(String reason) {
    return new IllegalArgumentException("%s:%d: %s".formatted(location, number, reason));
  }
}
