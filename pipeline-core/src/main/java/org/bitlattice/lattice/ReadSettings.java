package org.bitlattice.lattice;

import java.io.Serializable;

/**
 * How lattices of any format are read.
 *
 * @param labels which labels are words
 * @param words symbol table of Kaldi lattices; null for other formats
 * @param scalesOfHeaderless scales of formats that carry none (Kaldi lattices, n-best tables)
 * @param linkWords whose node's word a link of an HTK lattice carries
 */
public record ReadSettings(
    WordLabels labels, WordSymbols words, PathScales scalesOfHeaderless, LinkWords linkWords)
    implements Serializable {
  /** Usual fillers, no symbol table, costs as they are, words of the node that a link enters. */
  public static final ReadSettings DEFAULT =
      new ReadSettings(WordLabels.DEFAULT, null, PathScales.UNSCALED, LinkWords.END);

  /** The same with a symbol table. */
  public ReadSettings withWords(WordSymbols table) {
    return new ReadSettings(labels, table, scalesOfHeaderless, linkWords);
  }

  /** The symbol table that Kaldi lattices need. */
  WordSymbols requiredWords(String utterance, String source) {
    if (words == null) {
      throw new LatticeException(
          utterance, source, 0, "a Kaldi lattice needs a symbol table (words.txt)");
    }
    return words;
  }
}
