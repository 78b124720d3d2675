package org.bitlattice.lattice;

import java.io.EOFException;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.regex.Pattern;
import org.bitlattice.lattice.KaldiArchive.Damage;
import org.bitlattice.lattice.KaldiInput.Place;

/**
 * Text form of Kaldi lattices: an arc or a final state a line, an empty line at the end.
 *
 * <pre>
 * compact:  state next word [graph,acoustic,id_id_…]     lattice:  state next id word [graph,acoustic]
 *           state [graph,acoustic,id_id_…]                         state [graph,acoustic]
 * </pre>
 *
 * A weight that is left out costs nothing. The state of the first line is the start state.
 */
final class KaldiText {
  private static final int LONGEST_LINE = 16 << 20;
  private static final int LARGEST_STATE = 100_000_000;
  private static final int SPARE_STATES = 1000;
  private static final int MOST_COLUMNS = 5;
  private static final Pattern SPACE = Pattern.compile("[ \t\r]+");

  private final KaldiInput in;
  private final String utterance;
  private final String file;
  private Place place;
  private Place placeOfLargest;
  private long lines;
  private final KaldiLatticeBuilder builder = new KaldiLatticeBuilder(null);
  private final BitSet ended = new BitSet();
  private KaldiLattice.Kind kind;

  KaldiText(KaldiInput in, String utterance, String file) {
    this.in = in;
    this.utterance = utterance;
    this.file = file;
  }

  /**
   * Reads a lattice up to its empty line, also when it is of no use.
   *
   * @throws LatticeException naming the line that is wrong
   * @throws Damage when it is not text
   * @throws EOFException when the file ends before the first line
   */
  KaldiLattice read() throws IOException {
    LatticeException problem = null;
    place = in.place();
    for (byte[] line = first(in, utterance, file); line != null; line = next(in)) {
      try {
        if (problem == null) {
          line(new String(line, StandardCharsets.ISO_8859_1));
        }
      } catch (LatticeException e) {
        problem = e;
      }
      place = in.place();
    }
    if (problem != null) {
      throw problem;
    }
    return finished();
  }

  /** Passes over a lattice and its empty line, in the same steps as {@link #read()}. */
  static void skip(KaldiInput in, String utterance, String file) throws IOException {
    byte[] line = first(in, utterance, file);
    while (line != null) {
      line = next(in);
    }
  }

  /** The rest of the key's line: nothing, or the first line of the lattice. */
  private static byte[] first(KaldiInput in, String utterance, String file) throws IOException {
    long offset = in.offset();
    byte[] line = in.line(LONGEST_LINE + 1);
    boolean blank = line != null && isBlank(line);
    if (line == null || (blank && in.peek() < 0)) {
      throw new EOFException("the file ends where a lattice should begin");
    }
    for (byte character : line) {
      if (character == 0) {
        throw new Damage(
            LatticeException.atByte(
                utterance,
                file,
                offset,
                "utterance %s: what begins here is neither a binary nor a text lattice"
                    .formatted(utterance)));
      }
    }
    return line;
  }

  /** The next line, null at the empty line that ends a lattice and at the end of the file. */
  private static byte[] next(KaldiInput in) throws IOException {
    byte[] line = in.line(LONGEST_LINE + 1);
    return line == null || isBlank(line) ? null : line;
  }

  private static boolean isBlank(byte[] line) {
    for (byte character : line) {
      if (character < 0 || character > ' ') {
        return false;
      }
    }
    return true;
  }

  private KaldiLattice finished() {
    if (builder.states() > 2 * lines + SPARE_STATES) {
      place = placeOfLargest;
      throw bad(
          "the state %d is out of all proportion to the %d lines of the lattice"
              .formatted(builder.states() - 1, lines));
    }
    int lost = builder.arcToNowhere();
    if (lost >= 0) {
      throw bad(
          "an arc leads to state %d, which has no line of its own"
              .formatted(builder.nextState(lost)));
    }
    builder.kind(kind == null ? KaldiLattice.Kind.COMPACT : kind);
    return builder.build();
  }

