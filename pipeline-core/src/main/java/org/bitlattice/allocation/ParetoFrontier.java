package org.bitlattice.allocation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.bitlattice.quant.Precision;

/**
 * All best trade-offs between the size of a model and the sum of its units' damages: the
 * multiple-choice knapsack, solved exactly for every budget at once. The frontier of the first l
 * units is merged with the options of unit l + 1, and each sum that is neither smaller nor less
 * damaging than another is dropped.
 *
 * <p>Along the frontier sizes rise strictly and damages fall strictly. Of choices with the same
 * damage the smaller is kept; of choices equal in both, the one whose earliest option of the last
 * differing unit stands first.
 */
public final class ParetoFrontier {
  /** Most points that a frontier may have; its memory is then about 20 bytes · units · points. */
  static final int MAX_POINTS = 1_000_000;

  private final List<String> units;
  private final List<List<UnitOption>> options;
  private final List<Stage> stages;

  private ParetoFrontier(List<String> units, List<List<UnitOption>> options, List<Stage> stages) {
    this.units = units;
    this.options = options;
    this.stages = stages;
  }

  /**
   * A point of the frontier.
   *
   * @param cost size of the units in the frontier's unit, without the model's fixed part
   * @param damage Σ of the damages
   * @param precisions the precision of each unit
   */
  public record Point(long cost, double damage, Map<String, Precision> precisions) {}

  /** Frontier of the first few units: points by rising cost, with the way back. */
  private record Stage(long[] cost, double[] damage, int[] parent, byte[] option) {
    int size() {
      return cost.length;
    }
  }

  /**
   * The frontier over true bytes.
   *
   * @param options at least one option for each unit
   * @throws IllegalArgumentException when a unit has no option, or when the frontier has more than
   *     a million points
   */
  public static ParetoFrontier overBytes(Map<String, List<UnitOption>> options) {
    return over(options, UnitOption::bytes, MAX_POINTS);
  }

  /**
   * The frontier over nominal bits.
   *
   * @throws IllegalArgumentException as {@link #overBytes} does
   */
  public static ParetoFrontier overNominalBits(Map<String, List<UnitOption>> options) {
    return over(options, UnitOption::nominalBits, MAX_POINTS);
  }

  static ParetoFrontier over(
      Map<String, List<UnitOption>> options, ToLongFunction<UnitOption> cost, int maxPoints) {
    List<Stage> stages = new ArrayList<>();
    Stage stage = new Stage(new long[1], new double[1], new int[1], new byte[1]);
    for (Map.Entry<String, List<UnitOption>> unit : options.entrySet()) {
      requireOptions(unit.getKey(), unit.getValue());
      stage = new Merge(stage, unit.getValue(), cost, maxPoints).run(unit.getKey());
      stages.add(stage);
    }
    if (stages.isEmpty()) {
      throw new IllegalArgumentException("a frontier needs at least one unit");
    }
    return new ParetoFrontier(
        List.copyOf(options.keySet()),
        options.values().stream().map(List::copyOf).toList(),
        stages);
  }

  private static void requireOptions(String unit, List<UnitOption> options) {
    if (options.isEmpty() || options.size() > Byte.MAX_VALUE) {
      throw new IllegalArgumentException(
          "the matrix %s has %d precisions to choose from; there must be 1 to %d"
              .formatted(unit, options.size(), Byte.MAX_VALUE));
    }
  }

  /** Merges a frontier with one unit's options: as many sorted lists as there are options. */
  private static final class Merge {
    private final Stage before;
    private final double[] damages;
    private final long[] costs;
    private final int[] heads;
    private final int maxPoints;
    private final Growing result = new Growing();

    Merge(Stage before, List<UnitOption> options, ToLongFunction<UnitOption> cost, int maxPoints) {
      this.before = before;
      this.damages = options.stream().mapToDouble(UnitOption::damage).toArray();
      this.costs = options.stream().mapToLong(cost).toArray();
      this.heads = new int[options.size()];
      this.maxPoints = maxPoints;
    }

