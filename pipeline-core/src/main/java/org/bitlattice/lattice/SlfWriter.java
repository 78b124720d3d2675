package org.bitlattice.lattice;

import java.io.IOException;
import java.util.Locale;

/**
 * Writes a lattice in HTK standard lattice format: words on links, natural logarithms, the
 * lattice's scales in the header. Reading it back gives the same lattice.
 */
public final class SlfWriter {
  private SlfWriter() {}

  /**
   * Writes a lattice.
   *
   * @throws IOException when writing fails
   */
  public static void write(Lattice lattice, Appendable out) throws IOException {
    PathScales scales = lattice.scales();
    out.append("VERSION=1.0\nUTTERANCE=").append(escaped(lattice.utterance())).append('\n');
    out.append("base=").append(Double.toString(Math.E)).append('\n');
    out.append("acscale=").append(Double.toString(scales.acoustic())).append('\n');
    out.append("lmscale=").append(Double.toString(scales.language())).append('\n');
    out.append("wdpenalty=").append(Double.toString(scales.wordInsertion())).append('\n');
    out.append(
        "start=%d end=%d\nN=%d L=%d\n"
            .formatted(lattice.start(), lattice.end(), lattice.nodes(), lattice.arcs()));
    for (int node = 0; node < lattice.nodes(); node++) {
      out.append("I=").append(Integer.toString(node));
      if (!Float.isNaN(lattice.time(node))) {
        out.append(" t=").append(String.format(Locale.ROOT, "%s", lattice.time(node)));
      }
      out.append('\n');
    }
    for (int arc = 0; arc < lattice.arcs(); arc++) {
      String word = lattice.word(arc);
      out.append("J=").append(Integer.toString(arc));
      out.append(" S=").append(Integer.toString(lattice.from(arc)));
      out.append(" E=").append(Integer.toString(lattice.to(arc)));
      out.append(" W=").append(word == null ? "!NULL" : escaped(word));
      out.append(" a=").append(Double.toString(lattice.acousticLn(arc)));
      out.append(" l=").append(Double.toString(lattice.lmLn(arc))).append('\n');
    }
  }

  /** HTK's notation: a backslash before a quote at the beginning, and before every backslash. */
  private static String escaped(String text) {
    String escaped = text.replace("\\", "\\\\");
    boolean quote = escaped.startsWith("\"") || escaped.startsWith("'");
    return quote ? "\\" + escaped : escaped;
  }
}
