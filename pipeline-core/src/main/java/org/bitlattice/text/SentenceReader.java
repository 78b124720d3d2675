package org.bitlattice.text;

import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Reads a text corpus line by line on one machine. Lines without a word are skipped and counted.
 * The bytes are those of the text: the caller unpacks a compressed file.
 */
public final class SentenceReader implements Iterator<Sentence> {
  private final ByteLines lines;
  private final SentenceParser parser;
  private long emptyLines;
  private Sentence next;

  /**
   * Opens a reader; nothing is read yet.
   *
   * @param in the text, which the caller closes
   * @param location name of the file, for error messages
   * @param format what a line holds
   */
  public SentenceReader(InputStream in, String location, LineFormat format) {
    this.lines = new ByteLines(in, location);
    this.parser = new SentenceParser(format, location);
  }

  /**
   * Reads all sentences of a text.
   *
   * @throws IllegalArgumentException as {@link SentenceParser#parse}
   * @throws UncheckedIOException naming the file when it cannot be read
   */
  public static List<Sentence> readAll(InputStream in, String location, LineFormat format) {
    List<Sentence> sentences = new ArrayList<>();
    new SentenceReader(in, location, format).forEachRemaining(sentences::add);
    return sentences;
  }

  /** Number of lines without a word that were skipped so far. */
  public long emptyLines() {
    return emptyLines;
  }

  @Override
  public boolean hasNext() {
    while (next == null) {
      byte[] bytes = lines.next();
      if (bytes == null) {
        return false;
      }
      Sentence sentence = parser.parse(bytes, bytes.length, lines.line());
      if (sentence.empty()) {
        emptyLines++;
      } else {
        next = sentence;
      }
    }
    return true;
  }

  @Override
  public Sentence next() {
    if (!hasNext()) {
      throw new NoSuchElementException("no sentence after line " + lines.line());
    }
    Sentence sentence = next;
    next = null;
    return sentence;
  }
}
