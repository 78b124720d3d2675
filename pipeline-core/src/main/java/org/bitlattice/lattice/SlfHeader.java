package org.bitlattice.lattice;

/**
 * The header of an HTK lattice: sizes, ends, scales and the base of its logarithms. Without {@code
 * base} scores are natural logarithms; with {@code base=0} they are plain probabilities.
 */
final class SlfHeader {
  /** Bound on N and L, so that a broken header cannot ask for all memory. */
  static final int LARGEST_COUNT = 50_000_000;

  private String utterance = "";
  private int nodes = -1;
  private int links = -1;
  private int start = -1;
  private int end = -1;
  private double base = Math.E;
  private double lnBase = 1;
  private double lmScale = 1;
  private double acousticScale = 1;
  private double pronunciationScale = 1;
  private double wordPenalty;

  /** Takes in one field; fields that say nothing about words or scores are passed over. */
  void field(SlfLine line) {
    switch (line.key()) {
      case "UTTERANCE", "U" -> utterance = line.string();
      case "N", "NODES" -> nodes = line.count(LARGEST_COUNT);
      case "L", "LINKS" -> links = line.count(LARGEST_COUNT);
      case "start" -> start = line.index(LARGEST_COUNT, "nodes");
      case "end" -> end = line.index(LARGEST_COUNT, "nodes");
      case "base" -> base(line);
      case "lmscale" -> lmScale = scale(line);
      case "acscale" -> acousticScale = scale(line);
      case "prscale" -> pronunciationScale = scale(line);
      case "wdpenalty" -> wordPenalty = line.number();
      case "SUBLAT", "S" -> throw line.bad("sublattices are not supported: expand them first");
      default -> {
        // VERSION, lmname, vocab, hmms, tscale, ... do not change words or path scores
      }
    }
  }

  private static double scale(SlfLine line) {
    double scale = line.number();
    if (scale < 0) {
      throw line.bad("%s=%s is negative: scales must be at least 0".formatted(line.key(), scale));
    }
    return scale;
  }

  private void base(SlfLine line) {
    base = line.number();
    if (base != 0 && base <= 1) {
      throw line.bad(
          "base=%s is not possible: allowed are 0 (plain probabilities) and numbers above 1"
              .formatted(base));
    }
    lnBase = base == 0 ? Double.NaN : Math.log(base);
  }

  /** A score of the file as natural logarithm. */
  double ln(double score, SlfLine line) {
    if (base != 0) {
      return score * lnBase;
    }
    if (score <= 0) {
      throw line.bad(
          "%s=%s is not possible: with base=0 scores are probabilities, which must be above 0"
              .formatted(line.key(), score));
    }
    return Math.log(score);
  }

  /** The scales, with the word penalty as natural logarithm; a penalty of 0 is none in any base. */
  PathScales scales(SlfLine line) {
    if (base == 0 && wordPenalty < 0) {
      throw line.badFile(
          "wdpenalty=%s is not possible: with base=0 scores are probabilities, which must be above 0"
              .formatted(wordPenalty));
    }
    double penalty =
        wordPenalty == 0 ? 0 : base == 0 ? Math.log(wordPenalty) : wordPenalty * lnBase;
    return new PathScales(acousticScale, lmScale, penalty);
  }

  void checkComplete(SlfLine line) {
    if (nodes < 0 || links < 0) {
      throw line.bad("the header must give the number of nodes (N=) and links (L=) first");
    }
    if (start >= nodes || end >= nodes) {
      throw line.bad(
          "start=%d or end=%d is not possible: nodes are numbered 0 to %d"
              .formatted(start, end, nodes - 1));
    }
  }

  String utterance() {
    return utterance;
  }

  int nodes() {
    return nodes;
  }

  int links() {
    return links;
  }

  /** The start node, −1 when the header does not say. */
  int start() {
    return start;
  }

  /** The final node, −1 when the header does not say. */
  int end() {
    return end;
  }

  double acousticScale() {
    return acousticScale;
  }

  double pronunciationScale() {
    return pronunciationScale;
  }
}
