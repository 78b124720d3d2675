package org.bitlattice.lattice;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Lines of a text in UTF-8, of bounded length. A line ends with a line feed, a carriage return
 * before it is cut off. Refuses bytes that are not UTF-8.
 */
final class TextLines {
  private final InputStream in;
  private final String utterance;
  private final String file;
  private final int longest;
  private final byte[] buffer = new byte[1 << 16];
  private int position;
  private int filled;
  private long number;

  TextLines(InputStream in, String file, int longest) {
    this(in, "", file, longest);
  }

  TextLines(InputStream in, String utterance, String file, int longest) {
    this.in = in;
    this.utterance = utterance;
    this.file = file;
    this.longest = longest;
  }

  /**
   * The next line, null at the end.
   *
   * @throws LatticeException naming file and line when the line is too long or not UTF-8
   */
  String next() throws IOException {
    if (position == filled && !fill()) {
      return null;
    }
    number++;
    ByteArrayOutputStream line = null;
    while (true) {
      int end = position;
      while (end < filled && buffer[end] != '\n') {
        end++;
      }
      int length = end - position + (line == null ? 0 : line.size());
      if (length > longest) {
        throw bad("the line is longer than %d bytes".formatted(longest));
      }
      if (end < filled && line == null) {
        String text = decoded(buffer, position, end - position);
        position = end + 1;
        return text;
      }
      if (line == null) {
        line = new ByteArrayOutputStream();
      }
      line.write(buffer, position, end - position);
      boolean ended = end < filled;
      position = ended ? end + 1 : end;
      if (ended || !fill()) {
        byte[] bytes = line.toByteArray();
        return decoded(bytes, 0, bytes.length);
      }
    }
  }

  private boolean fill() throws IOException {
    position = 0;
    filled = Math.max(0, in.read(buffer, 0, buffer.length));
    return filled > 0;
  }

  private String decoded(byte[] bytes, int from, int length) {
    int end = length > 0 && bytes[from + length - 1] == '\r' ? length - 1 : length;
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, from, end))
          .toString();
    } catch (CharacterCodingException e) {
      throw bad("the line is not text in UTF-8");
    }
  }

  /** Number of the last line, counted from 1. */
  long number() {
    return number;
  }

  LatticeException bad(String reason) {
    return new LatticeException(utterance, file, number, reason);
  }
}
