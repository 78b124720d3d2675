package org.bitlattice.jobs.prepare;

import java.io.Serializable;
import org.bitlattice.text.Sentence;
import org.bitlattice.text.SentenceParser;

/**
 * What reading a text, or a part of it, found. Problems are collected as a value, not thrown, so
 * that the first one in the file is reported whatever the order of the tasks.
 *
 * @param sentences lines with a word
 * @param emptyLines lines without one
 * @param problemLine first line that could not be parsed, or {@link Long#MAX_VALUE}
 * @param problem what is wrong with it, or the empty string
 */
record TextScan(long sentences, long emptyLines, long problemLine, String problem)
    implements Serializable {
  static final TextScan NOTHING = new TextScan(0, 0, Long.MAX_VALUE, "");

  /** This part and one further line. */
  TextScan and(NumberedLine line, SentenceParser parser) {
    try {
      Sentence sentence = parser.parse(line.bytes(), line.bytes().length, line.number());
      return sentence.empty()
          ? new TextScan(sentences, emptyLines + 1, problemLine, problem)
          : new TextScan(sentences + 1, emptyLines, problemLine, problem);
    } catch (IllegalArgumentException e) {
      return and(new TextScan(0, 0, line.number(), e.getMessage()));
    }
  }

  /** This part and another one. */
  TextScan and(TextScan other) {
    boolean earlier = problemLine <= other.problemLine;
    return new TextScan(
        sentences + other.sentences,
        emptyLines + other.emptyLines,
        earlier ? problemLine : other.problemLine,
        earlier ? problem : other.problem);
  }

  /** Lines that could be parsed. */
  long lines() {
    return sentences + emptyLines;
  }
}
