package org.bitlattice.allocation;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bitlattice.quant.ModelUnits;
import org.bitlattice.quant.StoredSize;

/**
 * What a precision search found at one weight β of its size term.
 *
 * @param beta β
 * @param options by unit, each precision with −ln of its probability as damage, at least one
 */
public record SearchedPrecisions(double beta, Map<String, List<UnitOption>> options) {
  public SearchedPrecisions {
    options = new LinkedHashMap<>(options);
  }

  /** The most probable precision of each unit; of equally probable ones the first. */
  private List<UnitOption> mostProbable() {
    return options.values().stream()
        .map(own -> own.stream().min(Comparator.comparingDouble(UnitOption::damage)).orElseThrow())
        .toList();
  }

  /** Length of the model's file when each unit has its most probable precision. */
  public long mostProbableBytes(ModelUnits units) {
    return StoredSize.fixedBytes(units.architecture())
        + mostProbable().stream().mapToLong(UnitOption::bytes).sum();
  }

  /** Nominal bits of a weight when each unit has its most probable precision. */
  public double mostProbableBits(ModelUnits units) {
    long bits = mostProbable().stream().mapToLong(UnitOption::nominalBits).sum();
    return (double) bits / units.weights();
  }

  /**
   * The search whose outcome is cut to a budget: of those whose most probable precisions fill it or
   * do not fit, the smallest, so that the budget is used; where all leave room, the largest. Sizes
   * are bytes, or nominal bits for {@link Budget.AverageBits}; of equal ones the first counts.
   *
   * @param searches at least one
   */
  public static SearchedPrecisions forBudget(
      List<SearchedPrecisions> searches, ModelUnits units, Budget budget) {
    Comparator<SearchedPrecisions> bySize =
        Comparator.comparingDouble(search -> search.share(units, budget));
    return searches.stream()
        .filter(search -> search.share(units, budget) >= 1)
        .min(bySize)
        .orElseGet(() -> searches.stream().min(bySize.reversed()).orElseThrow());
  }

  /** Size of the most probable precisions over the budget. */
  private double share(ModelUnits units, Budget budget) {
    if (budget instanceof Budget.AverageBits average) {
      return mostProbableBits(units) / average.bits();
    }
    if (budget instanceof Budget.Ratio ratio) {
      double full = StoredSize.fullPrecisionBytes(units.architecture());
      return mostProbableBytes(units) * ratio.ratio() / full;
    }
    return (double) mostProbableBytes(units) / ((Budget.Bytes) budget).bytes();
  }
}
