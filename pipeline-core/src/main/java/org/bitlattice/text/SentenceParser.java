package org.bitlattice.text;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns the bytes of one line into a {@link Sentence}. Lines are strict UTF-8 and end at a line
 * feed; every other white space, a carriage return included, separates words. A byte order mark at
 * the start of line 1 is dropped.
 *
 * @param format what a line holds
 * @param location name of the file, for error messages
 */
public record SentenceParser(LineFormat format, String location) implements Serializable {
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  /** The start-of-sentence word of ARPA models, which running text must not hold. */
  static final String SENTENCE_START = "<s>";

  /**
   * Parses one line.
   *
   * @param bytes buffer that holds the line
   * @param length number of bytes of the line, which starts at index 0, without its line feed
   * @param line line number, counted from 1
   * @throws IllegalArgumentException naming file and line when the bytes are not UTF-8, or when a
   *     sentence-boundary word stands in the line
   */
  public Sentence parse(byte[] bytes, int length, long line) {
    List<String> fields = fields(bytes, length, line);
    String id = "";
    if (format == LineFormat.ID_AND_WORDS && !fields.isEmpty()) {
      id = fields.remove(0);
    }
    for (String word : fields) {
      if (word.equals(Vocabulary.DEFAULT_BOUNDARY) || word.equals(SENTENCE_START)) {
        throw new IllegalArgumentException(
            ("%s:%d: the word %s marks a sentence boundary and cannot stand in running"
                    + " text, where every line is one sentence")
                .formatted(location, line, word));
      }
    }
    return new Sentence(line, id, fields);
  }

  /** The fields of a line, whatever they are. */
  List<String> fields(byte[] bytes, int length, long line) {
    String text = decode(bytes, length, line);
    if (line == 1 && !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK) {
      text = text.substring(1);
    }
    return split(text);
  }

  private String decode(byte[] bytes, int length, long line) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes, 0, length);
    CharBuffer out = CharBuffer.allocate(length);
    CoderResult result = decoder.decode(in, out, true);
    if (result.isError()) {
      throw new IllegalArgumentException(
          "%s:%d: byte 0x%02X in column %d is not valid UTF-8; text must be UTF-8"
              .formatted(location, line, bytes[in.position()], in.position() + 1));
    }
    return out.flip().toString();
  }

  private static List<String> split(String text) {
    List<String> fields = new ArrayList<>();
    int end = 0;
    while (end < text.length()) {
      int start = end;
      while (start < text.length() && Character.isWhitespace(text.charAt(start))) {
        start++;
      }
      end = start;
      while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
        end++;
      }
      if (end > start) {
        fields.add(text.substring(start, end));
      }
    }
    return fields;
  }
}
