package org.bitlattice.lattice;

import java.io.IOException;
import java.io.InputStream;
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
  /** First line of a table. */
  public static final String HEADER =
      "# utterance\trank\tacoustic_ln\tlm_ln\tn_lm_words\ttotal\twords\n";

  private static final int COLUMNS = 7;
  private static final int LONGEST_LINE = 1 << 20;

  private final String file;
  private final Consumer<Utterance> sink;
  private final Set<String> seen = new HashSet<>();
  private String utterance = "";
  private List<LatticePath> paths = new ArrayList<>();
  private long number;
  private long firstLine;

  /**
   * The list of one utterance, best first.
   *
   * @param name the utterance
   * @param line line of its first path, counted from 1
   */
  public record Utterance(String name, long line, List<LatticePath> paths) {
    /** Copies the paths. */
    public Utterance {
      paths = List.copyOf(paths);
    }

    /**
     * The list as a lattice: one chain a path, with the path's scores on its first arc.
     *
     * @param source the file, for messages
     * @param scales scales of the first pass
     */
    public Lattice lattice(String source, PathScales scales) {
      LatticeBuilder builder = new LatticeBuilder(name, source).scales(scales);
      int start = builder.addNode(Float.NaN);
      int end = builder.addNode(Float.NaN);
      for (LatticePath path : paths) {
        int at = start;
        for (int i = 0; i < path.words().size(); i++) {
          boolean last = i + 1 == path.words().size();
          int next = last ? end : builder.addNode(Float.NaN);
          double acoustic = i == 0 ? path.acousticLn() : 0;
          builder.addArc(at, next, path.words().get(i), acoustic, i == 0 ? path.lmLn() : 0);
          at = next;
        }
        if (path.words().isEmpty()) {
          builder.addArc(start, end, null, path.acousticLn(), path.lmLn());
        }
      }
      return builder.build(start, end);
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
    TextLines lines = new TextLines(in, file, LONGEST_LINE);
    for (String line = lines.next(); line != null; line = lines.next()) {
      reader.number = lines.number();
      if (!line.startsWith("#") && !line.isBlank()) {
        reader.line(line.split("\t", -1));
      }
    }
    reader.finishUtterance();
  }

  /**
   * Writes the lists of one utterance, best first; the header belongs before the first one.
   *
   * @throws IllegalArgumentException when the name has white space
   * @throws IOException when writing fails
   */
  public static void write(String utterance, List<LatticePath> paths, Appendable out)
      throws IOException {
    if (utterance.isEmpty() || utterance.chars().anyMatch(c -> c <= ' ')) {
      throw new IllegalArgumentException(
          "\"%s\" cannot name an utterance of an n-best table: names are not empty and have no white space"
              .formatted(utterance));
    }
    for (int i = 0; i < paths.size(); i++) {
      LatticePath path = paths.get(i);
      out.append(utterance).append('\t').append(Integer.toString(i + 1));
      out.append('\t').append(Double.toString(path.acousticLn()));
      out.append('\t').append(Double.toString(path.lmLn()));
      out.append('\t').append(Integer.toString(path.words().size() + 1));
      out.append('\t').append(Double.toString(path.total()));
      out.append('\t').append(String.join(" ", path.words())).append('\n');
    }
  }

  private void line(String[] columns) {
    if (columns.length != COLUMNS) {
      throw bad("an n-best line has %d columns, not %d".formatted(COLUMNS, columns.length));
    }
    if (paths.isEmpty() || !columns[0].equals(utterance)) {
      finishUtterance();
      utterance = columns[0];
      firstLine = number;
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
      sink.accept(new Utterance(utterance, firstLine, paths));
      paths = new ArrayList<>();
    }
  }

  private LatticeException bad(String reason) {
    return new LatticeException(utterance, file, number, reason);
  }
}
