package org.bitlattice.allocation;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.bitlattice.quant.ModelUnits;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.ScaleForm;
import org.bitlattice.quant.StoredSize;
import org.bitlattice.quant.WeightUnit;

/**
 * Chooses a precision for every unit (a weight matrix or a block of its rows) so that the sum of
 * damages is least within a budget. Bytes and ratio count the whole model file, with header, biases
 * and gains; average bits are nominal and count the matrices only. The choice is exact: by the
 * {@link ParetoFrontier} of all budgets, or where that is too large by a {@link BudgetSearch} for
 * one. Where both are, what the choice may lack is told.
 */
public final class Allocator {
  private final ModelUnits units;
  private final ScaleForm scales;
  private final GroupedOptions choices;
  private final BudgetSolver.Limits limits;
  private final Map<SizeAxis, BudgetSolver> solvers = new EnumMap<>(SizeAxis.class);

  private Allocator(
      ModelUnits units, ScaleForm scales, GroupedOptions choices, BudgetSolver.Limits limits) {
    this.units = units;
    this.scales = scales;
    this.choices = choices;
    this.limits = limits;
  }

  /**
   * An assignment and what speaks for it.
   *
   * @param assignment the precisions
   * @param damage Σ of the units' damages
   * @param excess by how much the damage can exceed the least possible one within the budget; 0
   *     when it is the least
   */
  public record Allocation(PrecisionAssignment assignment, double damage, double excess) {}

  /**
   * An allocator for all budgets.
   *
   * @param options for each unit, by its name, the precisions to choose from
   * @param scales the form of scales, which the options' bytes must fit
   * @throws IllegalArgumentException when a unit has no options or an option of the wrong size,
   *     when a block may become full precision, when a name is unknown, or when the rules match no
   *     unit or leave one without a precision
   */
  public static Allocator over(
      ModelUnits units,
      Map<String, List<UnitOption>> options,
      ScaleForm scales,
      AllocationRules rules) {
    return over(units, options, scales, rules, BudgetSolver.Limits.of(options.size()));
  }

  static Allocator over(
      ModelUnits units,
      Map<String, List<UnitOption>> options,
      ScaleForm scales,
      AllocationRules rules,
      BudgetSolver.Limits limits) {
    GroupedOptions choices = rules.apply(units, checked(units, options, scales));
    return new Allocator(units, scales, choices, limits);
  }

  /**
   * An allocator before anything is measured: no precision does any damage, so the smallest is the
   * best.
   *
   * @param precisions what every unit may get, as far as the rules allow it
   * @throws IllegalArgumentException as {@link #over} does
   */
  public static Allocator unmeasured(
      ModelUnits units, List<Precision> precisions, ScaleForm scales, AllocationRules rules) {
    Map<String, List<UnitOption>> options = new LinkedHashMap<>();
    for (WeightUnit unit : units.units()) {
      options.put(
          unit.name(), precisions.stream().map(p -> UnitOption.of(unit, p, scales, 0)).toList());
    }
    return over(units, options, scales, rules);
  }

  /**
   * Refuses a budget that cannot be reached.
   *
   * @throws IllegalArgumentException as {@link #best} does then
   */
  public void requireReachable(Budget budget) {
    limit(budget);
  }

  /** The assignment with the smallest file. */
  public PrecisionAssignment smallest() {
    return assignment(solver(SizeAxis.BYTES).frontier().point(0).precisions());
  }

  /**
   * The best assignment within a budget; of equally good ones the smaller.
   *
   * @throws IllegalArgumentException when the budget cannot be reached (naming the nearest value
   *     that can, in the budget's unit)
   */
  public Allocation best(Budget budget) {
    BudgetSolver.Solution best = solver(SizeAxis.of(budget)).best(limit(budget));
    return new Allocation(
        assignment(best.point().precisions()), best.point().damage(), best.excess());
  }

  /**
   * Assignments within a budget whose damage is near the least: the best one, then in equal parts
   * others of the frontier from the budget down and the best of those that differ from the best in
   * one choice or in two.
   *
   * @param most largest number of assignments, positive
   * @return distinct, the best first, then by rising damage
   * @throws IllegalArgumentException as {@link #best} does
   */
  public List<Allocation> near(Budget budget, int most) {
    SizeAxis axis = SizeAxis.of(budget);
    long limit = limit(budget);
    BudgetSolver.Solution found = solver(axis).best(limit);
    ParetoFrontier frontier = solver(axis).frontier();
    ParetoFrontier.Point best = found.point();
    Set<ParetoFrontier.Point> points = new LinkedHashSet<>(List.of(best));
    for (int i = frontier.placeOfBest(limit); i >= 0 && points.size() < 1 + (most - 1) / 2; i--) {
      points.add(frontier.point(i));
    }
    points.addAll(new Swaps(choices.options(), axis, limit).around(best, most, points));
    return points.stream()
        .limit(most)
        .sorted(Comparator.comparingDouble(ParetoFrontier.Point::damage))
        .map(
            point ->
                new Allocation(
                    assignment(point.precisions()),
                    point.damage(),
                    Math.max(0, found.excess() + point.damage() - best.damage())))
        .toList();
  }

