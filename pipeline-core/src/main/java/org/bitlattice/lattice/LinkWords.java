package org.bitlattice.lattice;

/** Whose node's word a link of an HTK lattice carries, where words stand on nodes. */
public enum LinkWords {
  /** That of the node it enters, as HTK defines. */
  END,
  /**
   * That of the node it leaves, as CMU PocketSphinx writes: the link's acoustic score is then that
   * of this word.
   */
  START
}
