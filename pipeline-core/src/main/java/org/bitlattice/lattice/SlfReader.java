package org.bitlattice.lattice;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads one lattice in HTK standard lattice format (SLF; HTK Book, chapter "HTK Standard Lattice
 * Format") as text.
 *
 * <p>Words may stand on links or on nodes; {@link LinkWords} says which links a node's word belongs
 * to. Scores become natural logarithms by the header's {@code base} (absent: e; 0: plain
 * probabilities) and stay unscaled; {@code lmscale}, {@code acscale} and {@code wdpenalty} are kept
 * in {@link Lattice#scales()}. Of a link the fields S, E, W, a, l and r are used; v, d, p and
 * unknown ones are passed over. A pronunciation score r joins the acoustic score, as r · prscale /
 * acscale, so that HTK's path score acscale·a + prscale·r + lmscale·l + wdpenalty stays what it is;
 * tscale, which weighs nothing that a file holds, is passed over. Sublattices are refused. Labels
 * that stand for no word become arcs without word; {@code word(2)} is read as {@code word}.
 *
 * <p>Some decoders put the acoustic score of the word being left on the link that enters the next
 * one. Totals of whole paths are exact all the same, scores of single links are not.
 */
public final class SlfReader {
  /** Bound on the length of a line in bytes. */
  static final int LONGEST_LINE = 1 << 20;

  private final SlfLine line;
  private final String file;
  private final ReadSettings settings;
  private final SlfHeader header = new SlfHeader();
  private final List<LinkFields> links = new ArrayList<>();
  private final Map<Integer, NodeFields> nodes = new HashMap<>();
  private final BitSet linkSeen = new BitSet();
  private boolean inBody;

  /** A node as it stands in the file. */
  private record NodeFields(int line, float time, String label) {}

  /** A link as it stands in the file; a score is NaN when the link has none. */
  private record LinkFields(int start, int end, String label, double acousticLn, double lmLn) {}

  private SlfReader(String file, String utterance, ReadSettings settings) {
    this.file = file;
    this.line = new SlfLine(utterance, file);
    this.settings = settings;
  }

  /**
   * Reads a lattice up to the end of the stream, which stays open, with the usual settings.
   *
   * @throws LatticeException as {@link #read(InputStream, String, String, ReadSettings)}
   * @throws IOException when reading fails
   */
  public static Lattice read(InputStream in, String file, String utterance) throws IOException {
    return read(in, file, utterance, ReadSettings.DEFAULT);
  }

  /**
   * Reads a lattice up to the end of the stream, which stays open.
   *
   * @param in SLF text in UTF-8, not compressed
   * @param file name for messages
   * @param utterance the utterance's name; when empty, the header's
   * @throws LatticeException naming file and line when the text is not a complete lattice
   * @throws IOException when reading fails
   */
  public static Lattice read(InputStream in, String file, String utterance, ReadSettings settings)
      throws IOException {
    SlfReader reader = new SlfReader(file, utterance, settings);
    TextLines lines = new TextLines(in, utterance, file, LONGEST_LINE);
    for (String text = lines.next(); text != null; text = lines.next()) {
      reader.line(text);
    }
    return reader.lattice(utterance);
  }

  private void line(String text) {
    line.reset(text);
    if (text.startsWith("#") || text.equals(".") || !line.next()) {
      return;
    }
    switch (line.key()) {
      case "I" -> node();
      case "J" -> link();
      default -> header();
    }
  }

  private void header() {
    if (inBody) {
      throw line.bad(
          "%s= stands after the first node or link: one file holds one lattice, header first"
              .formatted(line.key()));
    }
    do {
      header.field(line);
    } while (line.next());
  }

  private void enterBody() {
    if (!inBody) {
      header.checkComplete(line);
      inBody = true;
    }
  }

  private void node() {
    enterBody();
    int id = line.index(header.nodes(), "nodes");
    NodeFields earlier = nodes.get(id);
    if (earlier != null) {
      throw line.bad("node %d stands in line %d already".formatted(id, earlier.line()));
    }
    float time = Float.NaN;
    String label = null;
    while (line.next()) {
      switch (line.key()) {
        case "t", "time" -> time = (float) line.number();
        case "W", "WORD" -> label = line.string();
        case "L", "SUBLAT" -> throw line.bad("sublattices are not supported: expand them first");
        default -> {
          // v and d say how a word was pronounced
        }
      }
    }
    nodes.put(id, new NodeFields(line.lineNumber(), time, label));
  }

  private void link() {
    enterBody();
    markLink(line.index(header.links(), "links"));
    int start = -1;
    int end = -1;
    String label = null;
    double acousticLn = Double.NaN;
    double lmLn = Double.NaN;
    double pronunciationLn = 0;
    while (line.next()) {
      switch (line.key()) {
        case "S", "START" -> start = line.index(header.nodes(), "nodes");
        case "E", "END" -> end = line.index(header.nodes(), "nodes");
        case "W", "WORD" -> label = line.string();
        case "a", "acoustic" -> acousticLn = header.ln(line.number(), line);
        case "l", "language" -> lmLn = header.ln(line.number(), line);
        case "r" -> pronunciationLn = header.ln(line.number(), line);
        default -> {
          // v and d say how a word was pronounced, p, n and others do not enter the path score
        }
      }
    }
    if (start < 0 || end < 0) {
      throw line.bad("a link needs the node it leaves (S=) and the node it enters (E=)");
    }
    double whole = withPronunciation(acousticLn, pronunciationLn);
    LinkFields link = new LinkFields(start, end, label, whole, lmLn);
    checkLastLink(link);
    links.add(link);
  }

  /** A file that is cut off within its last line shows it by scores that the link before has. */
  private void checkLastLink(LinkFields link) {
    if (links.isEmpty() || links.size() + 1 < header.links()) {
      return;
    }
    LinkFields before = links.get(links.size() - 1);
    if ((Double.isNaN(link.acousticLn()) && !Double.isNaN(before.acousticLn()))
        || (Double.isNaN(link.lmLn()) && !Double.isNaN(before.lmLn()))) {
      throw line.bad("the last link lacks a score that the one before it has: the file is cut off");
    }
  }

  private void markLink(int id) {
    if (linkSeen.get(id)) {
      throw line.bad("link %d stands in the file twice".formatted(id));
    }
    linkSeen.set(id);
  }

  private double withPronunciation(double acousticLn, double pronunciationLn) {
    double scaled = header.pronunciationScale() * pronunciationLn;
    if (scaled == 0) {
      return acousticLn;
    }
    if (header.acousticScale() == 0) {
      throw line.bad(
          "a pronunciation score (r=) counts through the acoustic score, which acscale=0 leaves out");
    }
    double acoustic = Double.isNaN(acousticLn) ? 0 : acousticLn;
    return acoustic + scaled / header.acousticScale();
  }

  private Lattice lattice(String utterance) {
    if (!inBody) {
      throw line.badFile("the file ends before the first node: it is empty or cut off");
    }
    if (nodes.size() != header.nodes() || links.size() != header.links()) {
      throw line.badFile(
          "the header announces %d nodes and %d links, but the file has %d and %d: it is cut off"
              .formatted(header.nodes(), header.links(), nodes.size(), links.size()));
    }
    String name = utterance.isEmpty() ? header.utterance() : utterance;
    LatticeBuilder builder = new LatticeBuilder(name, file).scales(header.scales(line));
    for (int id = 0; id < header.nodes(); id++) {
      builder.addNode(nodes.get(id).time());
    }
    for (LinkFields link : links) {
      double acoustic = Double.isNaN(link.acousticLn()) ? 0 : link.acousticLn();
      double lm = Double.isNaN(link.lmLn()) ? 0 : link.lmLn();
      builder.addArc(link.start(), link.end(), word(link), acoustic, lm);
    }
    int start = header.start() >= 0 ? header.start() : builder.startNode();
    int end = header.end() >= 0 ? header.end() : builder.finalNode();
    return settings.linkWords() == LinkWords.END
        ? builder.build(withStartWord(builder, start), end)
        : builder.build(start, withEndWord(builder, end));
  }

  private String word(LinkFields link) {
    int owner = settings.linkWords() == LinkWords.END ? link.end() : link.start();
    String onNode = nodes.get(owner).label();
    if (onNode != null && link.label() != null && !onNode.equals(link.label())) {
      throw line.badFile(
          "the link from node %d to node %d carries the word \"%s\", but node %d carries \"%s\""
              .formatted(link.start(), link.end(), link.label(), owner, onNode));
    }
    String label = link.label() != null ? link.label() : onNode;
    return label == null ? null : settings.labels().word(label);
  }

  /** A word on the start node would be lost, as no link enters it: a new node and link carry it. */
  private int withStartWord(LatticeBuilder builder, int start) {
    NodeFields node = nodes.get(start);
    String word = node.label() == null ? null : settings.labels().word(node.label());
    if (word == null) {
      return start;
    }
    int before = builder.addNode(node.time());
    builder.addArc(before, start, word, 0, 0);
    return before;
  }

  /** A word on the end node would be lost, as no link leaves it: a new node and link carry it. */
  private int withEndWord(LatticeBuilder builder, int end) {
    NodeFields node = nodes.get(end);
    String word = node.label() == null ? null : settings.labels().word(node.label());
    if (word == null) {
      return end;
    }
    int after = builder.addNode(node.time());
    builder.addArc(end, after, word, 0, 0);
    return after;
  }
}
