package org.bitlattice.lattice;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads one lattice in HTK standard lattice format (SLF; HTK Book, chapter "HTK Standard Lattice
 * Format") as text.
 *
 * <p>Words may stand on links or on nodes; a node's word belongs to the links that enter it. Scores
 * become natural logarithms by the header's {@code base} (absent: e; 0: plain probabilities) and
 * stay unscaled; {@code lmscale}, {@code acscale} and {@code wdpenalty} are kept in {@link
 * Lattice#scales()}. Of a link the fields S, E, W, a and l are used; v, d, p and unknown ones are
 * passed over. A pronunciation score r other than log 1, and sublattices, are refused. Labels that
 * stand for no word become arcs without word; {@code word(2)} is read as {@code word}.
 *
 * <p>Some decoders put the acoustic score of the word being left on the link that enters the next
 * one. Totals of whole paths are exact all the same, scores of single links are not.
 */
public final class SlfReader {
  private final SlfLine line;
  private final String file;
  private final SlfHeader header = new SlfHeader();
  private final List<LinkFields> links = new ArrayList<>();
  private int[] nodeLines = new int[0];
  private float[] times = new float[0];
  private String[] nodeLabels = new String[0];
  private int nodes;
  private boolean inBody;
  private boolean[] linkSeen = new boolean[0];

  /** A link as it stands in the file; a score is NaN when the link has none. */
  private record LinkFields(int start, int end, String label, double acousticLn, double lmLn) {}

  private SlfReader(String file, String utterance) {
    this.file = file;
    this.line = new SlfLine(utterance, file);
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
  public static Lattice read(InputStream in, String file, String utterance) throws IOException {
    SlfReader reader = new SlfReader(file, utterance);
    var decoder = StandardCharsets.UTF_8.newDecoder(); // reports bad bytes
    BufferedReader lines = new BufferedReader(new InputStreamReader(in, decoder), 1 << 16);
    try {
      for (String text = lines.readLine(); text != null; text = lines.readLine()) {
        reader.line(text);
      }
    } catch (CharacterCodingException e) {
      throw reader.line.badFile("the lattice is not text in UTF-8");
    } catch (UncheckedIOException e) {
      throw e.getCause();
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
    reserveNode(id);
    if (nodeLines[id] != 0) {
      throw line.bad("node %d stands in line %d already".formatted(id, nodeLines[id]));
    }
    nodeLines[id] = line.lineNumber();
    times[id] = Float.NaN;
    while (line.next()) {
      switch (line.key()) {
        case "t", "time" -> times[id] = (float) line.number();
        case "W", "WORD" -> nodeLabels[id] = line.string();
        case "L", "SUBLAT" -> throw line.bad("sublattices are not supported: expand them first");
        default -> {
          // v and d say how a word was pronounced
        }
      }
    }
    nodes++;
  }

  /** Grows with the lines that are really there, never by the header's word alone. */
  private void reserveNode(int id) {
    if (id < nodeLines.length) {
      return;
    }
    int capacity = Math.min(header.nodes(), Math.max(id + 1, Math.max(64, nodeLines.length * 2)));
    nodeLines = Arrays.copyOf(nodeLines, capacity);
    times = Arrays.copyOf(times, capacity);
    nodeLabels = Arrays.copyOf(nodeLabels, capacity);
  }

  private void link() {
    enterBody();
    markLink(line.index(header.links(), "links"));
    int start = -1;
    int end = -1;
    String label = null;
    double acousticLn = Double.NaN;
    double lmLn = Double.NaN;
    while (line.next()) {
      switch (line.key()) {
        case "S", "START" -> start = line.index(header.nodes(), "nodes");
        case "E", "END" -> end = line.index(header.nodes(), "nodes");
        case "W", "WORD" -> label = line.string();
        case "a", "acoustic" -> acousticLn = header.ln(line.number(), line);
        case "l", "language" -> lmLn = header.ln(line.number(), line);
        case "r" -> refusePronunciation();
        default -> {
          // v and d say how a word was pronounced, p, n and others do not enter the path score
        }
      }
    }
    if (start < 0 || end < 0) {
      throw line.bad("a link needs the node it leaves (S=) and the node it enters (E=)");
    }
    LinkFields link = new LinkFields(start, end, label, acousticLn, lmLn);
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
    if (id >= linkSeen.length) {
      int capacity = Math.max(id + 1, Math.max(256, linkSeen.length * 2));
      linkSeen = Arrays.copyOf(linkSeen, Math.min(header.links(), capacity));
    }
    if (linkSeen[id]) {
      throw line.bad("link %d stands in the file twice".formatted(id));
    }
    linkSeen[id] = true;
  }

  private void refusePronunciation() {
    if (header.pronunciationScale() != 0 && header.ln(line.number(), line) != 0) {
      throw line.bad(
          "pronunciation scores (r=) are not supported, only ones that leave the path score alone");
    }
  }

  private Lattice lattice(String utterance) {
    if (!inBody) {
      throw line.badFile("the file ends before the first node: it is empty or cut off");
    }
    if (nodes != header.nodes() || links.size() != header.links()) {
      throw line.badFile(
          "the header announces %d nodes and %d links, but the file has %d and %d: it is cut off"
              .formatted(header.nodes(), header.links(), nodes, links.size()));
    }
    String name = utterance.isEmpty() ? header.utterance() : utterance;
    LatticeBuilder builder = new LatticeBuilder(name, file).scales(header.scales(line));
    for (int id = 0; id < nodes; id++) {
      builder.addNode(times[id]);
    }
    for (LinkFields link : links) {
      double acoustic = Double.isNaN(link.acousticLn()) ? 0 : link.acousticLn();
      double lm = Double.isNaN(link.lmLn()) ? 0 : link.lmLn();
      builder.addArc(link.start(), link.end(), word(link), acoustic, lm);
    }
    int start = header.start() >= 0 ? header.start() : builder.startNode();
    int end = header.end() >= 0 ? header.end() : builder.finalNode();
    return builder.build(withStartWord(builder, start), end);
  }

  private String word(LinkFields link) {
    String onNode = nodeLabels[link.end()];
    if (onNode != null && link.label() != null && !onNode.equals(link.label())) {
      throw line.badFile(
          "a link to node %d carries the word \"%s\", but the node carries \"%s\""
              .formatted(link.end(), link.label(), onNode));
    }
    String label = link.label() != null ? link.label() : onNode;
    return label == null ? null : WordLabels.word(label);
  }

  /** A word on the start node would be lost, as no link enters it: a new node and link carry it. */
  private int withStartWord(LatticeBuilder builder, int start) {
    String word = nodeLabels[start] == null ? null : WordLabels.word(nodeLabels[start]);
    if (word == null) {
      return start;
    }
    int before = builder.addNode(times[start]);
    builder.addArc(before, start, word, 0, 0);
    return before;
  }
}
