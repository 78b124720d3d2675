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
   * reach.
   *
   * @param options for each unit, by its name, the precisions to choose from with the damages that
   *     are believed
   * @param others the same options with other damages
   * @param averageBits budgets
   * @return in the order of the budgets; budgets below the smallest choice are left out
   * @throws IllegalArgumentException when a unit has no option, when there is no unit, and when a
   *     best choice is not known exactly
   */
  public static List<AllocationRegret> atEach(
      List<Double> averageBits,
      ModelUnits units,
      Map<String, List<UnitOption>> options,
      List<Map<String, List<UnitOption>>> others) {
    return atEach(averageBits, units, options, others, BudgetSolver.Limits.of(options.size()));
  }

  static List<AllocationRegret> atEach(
      List<Double> averageBits,
      ModelUnits units,
      Map<String, List<UnitOption>> options,
      List<Map<String, List<UnitOption>>> others,
      BudgetSolver.Limits limits) {
    BudgetSolver believed = new BudgetSolver(options, SizeAxis.AVERAGE_BITS, limits);
    long smallest = believed.frontier().smallestCost();
    List<Double> reachable =
        averageBits.stream().filter(bits -> limit(bits, units) >= smallest).toList();
    double[] worst = new double[reachable.size()];
    for (Map<String, List<UnitOption>> other : others) {
      BudgetSolver misled = new BudgetSolver(other, SizeAxis.AVERAGE_BITS, limits);
      for (int i = 0; i < worst.length; i++) {
        long budget = limit(reachable.get(i), units);
        double chosen = damage(options, exact(misled, budget).precisions());
        double least = damage(options, exact(believed, budget).precisions());
        worst[i] = Math.max(worst[i], chosen - least);
      }
    }
    List<AllocationRegret> regrets = new ArrayList<>();
    for (int i = 0; i < worst.length; i++) {
      double bits = reachable.get(i);
      double least = exact(believed, limit(bits, units)).damage();
      regrets.add(new AllocationRegret(bits, least, worst[i]));
    }
    return regrets;
  }

  private static ParetoFrontier.Point exact(BudgetSolver solver, long budget) {
    BudgetSolver.Solution best = solver.best(budget);
    if (best.excess() > 0) {
      throw new IllegalArgumentException(
          "the best choice for %d units is not known exactly"
              .formatted(best.point().precisions().size()));
    }
    return best.point();
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
