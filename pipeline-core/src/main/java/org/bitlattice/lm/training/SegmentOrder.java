package org.bitlattice.lm.training;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Which segments of a shard make up which minibatch. The shard is walked through again and again,
 * each time (epoch) in a new random order; minibatch k of the walk is a function of seed, shard,
 * and k alone, so training can resume anywhere. What remains of a shard at the end of an epoch,
 * less than one minibatch, is left out of that epoch.
 */
public final class SegmentOrder {
  private final List<int[]> segments;
  private final int batchSegments;
  private final long seed;
  private long orderedEpoch = -1;
  private int[] order;

  /**
   * The order of one shard.
   *
   * @param seed seed of this shard: different shards need different seeds
   * @throws IllegalArgumentException when the shard cannot fill one minibatch
   */
  public SegmentOrder(List<int[]> segments, int batchSegments, long seed) {
    if (segments.size() < batchSegments) {
      throw new IllegalArgumentException(
          "a shard has %d segments, less than one minibatch of %d; use fewer workers, smaller"
                  .formatted(segments.size(), batchSegments)
              + " minibatches or more text");
    }
    this.segments = segments;
    this.batchSegments = batchSegments;
    this.seed = seed;
  }

  /** Minibatches of one epoch. */
  public int batchesPerEpoch() {
    return segments.size() / batchSegments;
  }

  /** The segments of minibatch {@code index} of the endless walk, from 0. */
  public List<int[]> batch(long index) {
    long epoch = index / batchesPerEpoch();
    if (epoch != orderedEpoch) {
      order = permutation(segments.size(), RandomStreams.derive(seed, epoch));
      orderedEpoch = epoch;
    }
    int first = (int) (index % batchesPerEpoch()) * batchSegments;
    List<int[]> batch = new ArrayList<>(batchSegments);
    for (int i = first; i < first + batchSegments; i++) {
      batch.add(segments.get(order[i]));
    }
    return batch;
  }

  private static int[] permutation(int size, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] permuted = new int[size];
    for (int i = 0; i < size; i++) {
      int j = random.nextInt(i + 1);
      permuted[i] = permuted[j];
      permuted[j] = i;
    }
    return permuted;
  }
}