  private void line(String text) {
    if (text.length() > LONGEST_LINE) {
      throw bad("the line is longer than %d bytes".formatted(LONGEST_LINE));
    }
    if (text.isBlank()) {
      return;
    }
    if (!in.lineIsWhole()) {
      throw bad("the file ends within this line, or lacks the line feed after it");
    }
    String[] columns = SPACE.split(text.strip(), MOST_COLUMNS + 1);
    if (kind == null) {
      kind = kindOf(columns);
    }
    add(columns);
  }

  /** The type of lattice that a line belongs to; null when it could be either. */
  private static KaldiLattice.Kind kindOf(String[] columns) {
    if (columns.length == 5) {
      return KaldiLattice.Kind.LATTICE;
    }
    if (columns.length == 3) {
      return KaldiLattice.Kind.COMPACT;
    }
    String last = columns[columns.length - 1];
    int comma = last.indexOf(',');
    if (columns.length == 4 && comma < 0) {
      return KaldiLattice.Kind.LATTICE;
    }
    if (comma < 0) {
      return null;
    }
    return last.indexOf(',', comma + 1) < 0 ? KaldiLattice.Kind.LATTICE : KaldiLattice.Kind.COMPACT;
  }

  private void add(String[] columns) {
    boolean compact = kind != KaldiLattice.Kind.LATTICE;
    int labels = compact ? 1 : 2;
    if (columns.length <= 2) {
      int state = state(columns[0]);
      if (ended.get(state)) {
        throw bad("the state %d is made final twice".formatted(state));
      }
      ended.set(state);
      weight(builder.finalOf(state), columns.length == 2 ? columns[1] : null, compact);
      return;
    }
    if (columns.length != 2 + labels && columns.length != 3 + labels) {
      throw bad(
          "%d%s columns are not possible in a %s: an arc has %d or %d, a final state 1 or 2"
              .formatted(
                  columns.length,
                  columns.length > MOST_COLUMNS ? " or more" : "",
                  compact ? "CompactLattice" : "Lattice",
                  2 + labels,
                  3 + labels));
    }
    int state = state(columns[0]);
    int next = number(columns[1], "state");
    int input = number(columns[2], "label");
    int output = compact ? input : number(columns[3], "label");
    int arc = builder.weights().size();
    weight(builder.weights(), columns.length == 3 + labels ? columns[2 + labels] : null, compact);
    builder.arcAt(arc, state, input, output, next);
  }

  private int state(String text) {
    int state = number(text, "state");
    if (state > LARGEST_STATE) {
      throw bad(
          "the state %d is not possible: allowed are 0 to %d".formatted(state, LARGEST_STATE));
    }
    if (builder.states() == 0) {
      builder.start(state);
    }
    if (state >= builder.states()) {
      placeOfLargest = place;
      builder.state(state);
    }
    lines++;
    return state;
  }

  private int number(String text, String what) {
    try {
      int number = Integer.parseInt(text);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw notNumber(text, what);
    }
    throw notNumber(text, what);
  }

  private LatticeException notNumber(String text, String what) {
    return bad(
        "\"%s\" is not a %s: %ss are whole numbers from 0 on"
            .formatted(shortened(text), what, what));
  }

  private void weight(KaldiWeights weights, String text, boolean compact) {
    if (text == null) {
      weights.add(0, 0);
      return;
    }
    int comma = text.indexOf(',');
    int second = compact ? text.indexOf(',', comma + 1) : text.length();
    if (comma < 0 || second < 0) {
      throw bad(
          "\"%s\" is not a weight: allowed is graph,acoustic%s"
              .formatted(shortened(text), compact ? ",id_id_..." : ""));
    }
    float graph = cost(text.substring(0, comma));
    float acoustic = cost(text.substring(comma + 1, second));
    String wrong = wrongCost(graph, acoustic);
    if (wrong != null) {
      throw bad(wrong);
    }
    weights.add(graph, acoustic);
    if (compact) {
      ids(weights, text, second + 1);
    }
  }

