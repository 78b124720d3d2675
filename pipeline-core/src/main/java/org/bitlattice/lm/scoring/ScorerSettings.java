package org.bitlattice.lm.scoring;

import java.io.Serializable;

/**
 * How histories are put into batches. Batches are made from the order of the input and this setting
 * alone, so results do not depend on what else a process computes.
 *
 * @param batchRows most histories in one run of the network, 1 to {@value #MAX_BATCH_ROWS}
 */
public record ScorerSettings(int batchRows) implements Serializable {
  /** Largest allowed batch. */
  public static final int MAX_BATCH_ROWS = 65_536;

  /** Batches of 256 histories. */
  public static final ScorerSettings DEFAULT = new ScorerSettings(256);

  /**
   * @throws IllegalArgumentException when the number of rows is out of its range
   */
  public ScorerSettings {
    if (batchRows < 1 || batchRows > MAX_BATCH_ROWS) {
      throw new IllegalArgumentException(
          "a scoring batch of %d rows cannot be made; allowed are 1 to %d rows"
              .formatted(batchRows, MAX_BATCH_ROWS));
    }
  }
}
