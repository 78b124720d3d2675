package org.bitlattice.report;

/**
 * What a lattice set holds.
 *
 * @param rejected utterances that could not be used
 * @param referenceWords words of the references of the others
 * @param oracleErrors fewest word errors of any paths of the lattices
 * @param keptOracleErrors the same over what is rescored of them
 */
public record SetFigures(
    int rejected, long referenceWords, long oracleErrors, long keptOracleErrors) {
  /** Figures of a set that is not there. */
  public static final SetFigures NONE = new SetFigures(0, 0, 0, 0);

  double oraclePercent() {
    return 100.0 * oracleErrors / referenceWords;
  }

  double keptOraclePercent() {
    return 100.0 * keptOracleErrors / referenceWords;
  }
}