  private void ids(KaldiWeights weights, String text, int from) {
    int at = from;
    while (at < text.length()) {
      int end = text.indexOf('_', at);
      end = end < 0 ? text.length() : end;
      weights.addId(number(text.substring(at, end), "transition id"));
      at = end + 1;
      if (at == text.length()) {
        throw bad("the weight ends with _: a transition id is missing");
      }
    }
  }

  private float cost(String text) {
    switch (text) {
      case "Infinity" -> {
        return Float.POSITIVE_INFINITY;
      }
      case "-Infinity" -> {
        return Float.NEGATIVE_INFINITY;
      }
      default -> {
        for (int i = 0; i < text.length(); i++) {
          char c = text.charAt(i);
          if ((c < '0' || c > '9') && "+-.eE".indexOf(c) < 0) {
            throw notCost(text);
          }
        }
        try {
          return finite(text, Float.parseFloat(text));
        } catch (NumberFormatException e) {
          throw notCost(text);
        }
      }
    }
  }

  private float finite(String text, float cost) {
    if (Float.isInfinite(cost)) {
      throw bad("the cost \"%s\" is beyond what 32 bits hold".formatted(shortened(text)));
    }
    return cost;
  }

  private LatticeException notCost(String text) {
    return bad("\"%s\" is not a cost".formatted(shortened(text)));
  }

  private static String shortened(String text) {
    return text.length() <= 60 ? text : text.substring(0, 60) + "...";
  }

  /** Why a pair of costs is not possible, or null. */
  static String wrongCost(float graph, float acoustic) {
    if (Float.isNaN(graph + acoustic)
        || graph == Float.NEGATIVE_INFINITY
        || acoustic == Float.NEGATIVE_INFINITY) {
      return "a weight has the graph cost %s and the acoustic cost %s: costs are finite numbers, or +Infinity for what is impossible"
          .formatted(graph, acoustic);
    }
    return null;
  }

  private LatticeException bad(String reason) {
    return place.line() > 0
        ? new LatticeException(utterance, file, place.line(), reason)
        : LatticeException.atByte(utterance, file, place.offset(), reason);
  }

  /** Writes a lattice as Kaldi does, with the empty line after it: the start state comes first. */
  static void write(KaldiLattice lattice, Writer out) throws IOException {
    if (lattice.start() >= 0) {
      writeState(lattice, lattice.start(), out);
      for (int state = 0; state < lattice.states(); state++) {
        if (state != lattice.start()) {
          writeState(lattice, state, out);
        }
      }
    }
    out.write('\n');
  }

  private static void writeState(KaldiLattice lattice, int state, Writer out) throws IOException {
    boolean compact = lattice.kind() == KaldiLattice.Kind.COMPACT;
    boolean written = false;
    for (int arc = lattice.firstArc(state); arc < lattice.firstArc(state + 1); arc++) {
      out.write(state + "\t" + lattice.nextState(arc) + "\t" + lattice.inputLabel(arc));
      if (!compact) {
        out.write("\t" + lattice.wordLabel(arc));
      }
      writeWeight(lattice.weights(), arc, compact, out);
      out.write('\n');
      written = true;
    }
    if (lattice.isFinal(state) || !written) {
      out.write(Integer.toString(state));
      writeWeight(lattice.finals(), state, compact, out);
      out.write('\n');
    }
  }

  private static void writeWeight(KaldiWeights weights, int i, boolean compact, Writer out)
      throws IOException {
    if (weights.isOne(i)) {
      return;
    }
    out.write('\t');
    out.write(SixDigits.written(weights.graph(i)));
    out.write(',');
    out.write(SixDigits.written(weights.acoustic(i)));
    if (compact) {
      out.write(',');
      for (int place = 0; place < weights.ids(i); place++) {
        out.write(place == 0 ? "" : "_");
        out.write(Integer.toString(weights.id(i, place)));
      }
    }
  }
}
