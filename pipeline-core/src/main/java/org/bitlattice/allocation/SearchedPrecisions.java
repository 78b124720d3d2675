package org.bitlattice.allocation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bitlattice.quant.ModelUnits;
import org.bitlattice.quant.StoredSize;

/**
 * What a precision search found at one weight β of its size term: for each unit its precisions with
 * their probabilities.
 *
 * @param beta β
 * @param choices by unit
 */
public record SearchedPrecisions(double beta, Map<String, List<Choice>> choices) {
  public SearchedPrecisions {
    choices = new LinkedHashMap<>(choices);
  }

  /**
   * A precision of a unit.
   *
   * @param option the precision with −ln of its probability as damage
   * @param probability from 0 to 1
   */
  public record Choice(UnitOption option, double probability) {}

  /** The options of each unit, for {@link Allocator}: Σ −ln a is least for the likeliest choice. */
  public Map<String, List<UnitOption>> options() {
    Map<String, List<UnitOption>> options = new LinkedHashMap<>();
    choices.forEach((unit, own) -> options.put(unit, own.stream().map(Choice::option).toList()));
    return options;
  }

  /** Mean length of the model's file under the probabilities. */
  public double expectedBytes(ModelUnits units) {
    double bytes = StoredSize.fixedBytes(units.architecture());
    for (List<Choice> unit : choices.values()) {
      for (Choice choice : unit) {
        bytes += choice.probability() * choice.option().bytes();
      }
    }
    return bytes;
  }

  /** Mean nominal bits of a weight under the probabilities. */
  public double expectedBits(ModelUnits units) {
    double bits = 0;
    for (List<Choice> unit : choices.values()) {
      for (Choice choice : unit) {
        bits += choice.probability() * choice.option().nominalBits();
      }
    }
    return bits / units.weights();
  }

  /**
   * The search whose expected size is nearest to a budget: the least |ln (expected size / budget)|,
   * in bytes, or in nominal bits for {@link Budget.AverageBits}; of equally near ones the first.
   *
   * @param searches at least one
   */
  public static SearchedPrecisions nearest(
      List<SearchedPrecisions> searches, ModelUnits units, Budget budget) {
    List<SearchedPrecisions> candidates = new ArrayList<>(searches);
    SearchedPrecisions nearest = candidates.remove(0);
    for (SearchedPrecisions candidate : candidates) {
      if (candidate.distance(units, budget) < nearest.distance(units, budget)) {
        nearest = candidate;
      }
    }
    return nearest;
  }

  private double distance(ModelUnits units, Budget budget) {
    double excess;
    if (budget instanceof Budget.AverageBits average) {
      excess = expectedBits(units) / average.bits();
    } else if (budget instanceof Budget.Ratio ratio) {
      double full = StoredSize.fullPrecisionBytes(units.architecture());
      excess = expectedBytes(units) / (full / ratio.ratio());
    } else {
      excess = expectedBytes(units) / ((Budget.Bytes) budget).bytes();
    }
    return Math.abs(Math.log(excess));
  }
}
