package org.bitlattice.text;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The words of a model from elsewhere in the order of its rows, as a UTF-8 file tells them: one
 * word a line, the first line being row 0, or {@code word row} a line in any order, as Kaldi's
 * {@code words.txt} has them.
 *
 * @param words the word of each row
 * @param location the file, for messages
 */
public record RowWords(List<String> words, String location) {
  /** No matrix has more rows. */
  private static final int LARGEST_ROW = 100_000_000;

  public RowWords {
    words = List.copyOf(words);
  }

  /**
   * Reads a list.
   *
   * @param in the list, which the caller closes
   * @param location name of the file, for messages
   * @throws IllegalArgumentException naming file and line when a line is not of the form of the
   *     first one, a word or row comes twice, a row is not a number, or bytes are not UTF-8; naming
   *     the row when one has no word
   */
  public static RowWords read(InputStream in, String location) {
    ByteLines lines = new ByteLines(in, location);
    SentenceParser parser = new SentenceParser(LineFormat.WORDS, location);
    Rows rows = new Rows(location);
    int form = 0;
    for (byte[] bytes = lines.next(); bytes != null; bytes = lines.next()) {
      List<String> fields = parser.fields(bytes, bytes.length, lines.line());
      if (form == 0 && fields.size() <= 2) {
        form = fields.size();
      }
      if (fields.isEmpty() || fields.size() != form) {
        throw new IllegalArgumentException(
            ("%s:%d: the line has %d fields; every line holds a word, or every line a word and its"
                    + " row, counted from 0")
                .formatted(location, lines.line(), fields.size()));
      }
      int next = Math.toIntExact(lines.line() - 1);
      rows.put(fields.get(0), form == 1 ? next : row(fields, location, lines.line()), lines.line());
    }
    return rows.inOrder();
  }

  private static int row(List<String> fields, String location, long line) {
    String text = fields.get(1);
    if (text.matches("[0-9]{1,9}") && Integer.parseInt(text) <= LARGEST_ROW) {
      return Integer.parseInt(text);
    }
    throw new IllegalArgumentException(
        "%s:%d: the row of \"%s\" is \"%s\"; rows are whole numbers from 0 to %d"
            .formatted(location, line, fields.get(0), text, LARGEST_ROW));
  }

  /** Rows as they come, with the lines that they stand in. */
  private static final class Rows {
    private final String location;
    private final Map<String, Long> lines = new HashMap<>();
    private final Map<Integer, String> words = new HashMap<>();

    Rows(String location) {
      this.location = location;
    }

    void put(String word, int row, long line) {
      Long earlier = lines.putIfAbsent(word, line);
      if (earlier != null) {
        throw new IllegalArgumentException(
            "%s:%d: the word \"%s\" stands in line %d already; every word has one row"
                .formatted(location, line, word, earlier));
      }
      String other = words.putIfAbsent(row, word);
      if (other != null) {
        throw new IllegalArgumentException(
            "%s:%d: the row %d of \"%s\" belongs to \"%s\" in line %d already"
                .formatted(location, line, row, word, other, lines.get(other)));
      }
    }

    RowWords inOrder() {
      List<String> ordered = new ArrayList<>(words.size());
      for (int row = 0; row < words.size(); row++) {
        String word = words.get(row);
        if (word == null) {
          throw new IllegalArgumentException(
              "%s: no word has the row %d, though there are %d words; rows are 0, 1, 2 … without gaps"
                  .formatted(location, row, words.size()));
        }
        ordered.add(word);
      }
      return new RowWords(ordered, location);
    }
  }
}
