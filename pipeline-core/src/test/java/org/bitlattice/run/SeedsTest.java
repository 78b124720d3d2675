package org.bitlattice.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SeedsTest {
  @Test
  void equalArgumentsGiveEqualSeeds() {
    assertThat(new Seeds(5).stream("training", 2)).isEqualTo(new Seeds(5).stream("training", 2));
  }

  /** Computed from the definition by arithmetic on integers of any size. */
  @Test
  void seedsAreTheSameOnEveryMachine() {
    assertThat(new Seeds(1).stream("training")).isEqualTo(1838212286247020056L);
    assertThat(new Seeds(-7).stream("W-Schritt ä", 3, -1)).isEqualTo(2646589124843454534L);
  }

  @Test
  void namesNumbersTheirOrderAndTheSeedAllCount() {
    Set<Long> streams = new HashSet<>();
    for (long seed = 0; seed < 10; seed++) {
      Seeds seeds = new Seeds(seed);
      for (String name : new String[] {"", "a", "b", "ab", "ba"}) {
        streams.add(seeds.stream(name));
        streams.add(seeds.stream(name, 0));
        streams.add(seeds.stream(name, 1));
        streams.add(seeds.stream(name, 0, 1));
        streams.add(seeds.stream(name, 1, 0));
      }
    }
    assertThat(streams).hasSize(10 * 5 * 5);
  }
}
