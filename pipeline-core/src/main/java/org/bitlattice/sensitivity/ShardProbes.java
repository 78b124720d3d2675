package org.bitlattice.sensitivity;

import java.io.Serializable;
import java.util.List;
import org.bitlattice.lm.scoring.KlSum;

/**
 * The measurements of all probes on one shard, in the order of {@link KlSampling#probes}.
 *
 * @param sums divergence of each probe
 * @param seconds computing time of each probe
 */
public record ShardProbes(List<KlSum> sums, List<Double> seconds) implements Serializable {
  /**
   * @throws IllegalArgumentException when a probe has no time
   */
  public ShardProbes {
    if (sums.size() != seconds.size()) {
      throw new IllegalArgumentException(
          "%d divergences cannot have %d times".formatted(sums.size(), seconds.size()));
    }
  }
}
