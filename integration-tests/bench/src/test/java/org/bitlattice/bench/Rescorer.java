package org.bitlattice.bench;

import java.util.List;

/** One way of getting a network's score of every word of every hypothesis. Holds native memory. */
interface Rescorer extends AutoCloseable {
  /**
   * ln P of every word and of the sentence end, in this order, for each hypothesis of each
   * utterance.
   *
   * @param utterances consecutive utterances that the product puts into one batch
   */
  List<float[][]> score(List<RescoredUtterance> utterances);

  @Override
  void close();
}
