package org.bitlattice.sensitivity;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import org.bitlattice.allocation.AllocationRegret;

/**
 * When enough shards have been measured: when a wrong ranking of units and precisions could not
 * cost much. Precisions are allocated by the sensitivities of all shards so far, and once for each
 * shard by those of the others. The regret of a shard is by how much Σ_l Ω_l of the choice without
 * it is above that of the best choice, both counted by all shards. Shards are settled when at every
 * nominal budget the largest regret is at most a share of the best choice's Σ_l Ω_l.
 *
 * <p>Leaving one shard of m out moves a sensitivity by about its standard error over √(m − 1), so
 * this says that no single shard decides, and is no confidence bound. Budgets are nominal and not
 * those of systems: another budget of a system must not measure anything again.
 *
 * @param averageBits budgets that are looked at, nominal bits a weight, rising; those that the
 *     probed precisions cannot reach are left out
 * @param regret largest regret over the least Σ_l Ω_l; 0 measures all shards
 */
public record KlStopping(List<Double> averageBits, double regret) implements Serializable {
  /**
   * Regret in nats per token that does not count: the rounding of single-precision networks leaves
   * about 10⁻⁷ for each unit ({@link org.bitlattice.lm.scoring.KlSum}).
   */
  static final double ROUNDING = 1e-6;

  /**
   * @throws IllegalArgumentException when there is no budget or the regret is negative
   */
  public KlStopping {
    averageBits = List.copyOf(averageBits);
    if (averageBits.isEmpty() || !(regret >= 0)) {
      throw new IllegalArgumentException(
          "shards cannot be settled to a regret of %s at %d budgets; it must be 0 or more, at 1 or more"
              .formatted(regret, averageBits.size()));
    }
  }

  /**
   * What the shards so far say.
   *
   * @param settled whether measuring may end
   * @param words the same for people, without a capital or a stop
   */
  public record Look(boolean settled, String words) {}

  /**
   * Judges the largest regrets.
   *
   * @param regrets one for each budget that can be reached
   */
  Look look(List<AllocationRegret> regrets) {
    if (regrets.isEmpty()) {
      return new Look(
          false, "the probed precisions reach none of the budgets %s bits".formatted(averageBits));
    }
    AllocationRegret worst = regrets.get(0);
    for (AllocationRegret other : regrets) {
      worst = share(other) > share(worst) ? other : worst;
    }
    return new Look(
        regret > 0 && share(worst) <= regret,
        String.format(
            Locale.ROOT,
            "the largest regret is %.2f %% at %s bits",
            100 * share(worst),
            worst.averageBits()));
  }

  /** Regret beyond rounding over the least sum; infinite where rounding left no positive sum. */
  private static double share(AllocationRegret regret) {
    double beyond = Math.max(0, regret.excess() - ROUNDING);
    return beyond == 0 ? 0 : beyond / Math.max(0, regret.least());
  }
}
