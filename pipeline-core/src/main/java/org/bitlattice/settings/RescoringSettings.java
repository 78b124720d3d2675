package org.bitlattice.settings;

import java.util.Optional;
import org.bitlattice.rescoring.Interpolation;
import org.bitlattice.rescoring.WeightGrid;

/**
 * How lattices are rescored.
 *
 * @param mode what of a lattice is rescored
 * @param ngramOrder words that tell the states of an expanded lattice apart, the predicted one
 *     counted
 * @param beam arcs whose natural log posterior is below −beam are cut off before a lattice is
 *     expanded
 * @param interpolate what the network is interpolated with
 * @param firstPassArpa the n-gram model of the first pass, whose score is taken out of the
 *     lattices' LM score
 * @param residualScale weight of what is then left of the LM score, beside the language scale
 * @param output what is written beside tables and transcripts
 * @param grid first grid of the search for score weights
 */
public record RescoringSettings(
    Mode mode,
    int ngramOrder,
    double beam,
    Interpolation.Kind interpolate,
    Optional<String> firstPassArpa,
    double residualScale,
    Output output,
    WeightGrid grid) {
  /** What of a lattice is rescored. */
  public enum Mode {
    /** Its best distinct word sequences. */
    NBEST,
    /** The lattice itself, expanded to word histories. */
    LATTICE
  }

  /**
   * What is written beside tables and transcripts, under the tuned weights.
   *
   * @param lattices form of the rescored lattices
   * @param nBest word sequences of the table of n-best lists; 0: no such table
   */
  public record Output(Form lattices, int nBest) {}

  /** Form of the rescored lattices. */
  public enum Form {
    /** They are not written. */
    NONE,
    /** Kaldi CompactLattice archives, binary. */
    KALDI,
    /** Kaldi CompactLattice archives, text. */
    KALDI_TEXT,
    /** HTK lattices, one file for each utterance. */
    SLF;

    /** Whether words are written as ids of a symbol table. */
    public boolean isKaldi() {
      return this == KALDI || this == KALDI_TEXT;
    }
  }
}
