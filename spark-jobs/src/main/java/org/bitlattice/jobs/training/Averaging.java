package org.bitlattice.jobs.training;

import java.io.Serializable;

/**
 * How training is spread over workers. Part of the result: another number of workers is another
 * training, the number of executors is not.
 *
 * @param workers workers that train side by side, each on its own shard, at least 1
 * @param frequency minibatches that each worker trains on between two averagings, at least 1
 */
public record Averaging(int workers, int frequency) implements Serializable {
  public Averaging {
    if (workers < 1) {
      throw new IllegalArgumentException(
          "training has %d workers; it must have at least 1".formatted(workers));
    }
    if (frequency < 1) {
      throw new IllegalArgumentException(
          "the averaging frequency is %d minibatches; it must be at least 1".formatted(frequency));
    }
  }
}
