package org.bitlattice.settings;

import java.util.List;
import java.util.Optional;
import org.bitlattice.lattice.LatticeLocation;
import org.bitlattice.lattice.LinkWords;
import org.bitlattice.lattice.PathScales;

/**
 * The lattices of an experiment and how they are read.
 *
 * @param tuningSet name of the set that score weights are tuned on
 * @param nBest hypotheses kept of a lattice
 * @param shards shards of a set
 * @param utterancesPerBatch utterances that share a history tree
 * @param maxRejectedFraction share of unusable utterances that is tolerated, from 0 to 1
 * @param fillers labels that stand for no word
 * @param linkWords whose node's word a link of an HTK lattice carries
 * @param firstPass scales of formats that carry none
 * @param sets the sets; empty when the experiment rescores nothing
 */
public record LatticeSettings(
    String tuningSet,
    int nBest,
    int shards,
    int utterancesPerBatch,
    double maxRejectedFraction,
    List<String> fillers,
    LinkWords linkWords,
    PathScales firstPass,
    List<LatticeSet> sets) {
  /**
   * One set of lattices.
   *
   * @param name its name
   * @param location where they are, and in what format
   * @param words symbol table of Kaldi lattices
   * @param references reference transcripts (trn)
   */
  public record LatticeSet(
      String name, LatticeLocation location, Optional<String> words, String references) {}
}
