package org.bitlattice.lattice;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

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
  private static final int LARGEST_STATE = 500_000_000;

  private final KaldiInput in;
  private final String utterance;
  private final String file;
  private long lineNumber;
  private KaldiLatticeBuilder builder;
  private KaldiLattice.Kind kind;
  private final List<String[]> undecided = new ArrayList<>();

  KaldiText(KaldiInput in, String utterance, String file) {
    this.in = in;
    this.utterance = utterance;
    this.file = file;
  }

  /**
   * Reads a lattice up to its empty line, also when it is of no use.
   *
   * @throws LatticeException naming the line that is wrong
   */
  KaldiLattice read() throws IOException {
    LatticeException problem = null;
    boolean first = true;
    while (true) {
      lineNumber = in.line();
      byte[] bytes = in.line(LONGEST_LINE + 1);
      if (bytes == null) {
        break;
      }
      String text = new String(bytes, StandardCharsets.ISO_8859_1);
      if (text.isBlank()) {
        if (first) {
          first = false;
          continue;
        }
        break;
      }
      first = false;
      try {
        if (problem == null) {
          line(text);
        }
      } catch (LatticeException e) {
        problem = e;
      }
    }
    if (problem != null) {
      throw problem;
    }
    return finished();
  }

  /** Passes over a lattice and its empty line. */
  static void skip(KaldiInput in) throws IOException {
    boolean first = true;
    for (byte[] line = in.line(LONGEST_LINE); line != null; line = in.line(LONGEST_LINE)) {
      boolean blank = new String(line, StandardCharsets.ISO_8859_1).isBlank();
      if (blank && !first) {
        return;
      }
      first = false;
    }
  }

  private KaldiLattice finished() {
    if (builder == null) {
      decide(KaldiLattice.Kind.COMPACT);
    }
    int lost = builder.arcToNowhere();
    if (lost >= 0) {
      throw bad(
          "an arc leads to state %d, which has no line of its own"
              .formatted(builder.nextState(lost)));
    }
    return builder.build();
  }

  private void line(String text) {
    if (text.length() > LONGEST_LINE) {
      throw bad("the line is longer than %d bytes".formatted(LONGEST_LINE));
    }
    String[] columns = text.strip().split("[ \t\r]+");
    if (builder == null) {
      KaldiLattice.Kind seen = kindOf(columns);
      if (seen == null) {
        undecided.add(columns);
        return;
      }
      decide(seen);
    }
    add(columns);
  }

  private void decide(KaldiLattice.Kind seen) {
    kind = seen;
    builder = new KaldiLatticeBuilder(kind);
    undecided.forEach(this::add);
    undecided.clear();
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
    boolean compact = kind == KaldiLattice.Kind.COMPACT;
    int labels = compact ? 1 : 2;
    if (columns.length <= 2) {
      int state = state(columns[0]);
      if (builder.hasFinal(state)) {
        throw bad("the state %d is made final twice".formatted(state));
      }
      weight(builder.finalOf(state), columns.length == 2 ? columns[1] : null, compact);
      return;
    }
    if (columns.length != 2 + labels && columns.length != 3 + labels) {
      throw bad(
          "%d columns are not possible in a %s: an arc has %d or %d, a final state 1 or 2"
              .formatted(
                  columns.length, compact ? "CompactLattice" : "Lattice", 2 + labels, 3 + labels));
    }
    int state = state(columns[0]);
    int next = number(columns[1], "state");
    int input = number(columns[2], "label");
    int output = compact ? input : number(columns[3], "label");
    int place = builder.weights().size();
    weight(builder.weights(), columns.length == 3 + labels ? columns[2 + labels] : null, compact);
    builder.arcAt(place, state, input, output, next);
  }

  private int state(String text) {
    int state = number(text, "state");
    if (state > LARGEST_STATE || state > 2L * builder.arcs() + 2L * builder.states() + 1000) {
      throw bad("the state %d is out of all proportion to the lines before it".formatted(state));
    }
    if (builder.states() == 0) {
      builder.start(state);
    }
    builder.state(state);
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
        char last = text.isEmpty() ? 'x' : text.charAt(text.length() - 1);
        if (last != '.' && (last < '0' || last > '9')) {
          throw notCost(text);
        }
        try {
          return Float.parseFloat(text);
        } catch (NumberFormatException e) {
          throw notCost(text);
        }
      }
    }
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
    return new LatticeException(utterance, file, lineNumber, reason);
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
