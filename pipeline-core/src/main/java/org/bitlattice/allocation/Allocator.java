package org.bitlattice.allocation;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.bitlattice.quant.ModelUnits;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.ScaleForm;
import org.bitlattice.quant.StoredSize;
import org.bitlattice.quant.WeightUnit;

/**
 * Chooses a precision for every unit (a weight matrix or a block of its rows) so that the sum of
 * damages is least within a budget, exactly. Bytes and ratio count the whole model file, with
 * header, biases and gains; average bits are nominal and count the matrices only.
 */
public final class Allocator {
  private Allocator() {}

  /**
   * The best assignment within a budget; of equally good ones the smaller.
   *
   * @param options for each unit, by its name, the precisions to choose from
   * @param scales the form of scales, which the options' bytes must fit
   * @throws IllegalArgumentException when a unit has no options or an option of the wrong size,
   *     when a block may become full precision, when a name is unknown, or when the budget cannot
   *     be reached (naming the nearest value that can, in the budget's unit)
   */
  public static PrecisionAssignment allocate(
      ModelUnits units, Map<String, List<UnitOption>> options, Budget budget, ScaleForm scales) {
    Map<String, List<UnitOption>> ordered = checked(units, options, scales);
    Map<String, Precision> chosen =
        budget instanceof Budget.AverageBits average
            ? withinAverage(units, ordered, average)
            : withinBytes(units, ordered, budget);
    return PrecisionAssignment.of(units, chosen, scales);
  }

  /**
   * Refuses, before anything is measured, a budget that no choice of these precisions fills.
   *
   * @param precisions what every unit may get
   * @throws IllegalArgumentException as {@link #allocate} does when the budget cannot be reached
   */
  public static void requireReachable(
      ModelUnits units, List<Precision> precisions, Budget budget, ScaleForm scales) {
    allocate(units, equallyGood(units, precisions, scales), budget, scales);
  }

  /** The assignment of these precisions with the smallest file. */
  public static PrecisionAssignment smallest(
      ModelUnits units, List<Precision> precisions, ScaleForm scales) {
    Budget any = new Budget.Bytes(Long.MAX_VALUE);
    return allocate(units, equallyGood(units, precisions, scales), any, scales);
  }

  /** Options of equal damage: the smallest is the best. */
  private static Map<String, List<UnitOption>> equallyGood(
      ModelUnits units, List<Precision> precisions, ScaleForm scales) {
    Map<String, List<UnitOption>> options = new LinkedHashMap<>();
    for (WeightUnit unit : units.units()) {
      options.put(
          unit.name(), precisions.stream().map(p -> UnitOption.of(unit, p, scales, 0)).toList());
    }
    return options;
  }

  private static Map<String, Precision> withinAverage(
      ModelUnits units, Map<String, List<UnitOption>> options, Budget.AverageBits budget) {
    long weights = units.weights();
    ParetoFrontier frontier = ParetoFrontier.overNominalBits(options);
    // 2.1 bits · 10 weights is 21 bits, although the product in doubles may fall short of it.
    long most = (long) Math.floor(budget.bits() * weights * (1 + 1e-12));
    if (most < frontier.smallestCost()) {
      throw new IllegalArgumentException(
          "an average of %s bits cannot be reached; the smallest is %s"
              .formatted(budget.bits(), up((double) frontier.smallestCost() / weights)));
    }
    return frontier.best(most).precisions();
  }

  private static Map<String, Precision> withinBytes(
      ModelUnits units, Map<String, List<UnitOption>> options, Budget budget) {
    long fixed = StoredSize.fixedBytes(units.architecture());
    long full = StoredSize.fullPrecisionBytes(units.architecture());
    ParetoFrontier frontier = ParetoFrontier.overBytes(options);
    long smallest = fixed + frontier.smallestCost();
    if (budget instanceof Budget.Ratio ratio) {
      long most = (long) Math.floor(full / ratio.ratio() * (1 + 1e-12));
      if (most < smallest) {
        throw new IllegalArgumentException(
            "a compression ratio of %s cannot be reached; the largest is %s (%d of %d bytes)"
                .formatted(ratio.ratio(), down((double) full / smallest), smallest, full));
      }
      return frontier.best(most - fixed).precisions();
    }
    long most = ((Budget.Bytes) budget).bytes();
    if (most < smallest) {
      throw new IllegalArgumentException(
          "a model file of %d bytes cannot be reached; the smallest has %d"
              .formatted(most, smallest));
    }
    return frontier.best(most - fixed).precisions();
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
