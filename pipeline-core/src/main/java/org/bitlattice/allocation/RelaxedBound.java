package org.bitlattice.allocation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * A lower bound of the least Σ of damages within a budget: the linear relaxation of the
 * multiple-choice knapsack, in which a unit may mix two options (Sinha and Zoltners, Operations
 * Research 27, 1979). Each unit's options are reduced to their lower convex hull over size; steps
 * along the hulls are taken from the steepest on until the budget is used up, the last one in part.
 *
 * @param damage no choice of options within the budget has a smaller sum of damages
 * @param price damage that another unit of size would save: the slope of the step that the budget
 *     ends in, or that comes next; 0 after the last one. Priced so, sizes and damages give the same
 *     bound: Σ of every unit's least damage + price · size, less price · budget
 */
record RelaxedBound(double damage, double price) {
  /** From one option of a hull to the next. */
  private record HullStep(long cost, double gain) {
    double slope() {
      return gain / cost;
    }
  }

  /**
   * The bound for a budget.
   *
   * @param options of each unit, at least one
   * @param cost size of an option
   * @param budget most Σ of sizes, at least the smallest possible
   */
  static RelaxedBound of(
      Collection<List<UnitOption>> options, ToLongFunction<UnitOption> cost, long budget) {
    List<HullStep> steps = new ArrayList<>();
    double damage = 0;
    long left = budget;
    for (List<UnitOption> unit : options) {
      List<UnitOption> hull = hull(unit, cost);
      damage += hull.get(0).damage();
      left -= cost.applyAsLong(hull.get(0));
      for (int i = 1; i < hull.size(); i++) {
        UnitOption from = hull.get(i - 1);
        UnitOption to = hull.get(i);
        steps.add(
            new HullStep(
                cost.applyAsLong(to) - cost.applyAsLong(from), from.damage() - to.damage()));
      }
    }
    steps.sort(Comparator.comparingDouble(HullStep::slope).reversed());
    for (HullStep step : steps) {
      if (left < step.cost()) {
        return new RelaxedBound(damage - step.gain() * left / step.cost(), step.slope());
      }
      damage -= step.gain();
      left -= step.cost();
    }
    return new RelaxedBound(damage, 0);
  }

  /** By rising cost and falling damage, with slopes that get flatter. */
  private static List<UnitOption> hull(List<UnitOption> unit, ToLongFunction<UnitOption> cost) {
    List<UnitOption> sorted = new ArrayList<>(unit);
    sorted.sort(Comparator.comparingLong(cost).thenComparingDouble(UnitOption::damage));
    List<UnitOption> hull = new ArrayList<>();
    for (UnitOption option : sorted) {
      if (!hull.isEmpty() && option.damage() >= hull.get(hull.size() - 1).damage()) {
        continue;
      }
      while (hull.size() > 1 && isAbove(hull, option, cost)) {
        hull.remove(hull.size() - 1);
      }
      hull.add(option);
    }
    return hull;
  }

  /** Whether the last option of a hull lies on or above the line from the one before to another. */
  private static boolean isAbove(
      List<UnitOption> hull, UnitOption option, ToLongFunction<UnitOption> cost) {
    UnitOption last = hull.get(hull.size() - 1);
    UnitOption before = hull.get(hull.size() - 2);
    double first = cost.applyAsLong(last) - cost.applyAsLong(before);
    double whole = cost.applyAsLong(option) - cost.applyAsLong(before);
    return (before.damage() - last.damage()) * whole <= (before.damage() - option.damage()) * first;
  }
}
