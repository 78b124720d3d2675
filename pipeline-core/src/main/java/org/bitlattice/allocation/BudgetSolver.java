package org.bitlattice.allocation;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The best choices within budgets on one axis: by the frontier of all budgets where it is exact,
 * else by a {@link BudgetSearch} for each budget, else the frontier's with a bound on what it
 * lacks.
 */
final class BudgetSolver {
  private final Map<String, List<UnitOption>> options;
  private final SizeAxis axis;
  private final Limits limits;
  private final ParetoFrontier frontier;
  private final Map<Long, Solution> solved = new HashMap<>();

  /**
   * How much may be looked at.
   *
   * @param frontier most points of a frontier
   * @param search most points of a search
   */
  record Limits(int frontier, int search) {
    /** What fits into some hundred megabytes. */
    static Limits of(int units) {
      return new Limits(ParetoFrontier.mostPoints(units), BudgetSearch.MOST_POINTS);
    }
  }

  /**
   * A choice.
   *
   * @param excess by how much its damage can exceed the least possible one within the budget; 0
   *     when it is the least
   */
  record Solution(ParetoFrontier.Point point, double excess) {}

  /**
   * @param options at least one option for each unit
   * @throws IllegalArgumentException as {@link ParetoFrontier#over} does
   */
  BudgetSolver(Map<String, List<UnitOption>> options, SizeAxis axis, Limits limits) {
    this.options = options;
    this.axis = axis;
    this.limits = limits;
    this.frontier = ParetoFrontier.over(options, axis::cost, limits.frontier());
  }

  ParetoFrontier frontier() {
    return frontier;
  }

  /**
   * The best choice within a budget; of equally good ones the smaller.
   *
   * @param budget most cost
   * @throws IllegalArgumentException when even the smallest choice is above the budget
   */
  Solution best(long budget) {
    Solution known = solved.get(budget);
    if (known == null) {
      known = solve(budget);
      solved.put(budget, known);
    }
    return known;
  }

  private Solution solve(long budget) {
    ParetoFrontier.Point point = frontier.best(budget);
    if (frontier.excess(point) == 0) {
      return new Solution(point, 0);
    }
    // The same choice keeps the frontier's sum, so that it is the same point.
    return BudgetSearch.best(options, axis, budget, point.damage(), limits.search())
        .map(found -> found.precisions().equals(point.precisions()) ? point : found)
        .map(found -> new Solution(found, 0))
        .orElseGet(() -> new Solution(point, excess(point, budget)));
  }

  /** By how much a point of the frontier can exceed the least damage within a budget. */
  double excess(ParetoFrontier.Point point, long budget) {
    double thinned = frontier.excess(point);
    if (thinned == 0) {
      return 0;
    }
    double relaxed = RelaxedBound.of(options.values(), axis::cost, budget).damage();
    return Math.min(thinned, Math.max(0, point.damage() - relaxed));
  }
}
