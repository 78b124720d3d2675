package org.bitlattice.settings;

import java.util.List;

/**
 * The lattices of an experiment and how they are rescored.
 *
 * @param tuningSet name of the set that score weights are tuned on
 * @param nBest hypotheses kept of a lattice
 * @param shards shards of a set
 * @param utterancesPerBatch utterances that share a history tree
 * @param maxRejectedFraction share of unusable utterances that is tolerated, from 0 to 1
 * @param sets the sets; empty when the experiment rescores nothing
 */
public record LatticeSettings(
    String tuningSet,
    int nBest,
    int shards,
    int utterancesPerBatch,
    double maxRejectedFraction,
    List<LatticeSet> sets) {
  /**
   * One set of lattices.
   *
   * @param name its name
   * @param path HTK SLF lattices
   * @param references reference transcripts (trn)
   */
  public record LatticeSet(String name, String path, String references) {}

  /** The set that score weights are tuned on. */
  public LatticeSet tuning() {
    return sets.stream().filter(set -> set.name().equals(tuningSet)).findFirst().orElseThrow();
  }
}
