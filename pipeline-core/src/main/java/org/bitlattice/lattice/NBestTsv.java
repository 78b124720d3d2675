package org.bitlattice.lattice;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reads n-best lists from a table with tab-separated columns: utterance, rank (from 1),
 * acoustic_ln, lm_ln, n_lm_words (words and the sentence end), total, words. Lines that start with
 * # are headers. The lines of an utterance stand together in the order of their ranks. Scores are
 * natural logarithms.
 */
public final class NBestTsv {
  private static final int COLUMNS = 7;

  private final String file;
  private final Consumer<Utterance> sink;
  private final Set<String> seen = new HashSet<>();
  private String utterance = "";
  private List<LatticePath> paths = new ArrayList<>();
  private long number;

  /** The list of one utterance, best first. */
  public record Utterance(String name, List<LatticePath> paths) {
    /** Copies the paths. */
    public Utterance {
      paths = List.copyOf(paths);
    }
  }

  private NBestTsv(String file, Consumer<Utterance> sink) {
    this.file = file;
    this.sink = sink;
  }

  /**
   * Reads all lists of a table.
   *
   * @throws LatticeException as {@link #forEach}
   * @throws IOException when reading fails
   */
  public static List<Utterance> read(InputStream in, String file) throws IOException {
    List<Utterance> all = new ArrayList<>();
    forEach(in, file, all::add);
    return all;
  }

  /**
   * Reads a table one utterance at a time.
   *
   * @param in text in UTF-8, not compressed; stays open
   * @param file name for messages
   * @param sink takes every list
   * @throws LatticeException naming file and line when a line has other columns, a number is not
   *     finite, a rank is out of order or an utterance comes back
   * @throws IOException when reading fails
   */
  public static void forEach(InputStream in, String file, Consumer<Utterance> sink)
      throws IOException {
    NBestTsv reader = new NBestTsv(file, sink);
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8), 1 << 16);
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      reader.number++;
      if (!line.startsWith("#") && !line.isBlank()) {
        reader.line(line.split("\t", -1));
      }
    }
    reader.finishUtterance();
  }

  private void line(String[] columns) {
    if (columns.length != COLUMNS) {
      throw bad("an n-best line has %d columns, not %d".formatted(COLUMNS, columns.length));
    }
    if (!columns[0].equals(utterance)) {
      finishUtterance();
      utterance = columns[0];
      if (utterance.isBlank() || !seen.add(utterance)) {
        throw bad(
            "the lines of utterance \"%s\" must have a name and stand together"
                .formatted(utterance));
      }
    }
    if (!columns[1].equals(Integer.toString(paths.size() + 1))) {
      throw bad("rank %s stands where %d is due".formatted(columns[1], paths.size() + 1));
    }
    String words = columns[6].strip();
    List<String> list = words.isEmpty() ? List.of() : List.of(words.split("\\s+"));
    if (!columns[4].equals(Integer.toString(list.size() + 1))) {
      throw bad(
          "n_lm_words is %s, but the line has %d words and the sentence end"
              .formatted(columns[4], list.size()));
    }
    paths.add(new LatticePath(list, finite(columns[2]), finite(columns[3]), finite(columns[5])));
  }

  private double finite(String text) {
    try {
      double value = Double.parseDouble(text);
      if (Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw notFinite(text);
    }
    throw notFinite(text);
  }

  private LatticeException notFinite(String text) {
    return bad("the score \"%s\" is not a finite number".formatted(text));
  }

  private void finishUtterance() {
    if (!paths.isEmpty()) {
      sink.accept(new Utterance(utterance, paths));
      paths = new ArrayList<>();
    }
  }

  private LatticeException bad(String reason) {
    return new LatticeException(utterance, file, number, reason);
  }
}
