package org.bitlattice.lattice;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reads n-best lists from a table with tab-separated columns: utterance, rank (from 1),
 * acoustic_ln, lm_ln, n_lm_words (words and the sentence end), total, words. Lines that start with
 * # are headers. The lines of an utterance stand together in the order of their ranks. Scores are
 * natural logarithms.
 *
 * <p>A line that is wrong costs the list that it belongs to and no other. A line that is not text,
 * or longer than {@value #LONGEST_LINE} bytes, ends the table.
 */
public final class NBestTsv {
  /** First line of a table. */
  public static final String HEADER =
      "# utterance\trank\tacoustic_ln\tlm_ln\tn_lm_words\ttotal\twords\n";

  private static final int COLUMNS = 7;
  private static final String NAMELESS =
      "the lines of utterance \"%s\" must stand together, and have a name without white space";
  private static final int LONGEST_LINE = 1 << 20;

  private final TextLines lines;
  private final Set<String> seen = new HashSet<>();
  private String line;
  private boolean begun;

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

  /**
   * One list of the table, or the reason why it is of no use.
   *
   * @param utterance what its lines begin with
   * @param line its first line, counted from 1
   */
  record Entry(
      String utterance, long line, Optional<Utterance> list, Optional<LatticeException> failure) {}

  /**
   * @param in text in UTF-8, not compressed; stays open
   * @param file name for messages
   */
  NBestTsv(InputStream in, String file) {
    this.lines = new TextLines(in, file, LONGEST_LINE);
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
    NBestTsv table = new NBestTsv(in, file);
    for (Optional<Entry> e = table.next(); e.isPresent(); e = table.next()) {
      sink.accept(e.get().list().orElseThrow(e.get().failure()::orElseThrow));
    }
  }

  /**
   * The next list; empty at the end.
   *
   * @throws LatticeException when a line is not text or too long: nothing after it is read
   * @throws IOException when reading fails
   */
  Optional<Entry> next() throws IOException {
    if (!begun) {
      begun = true;
      advance();
    }
    if (line == null) {
      return Optional.empty();
    }
    String name = name(line);
    long first = lines.number();
    List<LatticePath> paths = new ArrayList<>();
    Optional<LatticeException> failure = Optional.empty();
    if (name.isEmpty() || name.chars().anyMatch(c -> c <= ' ') || !seen.add(name)) {
      failure = Optional.of(bad(name, NAMELESS.formatted(name)));
    }
    while (line != null && name(line).equals(name)) {
      try {
        if (failure.isEmpty()) {
          paths.add(path(name, paths.size() + 1));
        }
      } catch (LatticeException e) {
        failure = Optional.of(e);
      }
      advance();
    }
    Optional<Utterance> list =
        failure.isEmpty() ? Optional.of(new Utterance(name, first, paths)) : Optional.empty();
    return Optional.of(new Entry(name, first, list, failure));
  }

  private void advance() throws IOException {
    do {
      line = lines.next();
    } while (line != null && (line.startsWith("#") || line.isBlank()));
  }

  private static String name(String line) {
    int tab = line.indexOf('\t');
    return tab < 0 ? line : line.substring(0, tab);
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

  private LatticePath path(String utterance, int rank) {
    lines.requireWholeLine();
    String[] columns = line.split("\t", -1);
    if (columns.length != COLUMNS) {
      throw bad(
          utterance, "an n-best line has %d columns, not %d".formatted(COLUMNS, columns.length));
    }
    if (!columns[1].equals(Integer.toString(rank))) {
      throw bad(utterance, "rank %s stands where %d is due".formatted(columns[1], rank));
    }
    List<String> list = words(utterance, columns[6]);
    if (!columns[4].equals(Integer.toString(list.size() + 1))) {
      throw bad(
          utterance,
          "n_lm_words is %s, but the line has %d words and the sentence end"
              .formatted(columns[4], list.size()));
    }
    return new LatticePath(
        list,
        finite(utterance, columns[2]),
        finite(utterance, columns[3]),
        finite(utterance, columns[5]));
  }

  private List<String> words(String utterance, String text) {
    if (text.chars().anyMatch(c -> c < ' ')) {
      throw bad(utterance, "the words \"%s\" have a control character among them".formatted(text));
    }
    List<String> words = new ArrayList<>();
    for (String word : text.split(" ", -1)) {
      if (!word.isEmpty()) {
        words.add(word);
      }
    }
    return words;
  }

  private double finite(String utterance, String text) {
    double value = DecimalNumber.parsed(text);
    if (Double.isNaN(value)) {
      throw bad(utterance, "the score \"%s\" is not a finite number".formatted(text));
    }
    return value;
  }

  private LatticeException bad(String utterance, String reason) {
    return lines.bad(utterance, reason);
  }
}
