package org.bitlattice.allocation;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.TensorShape;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.ScaleScope;
import org.bitlattice.quant.StoredSize;

/**
 * Chooses a precision for every weight matrix so that the sum of damages is least within a budget,
 * exactly. Bytes and ratio count the whole model file, with header, biases and gains; average bits
 * are nominal and count the matrices only.
 */
public final class Allocator {
  private Allocator() {}

  /**
   * The best assignment within a budget; of equally good ones the smaller.
   *
   * @param options for each matrix of the architecture the precisions to choose from
   * @param scope what a scale covers, which the options' bytes must fit
   * @throws IllegalArgumentException when a matrix has no options or an option of the wrong size,
   *     when a name is unknown, or when the budget cannot be reached (naming the nearest value that
   *     can, in the budget's unit)
   */
  public static PrecisionAssignment allocate(
      LmArchitecture architecture,
      Map<String, List<TensorOption>> options,
      Budget budget,
      ScaleScope scope) {
    Map<String, List<TensorOption>> ordered = checked(architecture, options, scope);
    Map<String, Precision> chosen =
        budget instanceof Budget.AverageBits average
            ? withinAverage(architecture, ordered, average)
            : withinBytes(architecture, ordered, budget);
    return PrecisionAssignment.of(architecture, chosen, scope);
  }

  private static Map<String, Precision> withinAverage(
      LmArchitecture architecture,
      Map<String, List<TensorOption>> options,
      Budget.AverageBits budget) {
    long weights = architecture.quantizable().stream().mapToLong(TensorShape::size).sum();
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
      LmArchitecture architecture, Map<String, List<TensorOption>> options, Budget budget) {
    long fixed = StoredSize.fixedBytes(architecture);
    long full = StoredSize.fullPrecisionBytes(architecture);
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

  private static Map<String, List<TensorOption>> checked(
      LmArchitecture architecture, Map<String, List<TensorOption>> options, ScaleScope scope) {
    Map<String, List<TensorOption>> ordered = new LinkedHashMap<>();
    for (TensorShape shape : architecture.quantizable()) {
      List<TensorOption> choices = options.getOrDefault(shape.name(), List.of());
      if (choices.isEmpty()) {
        throw new IllegalArgumentException(
            "the matrix %s has no precision to choose from".formatted(shape.name()));
      }
      requireSizes(shape, choices, scope);
      ordered.put(shape.name(), choices);
    }
    for (String name : options.keySet()) {
      if (!ordered.containsKey(name)) {
        throw new IllegalArgumentException(
            "%s is not a matrix of this %s; its matrices are %s"
                .formatted(name, architecture.kind(), ordered.keySet()));
      }
    }
    return ordered;
  }

  private static void requireSizes(
      TensorShape shape, List<TensorOption> choices, ScaleScope scope) {
    Set<Precision> seen = new HashSet<>();
    for (TensorOption choice : choices) {
      TensorOption expected = TensorOption.of(shape, choice.precision(), scope, choice.damage());
      if (choice.bytes() != expected.bytes() || choice.nominalBits() != expected.nominalBits()) {
        throw new IllegalArgumentException(
            "the matrix %s at %d bits has %d bytes and %d nominal bits with scope %s, not %d and %d"
                .formatted(
                    shape.name(),
                    choice.precision().bits(),
                    expected.bytes(),
                    expected.nominalBits(),
                    scope.label(),
                    choice.bytes(),
                    choice.nominalBits()));
      }
      if (!seen.add(choice.precision())) {
        throw new IllegalArgumentException(
            "the matrix %s has two options of %d bits"
                .formatted(shape.name(), choice.precision().bits()));
      }
    }
  }
}
