package org.bitlattice.text;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * {@code vocabulary.txt}: one word a line in the order of ids, UTF-8, every line ended by a line
 * feed. Reading also takes carriage return with line feed, and a last line without an end.
 */
public final class VocabularyFile {
  private VocabularyFile() {}

  /**
   * Reads a vocabulary to the end of the stream.
   *
   * @param location where the stream comes from, for messages
   * @throws IOException when reading fails
   * @throws IllegalArgumentException naming location and line when a line is not UTF-8 or not a
   *     word, or as {@link Vocabulary#of} says
   */
  public static Vocabulary read(InputStream in, String location) throws IOException {
    byte[] bytes = in.readAllBytes();
    List<String> words = new ArrayList<>();
    int start = 0;
    while (start < bytes.length) {
      int end = start;
      while (end < bytes.length && bytes[end] != '\n') {
        end++;
      }
      int length = end > start && bytes[end - 1] == '\r' ? end - 1 - start : end - start;
      words.add(decode(ByteBuffer.wrap(bytes, start, length), location, words.size() + 1));
      start = end + 1;
    }
    return Vocabulary.of(words, location);
  }

  private static String decode(ByteBuffer line, String location, int number) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(line)
          .toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "%s:%d: the line is not valid UTF-8".formatted(location, number), e);
    }
  }

  /**
   * Writes a vocabulary and flushes the stream; closing it is the caller's.
   *
   * @throws IOException when writing fails
   */
  public static void write(OutputStream out, Vocabulary vocabulary) throws IOException {
    BufferedWriter writer =
        new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8.newEncoder()));
    for (String word : vocabulary.words()) {
      writer.write(word);
      writer.write('\n');
    }
    writer.flush();
  }

  /** SHA-256 of the file that {@link #write} makes, as 64 hexadecimal digits. */
  public static String sha256(Vocabulary vocabulary) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      write(new DigestOutputStream(OutputStream.nullOutputStream(), digest), vocabulary);
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException | IOException e) {
      throw new IllegalStateException("every Java has SHA-256, and memory takes every byte", e);
    }
  }
}
