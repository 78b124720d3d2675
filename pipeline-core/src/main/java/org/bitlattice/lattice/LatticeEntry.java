package org.bitlattice.lattice;

import java.util.Optional;

/**
 * One lattice of a file, or the reason why it could not be read.
 *
 * @param index place among the lattices of the file or folder, counted from 0
 * @param utterance name of the utterance
 * @param position where in the file, as "line 12", "byte 4711" or "entry x.slf"; empty when the
 *     lattice is the file
 */
public record LatticeEntry(
    int index,
    String utterance,
    String position,
    Optional<Lattice> lattice,
    Optional<LatticeException> failure) {

  static LatticeEntry read(int index, String utterance, String position, Lattice lattice) {
    return new LatticeEntry(index, utterance, position, Optional.of(lattice), Optional.empty());
  }

  static LatticeEntry failed(
      int index, String utterance, String position, LatticeException failure) {
    return new LatticeEntry(index, utterance, position, Optional.empty(), Optional.of(failure));
  }

  /**
   * The lattice.
   *
   * @throws LatticeException the reason why there is none
   */
  public Lattice orThrow() {
    return lattice.orElseThrow(failure::orElseThrow);
  }
}
