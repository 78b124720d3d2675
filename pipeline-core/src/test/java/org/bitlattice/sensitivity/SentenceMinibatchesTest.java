package org.bitlattice.sensitivity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.bitlattice.sensitivity.SentenceMinibatches.Place;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SentenceMinibatchesTest {
  @Test
  void sentencesOfEqualLengthFillMinibatchesTheLargestFirst() {
    int[] targets = {3, 1, 3, 8, 1, 3, 1};
    // Lengths 1: three sentences, 3: two and one, 8: one, by size 8, 6, 3, 3.
    assertThat(SentenceMinibatches.places(targets, 7, 2))
        .containsExactly(
            new Place(1, 1),
            new Place(1, 2),
            new Place(1, 1),
            new Place(0, 0),
            new Place(1, 2),
            new Place(0, 3),
            new Place(1, 2));
  }

  @ParameterizedTest
  @CsvSource({"500, 64, 8", "500, 1, 3", "40, 1000, 8", "3, 100, 8", "1000, 256, 1"})
  void everySentenceHasAPlaceAndShardsAreOfAboutEqualSize(int sentences, int most, int shards) {
    SplittableRandom random = new SplittableRandom(sentences + most);
    int[] targets =
        IntStream.range(0, sentences).map(s -> 1 + (int) Math.pow(random.nextInt(7), 2)).toArray();
    List<Place> places = SentenceMinibatches.places(targets, most, shards);
    Map<Integer, List<Integer>> minibatches = new TreeMap<>();
    long[] load = new long[shards];
    for (int s = 0; s < sentences; s++) {
      minibatches.computeIfAbsent(places.get(s).minibatch(), m -> new ArrayList<>()).add(s);
      load[places.get(s).shard()] += targets[s];
    }
    long largest = 0;
    long all = IntStream.of(targets).sum();
    for (List<Integer> own : minibatches.values()) {
      assertThat(own).allMatch(s -> targets[s] == targets[own.get(0)]);
      assertThat(own.stream().map(s -> places.get(s).shard()).distinct()).hasSize(1);
      long size = (long) own.size() * targets[own.get(0)];
      assertThat(own.size() == 1 || (size <= most && size <= all / shards)).isTrue();
      largest = Math.max(largest, size);
    }
    for (long tokens : load) {
      assertThat(tokens).isBetween(0L, all / shards + largest);
    }
  }

  @Test
  void withoutSentencesThereIsNoPlace() {
    assertThat(SentenceMinibatches.places(new int[0], 10, 4)).isEmpty();
  }
}