  /**
   * Points of a frontier, the smallest and the largest among them.
   *
   * @param most largest number of points, at least 2; where there are more they are spread evenly
   */
  public List<Allocation> frontier(SizeAxis axis, int most) {
    BudgetSolver solver = solver(axis);
    ParetoFrontier frontier = solver.frontier();
    long last = frontier.size() - 1L;
    LongStream places =
        last < most
            ? LongStream.rangeClosed(0, last)
            : LongStream.range(0, most).map(i -> i * last / (most - 1));
    return places
        .mapToObj(place -> frontier.point((int) place))
        .map(
            point ->
                new Allocation(
                    assignment(point.precisions()),
                    point.damage(),
                    solver.excess(point, point.cost())))
        .toList();
  }

  private BudgetSolver solver(SizeAxis axis) {
    return solvers.computeIfAbsent(axis, a -> new BudgetSolver(choices.options(), a, limits));
  }

  private PrecisionAssignment assignment(Map<String, Precision> chosen) {
    return PrecisionAssignment.of(units, choices.units(chosen), scales);
  }

  /** Most cost of the units within a budget, after a look at whether it can be reached. */
  private long limit(Budget budget) {
    long smallest = solver(SizeAxis.of(budget)).frontier().smallestCost();
    long limit = budget.limit(units);
    if (limit >= smallest) {
      return limit;
    }
    if (budget instanceof Budget.AverageBits average) {
      throw new IllegalArgumentException(
          "an average of %s bits cannot be reached; the smallest is %s"
              .formatted(average.bits(), up((double) smallest / units.weights())));
    }
    long smallestFile = StoredSize.fixedBytes(units.architecture()) + smallest;
    if (budget instanceof Budget.Ratio ratio) {
      long full = StoredSize.fullPrecisionBytes(units.architecture());
      throw new IllegalArgumentException(
          "a compression ratio of %s cannot be reached; the largest is %s (%d of %d bytes)"
              .formatted(ratio.ratio(), down((double) full / smallestFile), smallestFile, full));
    }
    throw new IllegalArgumentException(
        "a model file of %d bytes cannot be reached; the smallest has %d"
            .formatted(((Budget.Bytes) budget).bytes(), smallestFile));
  }

  /** Three decimals, rounded so that the printed value can be asked for. */
  private static String up(double value) {
    return String.format(Locale.ROOT, "%.3f", Math.ceil(value * 1000) / 1000);
  }

  private static String down(double value) {
    return String.format(Locale.ROOT, "%.3f", Math.floor(value * 1000) / 1000);
  }

  private static Map<String, List<UnitOption>> checked(
      ModelUnits units, Map<String, List<UnitOption>> options, ScaleForm scales) {
    Map<String, List<UnitOption>> ordered = new LinkedHashMap<>();
    for (WeightUnit unit : units.units()) {
      List<UnitOption> choices = options.getOrDefault(unit.name(), List.of());
      if (choices.isEmpty()) {
        throw new IllegalArgumentException(
            "the matrix %s has no precision to choose from".formatted(unit.name()));
      }
      requireSizes(unit, choices, scales);
      ordered.put(unit.name(), choices);
    }
    for (String name : options.keySet()) {
      if (!ordered.containsKey(name)) {
        throw new IllegalArgumentException(
            "%s is not a matrix of this %s; its matrices are %s"
                .formatted(name, units.architecture().kind(), ordered.keySet()));
      }
    }
    return ordered;
  }

  private static void requireSizes(WeightUnit unit, List<UnitOption> choices, ScaleForm scales) {
    Set<Precision> seen = new HashSet<>();
    for (UnitOption choice : choices) {
      UnitOption expected = UnitOption.of(unit, choice.precision(), scales, choice.damage());
      if (choice.bytes() != expected.bytes() || choice.nominalBits() != expected.nominalBits()) {
        throw new IllegalArgumentException(
            "the matrix %s at %d bits has %d bytes and %d nominal bits with scope %s, not %d and %d"
                .formatted(
                    unit.name(),
                    choice.precision().bits(),
                    expected.bytes(),
                    expected.nominalBits(),
                    scales.scope().label(),
                    choice.bytes(),
                    choice.nominalBits()));
      }
      if (!unit.whole() && !choice.precision().quantized()) {
        throw new IllegalArgumentException(
            "the block %s cannot have 32 bits; a block of a matrix has at most 16"
                .formatted(unit.name()));
      }
      if (!seen.add(choice.precision())) {
        throw new IllegalArgumentException(
            "the matrix %s has two options of %d bits"
                .formatted(unit.name(), choice.precision().bits()));
      }
    }
  }
}
