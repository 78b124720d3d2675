package org.bitlattice.allocation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.bitlattice.allocation.FrontMerge.Front;
import org.bitlattice.allocation.FrontMerge.Step;
import org.bitlattice.quant.Precision;

/**
 * All best trade-offs between the size of a model and the sum of its units' damages: the
 * multiple-choice knapsack, solved for every budget at once. The frontier of the first l units is
 * merged with the options of unit l + 1, and each sum that is neither smaller nor less damaging
 * than another is dropped (method.md, section 5).
 *
 * <p>Along the frontier sizes rise strictly and damages fall strictly. Of choices with the same
 * damage the smaller is kept; of choices equal in both, the one whose earliest option of the last
 * differing unit stands first.
 *
 * <p>The frontier is exact as long as it has no more points than are allowed. Beyond, points are
 * thinned out by ε-dominance (as in the approximation scheme for knapsacks of Lawler 1979): with
 * the excess x of a damage over the least one that the units so far can have, a point is kept when
 * (1 + ε)·x is below the excess of the last point that was kept. Excesses add up over units, so
 * every choice has a point that is not larger and whose excess is at most (1 + {@link #epsilon}) as
 * great.
 */
public final class ParetoFrontier {
  /** Most points of an exact frontier. */
  static final int MAX_POINTS = 1_000_000;

  /** Most points of all units together; each takes five bytes. */
  private static final int MAX_STEPS = 40_000_000;

  /** The first ε that is tried, and its factor while the frontier stays too large. */
  private static final double FIRST_EPSILON = 1e-7;

  private static final double EPSILON_GROWTH = 4;

  /** The units in the order in which they were given. */
  private final List<String> units;

  /** The units in the order of the steps, with their options. */
  private final Map<String, List<UnitOption>> options;

  private final List<Step> steps;
  private final Front front;
  private final double leastDamage;
  private final double epsilon;

  private ParetoFrontier(
      List<String> units,
      Map<String, List<UnitOption>> options,
      List<Step> steps,
      Front front,
      double leastDamage,
      double epsilon) {
    this.units = units;
    this.options = options;
    this.steps = steps;
    this.front = front;
    this.leastDamage = leastDamage;
    this.epsilon = epsilon;
  }

  /**
   * A point of the frontier.
   *
   * @param cost size of the units in the frontier's unit, without the model's fixed part
   * @param damage Σ of the damages
   * @param precisions the precision of each unit
   */
  public record Point(long cost, double damage, Map<String, Precision> precisions) {}

  /** Most points of a frontier of some units. */
  static int mostPoints(int units) {
    return Math.min(MAX_POINTS, MAX_STEPS / Math.max(1, units));
  }

  /**
   * The frontier of some units.
   *
   * @param options at least one option for each unit
   * @param cost size of an option
   * @param mostPoints most points of the frontier of the first units, however many
   * @throws IllegalArgumentException when a unit has no option, or there is no unit
   */
  public static ParetoFrontier over(
      Map<String, List<UnitOption>> options, ToLongFunction<UnitOption> cost, int mostPoints) {
    if (options.isEmpty()) {
      throw new IllegalArgumentException("a frontier needs at least one unit");
    }
    Map<String, List<UnitOption>> ordered = sameSizesTogether(options, cost);
    List<Step> steps = new ArrayList<>();
    Front front = Front.empty();
    double least = 0;
    double epsilon = 0;
    double factor = 1;
    for (Map.Entry<String, List<UnitOption>> unit : ordered.entrySet()) {
      requireOptions(unit.getKey(), unit.getValue());
      least += unit.getValue().stream().mapToDouble(UnitOption::damage).min().orElseThrow();
      FrontMerge merge =
          new FrontMerge(
              front,
              unit.getValue().stream().mapToLong(cost).toArray(),
              unit.getValue().stream().mapToDouble(UnitOption::damage).toArray());
      while (!merge.run(mostPoints, new Thinning(least, epsilon))) {
        epsilon = Math.max(FIRST_EPSILON, EPSILON_GROWTH * epsilon);
      }
      factor *= 1 + epsilon;
      front = merge.front();
      steps.add(merge.step());
    }
    return new ParetoFrontier(
        List.copyOf(options.keySet()), ordered, steps, front, least, factor - 1);
  }