    Stage run(String unit) {
      double least = Double.POSITIVE_INFINITY;
      for (int option = next(); option >= 0; option = next()) {
        int head = heads[option]++;
        double damage = before.damage()[head] + damages[option];
        if (damage < least) {
          least = damage;
          result.add(before.cost()[head] + costs[option], damage, head, (byte) option);
          if (result.size > maxPoints) {
            throw new IllegalArgumentException(
                "the exact frontier has more than %d points after the matrix %s; allow fewer"
                        .formatted(maxPoints, unit)
                    + " precisions for each matrix, or fewer blocks");
          }
        }
      }
      return result.stage();
    }

    /** The option whose head is smallest by cost, then damage, then its place; −1 at the end. */
    private int next() {
      int best = -1;
      long bestCost = 0;
      double bestDamage = 0;
      for (int option = 0; option < heads.length; option++) {
        if (heads[option] == before.size()) {
          continue;
        }
        long cost = before.cost()[heads[option]] + costs[option];
        double damage = before.damage()[heads[option]] + damages[option];
        if (best < 0 || cost < bestCost || (cost == bestCost && damage < bestDamage)) {
          best = option;
          bestCost = cost;
          bestDamage = damage;
        }
      }
      return best;
    }
  }

  /** Points in arrays that double when full. */
  private static final class Growing {
    private long[] cost = new long[16];
    private double[] damage = new double[16];
    private int[] parent = new int[16];
    private byte[] option = new byte[16];
    private int size;

    void add(long newCost, double newDamage, int newParent, byte newOption) {
      if (size == cost.length) {
        cost = Arrays.copyOf(cost, 2 * size);
        damage = Arrays.copyOf(damage, 2 * size);
        parent = Arrays.copyOf(parent, 2 * size);
        option = Arrays.copyOf(option, 2 * size);
      }
      cost[size] = newCost;
      damage[size] = newDamage;
      parent[size] = newParent;
      option[size] = newOption;
      size++;
    }

    Stage stage() {
      return new Stage(
          Arrays.copyOf(cost, size),
          Arrays.copyOf(damage, size),
          Arrays.copyOf(parent, size),
          Arrays.copyOf(option, size));
    }
  }

  private Stage last() {
    return stages.get(stages.size() - 1);
  }

  /** Number of points. */
  public int size() {
    return last().size();
  }

  /** Cost of the smallest point: no choice of options costs less. */
  public long smallestCost() {
    return last().cost()[0];
  }

  /**
   * A point by its place, from the smallest and most damaging to the largest and least damaging.
   *
   * @throws IndexOutOfBoundsException when the place is not in [0, size)
   */
  public Point point(int place) {
    Precision[] chosen = new Precision[units.size()];
    int at = place;
    for (int unit = units.size() - 1; unit >= 0; unit--) {
      Stage stage = stages.get(unit);
      chosen[unit] = options.get(unit).get(stage.option()[at]).precision();
      at = stage.parent()[at];
    }
    Map<String, Precision> precisions = new LinkedHashMap<>();
    for (int unit = 0; unit < chosen.length; unit++) {
      precisions.put(units.get(unit), chosen[unit]);
    }
    return new Point(last().cost()[place], last().damage()[place], precisions);
  }

  /**
   * The least damaging point within a budget.
   *
   * @param budget most cost, in the frontier's unit
   * @throws IllegalArgumentException when even {@link #smallestCost} is above the budget
   */
  public Point best(long budget) {
    if (budget < smallestCost()) {
      throw new IllegalArgumentException(
          "nothing costs %d or less; the smallest choice costs %d"
              .formatted(budget, smallestCost()));
    }
    int found = Arrays.binarySearch(last().cost(), budget);
    return point(found >= 0 ? found : -found - 2);
  }
}
