package org.bitlattice.lattice;

import java.io.Serializable;
import java.util.List;

/** The part of a source that one task reads. */
public sealed interface LatticeShard extends Serializable {
  /** All lattices whose index leaves this remainder; the task streams the whole source. */
  record Every(int remainder, int shards) implements LatticeShard {}

  /**
   * A run of lattices of a file that is not compressed.
   *
   * @param offset place of the first one's key
   * @param firstIndex its index
   * @param count lattices; those of the last shard go on to the end of the file
   */
  record Run(long offset, int firstIndex, int count) implements LatticeShard {}

  /** Lattices that a script file lists. */
  record Listed(int firstIndex, List<ScpFile.Entry> entries) implements LatticeShard {
    /** Copies the list. */
    public Listed {
      entries = List.copyOf(entries);
    }
  }
}