  /** Units of equal costs follow each other: sums then coincide as long as possible. */
  private static Map<String, List<UnitOption>> sameSizesTogether(
      Map<String, List<UnitOption>> options, ToLongFunction<UnitOption> cost) {
    Map<List<Long>, List<String>> bySizes = new LinkedHashMap<>();
    options.forEach(
        (unit, own) ->
            bySizes
                .computeIfAbsent(
                    own.stream().map(cost::applyAsLong).toList(), sizes -> new ArrayList<>())
                .add(unit));
    Map<String, List<UnitOption>> ordered = new LinkedHashMap<>();
    bySizes
        .values()
        .forEach(own -> own.forEach(unit -> ordered.put(unit, List.copyOf(options.get(unit)))));
    return ordered;
  }

  private static void requireOptions(String unit, List<UnitOption> options) {
    if (options.isEmpty() || options.size() > Byte.MAX_VALUE) {
      throw new IllegalArgumentException(
          "the matrix %s has %d precisions to choose from; there must be 1 to %d"
              .formatted(unit, options.size(), Byte.MAX_VALUE));
    }
  }

  /** Keeps what is less damaging than all that is smaller, thinned out by ε. */
  private static final class Thinning implements FrontMerge.Filter {
    private final double leastDamage;
    private final double epsilon;
    private double bound = Double.POSITIVE_INFINITY;

    Thinning(double leastDamage, double epsilon) {
      this.leastDamage = leastDamage;
      this.epsilon = epsilon;
    }

    @Override
    public boolean keeps(long cost, double damage) {
      if (damage >= bound) {
        return false;
      }
      bound =
          epsilon == 0
              ? damage
              : Math.min(damage, leastDamage + (damage - leastDamage) / (1 + epsilon));
      return true;
    }
  }

  /** Number of points. */
  public int size() {
    return front.size();
  }

  /** Cost of the smallest point: no choice of options costs less. */
  public long smallestCost() {
    return front.cost()[0];
  }

  /**
   * ε of the whole frontier: the damage of {@link #best} is at most D + ε·(D − least), with D the
   * least possible within the budget and least that without any budget; 0 when the frontier is
   * exact.
   */
  public double epsilon() {
    return epsilon;
  }

  /**
   * By how much the damage of a point of {@link #best} can exceed the least possible one within its
   * budget, in the unit of damages; 0 when the frontier is exact.
   */
  public double excess(Point point) {
    return Math.max(0, point.damage() - leastDamage) * epsilon / (1 + epsilon);
  }

  /** Cost of the point at a place, from the smallest and most damaging on. */
  long cost(int place) {
    return front.cost()[place];
  }

  /** Σ of the damages of the point at a place. */
  double damage(int place) {
    return front.damage()[place];
  }

  /**
   * A point by its place, from the smallest and most damaging to the largest and least damaging.
   *
   * @throws IndexOutOfBoundsException when the place is not in [0, size)
   */
  public Point point(int place) {
    Map<String, Precision> chosen = new HashMap<>();
    List<String> order = new ArrayList<>(options.keySet());
    int at = place;
    for (int i = order.size() - 1; i >= 0; i--) {
      Step step = steps.get(i);
      UnitOption option = options.get(order.get(i)).get(step.option()[at]);
      chosen.put(order.get(i), option.precision());
      at = step.parent()[at];
    }
    Map<String, Precision> precisions = new LinkedHashMap<>();
    units.forEach(unit -> precisions.put(unit, chosen.get(unit)));
    return new Point(front.cost()[place], front.damage()[place], precisions);
  }

  /**
   * Place of the least damaging point within a budget.
   *
   * @param budget most cost, in the frontier's unit
   * @throws IllegalArgumentException when even {@link #smallestCost} is above the budget
   */
  public int placeOfBest(long budget) {
    if (budget < smallestCost()) {
      throw new IllegalArgumentException(
          "nothing costs %d or less; the smallest choice costs %d"
              .formatted(budget, smallestCost()));
    }
    int found = Arrays.binarySearch(front.cost(), budget);
    return found >= 0 ? found : -found - 2;
  }

  /**
   * The least damaging point within a budget.
   *
   * @throws IllegalArgumentException as {@link #placeOfBest} does
   */
  public Point best(long budget) {
    return point(placeOfBest(budget));
  }
}
