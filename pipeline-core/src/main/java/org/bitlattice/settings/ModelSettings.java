package org.bitlattice.settings;

import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.LstmArchitecture;

/**
 * Sizes of the language model; the vocabulary is known only once the corpus is prepared.
 *
 * @param embeddingSize length of an input embedding
 * @param hiddenSize units of an LSTM layer
 * @param layers number of LSTM layers
 */
public record ModelSettings(int embeddingSize, int hiddenSize, int layers) {
  /** The architecture over a vocabulary. */
  public LmArchitecture architecture(int vocabularySize) {
    return new LstmArchitecture(vocabularySize, embeddingSize, hiddenSize, layers);
  }
}
