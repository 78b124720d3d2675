package org.bitlattice.lattice;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The symbol table of Kaldi lattices ({@code words.txt}): one {@code word id} a line, UTF-8. The id
 * 0 belongs to the empty label. Immutable, but for a table {@link #growing()}.
 */
public final class WordSymbols implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Label of an arc without a word. */
  public static final int EPSILON = 0;

  /** Largest id. */
  public static final int LARGEST_ID = 50_000_000;

  private static final int LONGEST_LINE = 1 << 16;

  private final LinkedHashMap<String, Integer> ids;
  private final Map<Integer, String> words = new HashMap<>();
  private final boolean grows;
  private int next = 1;

  private WordSymbols(LinkedHashMap<String, Integer> ids, boolean grows) {
    this.ids = ids;
    this.grows = grows;
    ids.forEach((word, id) -> words.put(id, word));
  }

  /** A table that gives every new word it is asked for the next free id, beginning with 1. */
  public static WordSymbols growing() {
    LinkedHashMap<String, Integer> ids = new LinkedHashMap<>();
    ids.put("<eps>", EPSILON);
    return new WordSymbols(ids, true);
  }

  /**
   * Reads a table to the end of the stream, which stays open.
   *
   * @param file name for messages
   * @throws LatticeException naming file and line when a line is not {@code word id}, or a word or
   *     an id comes back
   * @throws IOException when reading fails
   */
  public static WordSymbols read(InputStream in, String file) throws IOException {
    LinkedHashMap<String, Integer> ids = new LinkedHashMap<>();
    Map<Integer, Long> lines = new HashMap<>();
    TextLines text = new TextLines(in, file, LONGEST_LINE);
    for (String line = text.next(); line != null; line = text.next()) {
      if (line.isBlank()) {
        continue;
      }
      List<String> columns = columns(line);
      int id = columns.size() == 2 ? id(columns.get(1)) : -1;
      if (id < 0) {
        throw text.bad("\"%s\" is not a word and its id from 0 to %d".formatted(line, LARGEST_ID));
      }
      Long earlier = lines.putIfAbsent(id, text.number());
      if (earlier != null) {
        throw text.bad("the id %d stands in line %d already".formatted(id, earlier));
      }
      if (ids.putIfAbsent(columns.get(0), id) != null) {
        throw text.bad("the word \"%s\" stands in the table twice".formatted(columns.get(0)));
      }
    }
    if (ids.isEmpty()) {
      throw text.bad("the symbol table is empty");
    }
    return new WordSymbols(ids, false);
  }

  private static List<String> columns(String line) {
    List<String> columns = new ArrayList<>(2);
    int at = 0;
    while (at < line.length()) {
      int end = at;
      while (end < line.length() && line.charAt(end) > ' ') {
        end++;
      }
      if (end > at) {
        columns.add(line.substring(at, end));
      }
      at = end + 1;
    }
    return columns;
  }

  private static int id(String text) {
    try {
      int id = Integer.parseInt(text);
      return id <= LARGEST_ID ? id : -1;
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /** The id of a word; −1 when the table lacks it and does not grow. */
  public int id(CharSequence word) {
    Integer id = ids.get(word.toString());
    if (id != null) {
      return id;
    }
    if (!grows) {
      return -1;
    }
    ids.put(word.toString(), next);
    words.put(next, word.toString());
    return next++;
  }

  /** The word of an id, or null when the table lacks it. */
  public String word(int id) {
    return words.get(id);
  }

  /** Number of words, the empty label among them. */
  public int size() {
    return ids.size();
  }

  /** Writes the table in the order of the file, or of growth; flushed, the stream stays open. */
  public void write(OutputStream out) throws IOException {
    BufferedWriter text =
        new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), 1 << 16);
    for (Map.Entry<String, Integer> entry : ids.entrySet()) {
      text.write(entry.getKey() + " " + entry.getValue() + "\n");
    }
    text.flush();
  }
}
