package org.bitlattice.sensitivity;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Sentences packed into minibatches of equal length, without padding: the gradient oracle wants
 * segments of equal length, and the state of the LM is to be reset at every sentence. Minibatches
 * are dealt to shards of about equal size.
 */
public final class SentenceMinibatches {
  private SentenceMinibatches() {}

  /**
   * Where a sentence goes.
   *
   * @param shard from 0
   * @param minibatch number of its minibatch among those of all shards
   */
  public record Place(int shard, int minibatch) implements Serializable {}

  private record Minibatch(List<Integer> sentences, long targets) {}

  /**
   * Packs sentences. Those of equal length, in their order, fill minibatches of at most so many
   * targets, and of at most a shard's part of all targets; one sentence is allowed in any case.
   * Minibatches, the largest first, go to the shard that has fewest targets so far.
   *
   * @param targets number of targets of each sentence: its words and its end
   * @param mostTargets targets of a minibatch, at least 1
   * @param shards at least 1; with few sentences some stay empty
   * @return the place of each sentence
   */
  public static List<Place> places(int[] targets, int mostTargets, int shards) {
    List<Minibatch> minibatches = minibatches(targets, mostTargets, shards);
    Place[] places = new Place[targets.length];
    long[] load = new long[shards];
    for (int m = 0; m < minibatches.size(); m++) {
      int shard = 0;
      for (int s = 1; s < shards; s++) {
        shard = load[s] < load[shard] ? s : shard;
      }
      load[shard] += minibatches.get(m).targets();
      for (int sentence : minibatches.get(m).sentences()) {
        places[sentence] = new Place(shard, m);
      }
    }
    return List.of(places);
  }

  private static List<Minibatch> minibatches(int[] targets, int mostTargets, int shards) {
    long part = IntStream.of(targets).asLongStream().sum() / shards;
    long most = Math.min(mostTargets, part);
    List<Integer> order =
        IntStream.range(0, targets.length)
            .boxed()
            .sorted(Comparator.comparingInt(sentence -> targets[sentence]))
            .toList();
    List<Minibatch> minibatches = new ArrayList<>();
    List<Integer> open = new ArrayList<>();
    for (int sentence : order) {
      int length = targets[sentence];
      boolean fits =
          !open.isEmpty() && targets[open.get(0)] == length && (open.size() + 1L) * length <= most;
      if (!fits && !open.isEmpty()) {
        minibatches.add(minibatch(open, targets));
        open.clear();
      }
      open.add(sentence);
    }
    if (!open.isEmpty()) {
      minibatches.add(minibatch(open, targets));
    }
    minibatches.sort(Comparator.comparingLong((Minibatch m) -> -m.targets()));
    return minibatches;
  }

  private static Minibatch minibatch(List<Integer> sentences, int[] targets) {
    return new Minibatch(
        List.copyOf(sentences), (long) sentences.size() * targets[sentences.get(0)]);
  }
}
