package org.bitlattice.lattice;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * One line of an HTK lattice cut into {@code key=value} fields. The object is used again for every
 * line; {@link #next()} moves to the next field.
 */
final class SlfLine {
  private final String utterance;
  private final String file;
  private String text = "";
  private int number;
  private int position;
  private String key = "";
  private String value = "";

  SlfLine(String utterance, String file) {
    this.utterance = utterance;
    this.file = file;
  }

  void reset(String line) {
    text = line;
    number++;
    position = 0;
  }

  /** Moves to the next field; false when there is none. */
  boolean next() {
    int begin = position;
    while (begin < text.length() && text.charAt(begin) <= ' ') {
      begin++;
    }
    if (begin == text.length()) {
      return false;
    }
    int end = begin;
    int equals = -1;
    while (end < text.length() && text.charAt(end) > ' ') {
      if (equals < 0 && text.charAt(end) == '=') {
        equals = end;
      }
      end++;
    }
    if (equals <= begin) {
      throw bad(
          "\"%s\" is not a field of an HTK lattice: fields are written key=value"
              .formatted(text.substring(begin, end)));
    }
    key = text.substring(begin, equals);
    value = text.substring(equals + 1, end);
    position = end;
    return true;
  }

  /** Number of the line, counted from 1. */
  int lineNumber() {
    return number;
  }

  String key() {
    return key;
  }

  /** The value without quotes around it and with its backslash escapes resolved. */
  String string() {
    String plain = value;
    int last = plain.length() - 1;
    if (last >= 1
        && (plain.charAt(0) == '"' || plain.charAt(0) == '\'')
        && plain.charAt(last) == plain.charAt(0)) {
      plain = plain.substring(1, last);
    }
    plain = plain.indexOf('\\') < 0 ? plain : unescaped(plain);
    if (plain.isEmpty()) {
      throw bad("the field %s is empty".formatted(key));
    }
    return plain;
  }

  /** HTK writes a special character as \c, and any byte as three octal digits. */
  private String unescaped(String escaped) {
    ByteArrayOutputStream plain = new ByteArrayOutputStream(escaped.length());
    byte[] bytes = escaped.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] != '\\' || i + 1 == bytes.length) {
        plain.write(bytes[i]);
      } else if (isOctal(bytes, i + 1)) {
        plain.write((bytes[i + 1] - '0') * 64 + (bytes[i + 2] - '0') * 8 + bytes[i + 3] - '0');
        i += 3;
      } else {
        plain.write(bytes[++i]);
      }
    }
    try {
      ByteBuffer decoded = ByteBuffer.wrap(plain.toByteArray());
      return StandardCharsets.UTF_8.newDecoder().decode(decoded).toString();
    } catch (CharacterCodingException e) {
      throw bad("the escapes of %s=%s do not spell text in UTF-8".formatted(key, value));
    }
  }

  /** As {@link #string()}, without white space: transcripts and tables separate words by it. */
  String word() {
    String word = string();
    if (word.chars().anyMatch(c -> c <= ' ')) {
      throw bad("%s=%s has white space or a control character in it".formatted(key, value));
    }
    return word;
  }

  private static boolean isOctal(byte[] bytes, int at) {
    boolean octal = at + 2 < bytes.length && bytes[at] <= '3';
    for (int i = at; octal && i < at + 3; i++) {
      octal = bytes[i] >= '0' && bytes[i] <= '7';
    }
    return octal;
  }

  double number() {
    double number = DecimalNumber.parsed(value);
    if (Double.isNaN(number)) {
      throw bad("%s=%s is not a finite number".formatted(key, value));
    }
    return number;
  }

  /** A finite number of at most 32 bits. */
  float shortNumber() {
    float number = (float) number();
    if (Float.isInfinite(number)) {
      throw bad("%s=%s is beyond what 32 bits hold".formatted(key, value));
    }
    return number;
  }

  /** An integer in [0, limit). */
  int index(int limit, String allowed) {
    try {
      int index = Integer.parseInt(value);
      if (index >= 0 && index < limit) {
        return index;
      }
    } catch (NumberFormatException e) {
      throw notIndex(limit, allowed);
    }
    throw notIndex(limit, allowed);
  }

  private LatticeException notIndex(int limit, String allowed) {
    return bad(
        "%s=%s is not possible: %s are numbered 0 to %d".formatted(key, value, allowed, limit - 1));
  }

  /** A count in [least, limit]. */
  int count(int least, int limit) {
    try {
      int count = Integer.parseInt(value);
      if (count >= least && count <= limit) {
        return count;
      }
    } catch (NumberFormatException e) {
      throw notCount(least, limit);
    }
    throw notCount(least, limit);
  }

  private LatticeException notCount(int least, int limit) {
    return bad("%s=%s is not a count of %d to %d".formatted(key, value, least, limit));
  }

  LatticeException bad(String reason) {
    return new LatticeException(utterance, file, number, reason);
  }

  /** An error of the file as a whole. */
  LatticeException badFile(String reason) {
    return new LatticeException(utterance, file, 0, reason);
  }
}
