package org.bitlattice.lattice;

import java.util.Arrays;

/**
 * Sums over the paths of a lattice, as natural logarithms: forward scores α (start to node),
 * backward scores β (node to end) and the posteriors of arcs, exp(α + score + β − α(end)).
 */
final class LatticeScores {
  private final Lattice lattice;
  private final double[] scores;
  private final double[] forward;
  private final double[] backward;

  private LatticeScores(Lattice lattice, double[] scores) {
    this.lattice = lattice;
    this.scores = scores;
    this.forward = filled(lattice.nodes());
    this.backward = filled(lattice.nodes());
  }

  private static double[] filled(int size) {
    double[] values = new double[size];
    Arrays.fill(values, Double.NEGATIVE_INFINITY);
    return values;
  }

  /** Sums under the scales. */
  static LatticeScores of(Lattice lattice, PathScales scales) {
    double[] scores = new double[lattice.arcs()];
    for (int arc = 0; arc < scores.length; arc++) {
      scores[arc] = Frontier.scaled(lattice, scales, arc);
    }
    return summed(lattice, scores);
  }

  /** The natural logarithm of the number of paths from start to end. */
  static double lnPaths(Lattice lattice) {
    return summed(lattice, new double[lattice.arcs()]).total();
  }

  private static LatticeScores summed(Lattice lattice, double[] scores) {
    LatticeScores sums = new LatticeScores(lattice, scores);
    sums.forward[lattice.start()] = 0;
    for (int arc = 0; arc < lattice.arcs(); arc++) {
      int to = lattice.to(arc);
      sums.forward[to] = lnOfSum(sums.forward[to], sums.forward[lattice.from(arc)] + scores[arc]);
    }
    sums.backward[lattice.end()] = 0;
    for (int arc = lattice.arcs() - 1; arc >= 0; arc--) {
      int from = lattice.from(arc);
      sums.backward[from] =
          lnOfSum(sums.backward[from], sums.backward[lattice.to(arc)] + scores[arc]);
    }
    return sums;
  }

  /** Logarithm of the sum over all paths. */
  double total() {
    return forward[lattice.end()];
  }

  /** Logarithm of an arc's posterior, −∞ when it lies on no path. */
  double lnPosterior(int arc) {
    return forward[lattice.from(arc)] + scores[arc] + backward[lattice.to(arc)] - total();
  }

  /** ln(eᵃ + eᵇ) without overflow. */
  private static double lnOfSum(double a, double b) {
    double larger = Math.max(a, b);
    return larger == Double.NEGATIVE_INFINITY
        ? larger
        : larger + Math.log1p(Math.exp(Math.min(a, b) - larger));
  }
}
