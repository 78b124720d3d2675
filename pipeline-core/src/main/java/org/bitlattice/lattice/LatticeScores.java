package org.bitlattice.lattice;

import java.util.Arrays;

/**
 * Forward and backward scores of a lattice, natural logs, scaled: of the best path ({@link #best})
 * or summed over all paths, ln Σ exp ({@link #summed}). One pass in topological order each way, so
 * time and memory are linear in nodes and arcs.
 *
 * <p>forward(v) runs from the start to v, backward(v) from v to the end and includes the
 * word-insertion score of the sentence end; both are −∞ where there is no way.
 */
public final class LatticeScores {
  private final Lattice lattice;
  private final PathScales scales;
  private final double[] forward;
  private final double[] backward;

  private interface Sum {
    double of(double a, double b);
  }

  private LatticeScores(Lattice lattice, PathScales scales, Sum sum) {
    this.lattice = lattice;
    this.scales = scales;
    this.forward = new double[lattice.nodes()];
    this.backward = new double[lattice.nodes()];
    Arrays.fill(forward, Double.NEGATIVE_INFINITY);
    Arrays.fill(backward, Double.NEGATIVE_INFINITY);
    forward[lattice.start()] = 0;
    for (int arc = lattice.firstArc(lattice.start()); arc < lattice.arcs(); arc++) {
      double before = forward[lattice.from(arc)];
      if (before > Double.NEGATIVE_INFINITY) {
        int to = lattice.to(arc);
        forward[to] = sum.of(forward[to], before + arcScore(arc));
      }
    }
    backward[lattice.end()] = scales.wordInsertion();
    for (int arc = lattice.firstArc(lattice.end()) - 1; arc >= 0; arc--) {
      double after = backward[lattice.to(arc)];
      if (after > Double.NEGATIVE_INFINITY) {
        int from = lattice.from(arc);
        backward[from] = sum.of(backward[from], arcScore(arc) + after);
      }
    }
  }

  /** Scores of the best path to and from each node. */
  public static LatticeScores best(Lattice lattice, PathScales scales) {
    return new LatticeScores(lattice, scales, Math::max);
  }

  /** Scores summed over all paths to and from each node. */
  public static LatticeScores summed(Lattice lattice, PathScales scales) {
    return new LatticeScores(lattice, scales, LatticeScores::logSum);
  }

  /** ln(eᵃ + eᵇ). */
  static double logSum(double a, double b) {
    double larger = Math.max(a, b);
    double smaller = Math.min(a, b);
    return smaller == Double.NEGATIVE_INFINITY
        ? larger
        : larger + Math.log1p(Math.exp(smaller - larger));
  }

  /** Score from the start to a node. */
  public double forward(int node) {
    return forward[node];
  }

  /** Score from a node to the end, the sentence end included. */
  public double backward(int node) {
    return backward[node];
  }

  /** Scaled score of one arc, with the word-insertion score when it carries a word. */
  public double arcScore(int arc) {
    return Frontier.scaled(lattice, scales, arc);
  }

  /** Score of the whole lattice: of its best path, or of all of them. */
  public double total() {
    return backward[lattice.start()];
  }

  /**
   * An arc against the whole lattice: ln of its posterior probability when the scores are {@link
   * #summed}; with {@link #best}, how far the best path over the arc stays behind the best path of
   * all. Not above 0, −∞ for an arc that lies on no path.
   */
  public double arcLn(int arc) {
    double through = forward[lattice.from(arc)] + arcScore(arc) + backward[lattice.to(arc)];
    return Math.min(through - total(), 0);
  }

  /**
   * @throws LatticeException when the scaled scores leave the range of numbers
   */
  void requireFinite() {
    if (!Double.isFinite(total())) {
      throw new LatticeException(
          lattice.utterance(),
          "utterance " + lattice.utterance(),
          0,
          "the total score is %s at acoustic scale %s, language scale %s and word insertion %s: it must be finite"
              .formatted(total(), scales.acoustic(), scales.language(), scales.wordInsertion()));
    }
  }
}
