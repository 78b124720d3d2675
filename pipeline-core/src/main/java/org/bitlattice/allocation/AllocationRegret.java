package org.bitlattice.allocation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bitlattice.quant.ModelUnits;
import org.bitlattice.quant.Precision;

/**
 * What it costs at one budget to allocate by damages that are not quite right: Σ_l Ω_l of the
 * choice that other damages would have made, less that of the best choice, both counted by the
 * damages Ω that are believed.
 *
 * @param averageBits the budget, nominal bits a weight
 * @param least Σ of the damages of the best choice
 * @param excess by how much the worst of the other choices is above it; in the unit of the damages,
 *     never negative
 */
public record AllocationRegret(double averageBits, double least, double excess) {
  /**
   * The largest regret over several sets of other damages, at each budget that the options can
   * reach. One exact frontier is solved for each set and one for the damages that are believed.
   *
   * @param options for each unit, by its name, the precisions to choose from with the damages that
   *     are believed
   * @param others the same options with other damages
   * @param averageBits budgets
   * @return in the order of the budgets; budgets below the smallest choice are left out
   * @throws IllegalArgumentException as {@link ParetoFrontier#overNominalBits} does, and when a
   *     frontier is too large to be exact
   */
  public static List<AllocationRegret> atEach(
      List<Double> averageBits,
      ModelUnits units,
      Map<String, List<UnitOption>> options,
      List<Map<String, List<UnitOption>>> others) {
    ParetoFrontier frontier = exact(options);
    List<Double> reachable =
        averageBits.stream().filter(bits -> limit(bits, units) >= frontier.smallestCost()).toList();
    double[] worst = new double[reachable.size()];
    for (Map<String, List<UnitOption>> other : others) {
      ParetoFrontier misled = exact(other);
      for (int i = 0; i < worst.length; i++) {
        long budget = limit(reachable.get(i), units);
        double chosen = damage(options, misled.best(budget).precisions());
        worst[i] = Math.max(worst[i], chosen - frontier.best(budget).damage());
      }
    }
    List<AllocationRegret> regrets = new ArrayList<>();
    for (int i = 0; i < worst.length; i++) {
      double bits = reachable.get(i);
      double least = frontier.best(limit(bits, units)).damage();
      regrets.add(new AllocationRegret(bits, least, worst[i]));
    }
    return regrets;
  }

  private static ParetoFrontier exact(Map<String, List<UnitOption>> options) {
    ParetoFrontier frontier = ParetoFrontier.overNominalBits(options);
    if (frontier.epsilon() > 0) {
      throw new IllegalArgumentException(
          "the frontier of %d units has too many points to be exact".formatted(options.size()));
    }
    return frontier;
  }

  private static long limit(double averageBits, ModelUnits units) {
    return new Budget.AverageBits(averageBits).limit(units);
  }

  private static double damage(
      Map<String, List<UnitOption>> options, Map<String, Precision> chosen) {
    double sum = 0;
    for (Map.Entry<String, List<UnitOption>> unit : options.entrySet()) {
      Precision precision = chosen.get(unit.getKey());
      for (UnitOption option : unit.getValue()) {
        if (option.precision() == precision) {
          sum += option.damage();
        }
      }
    }
    return sum;
  }
}
