package org.bitlattice.allocation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bitlattice.allocation.FrontMerge.Front;
import org.bitlattice.allocation.FrontMerge.Step;
import org.bitlattice.quant.Precision;

/**
 * The least damaging choice within one budget where the frontier of all budgets is too large to be
 * exact. With the price of the linear relaxation, an option's <em>regret</em> is by how much its
 * damage + price · size exceeds the least one of its unit. A choice that beats a known one has
 * regrets that add up to less than the distance of the known one to the relaxation, which is small
 * where there are many units: most units have but one option left. The others are merged as on a
 * {@link ParetoFrontier}, those with the smallest regrets first, without sums that cannot win any
 * more (after Pisinger, European Journal of Operational Research 83, 1995).
 */
final class BudgetSearch {
  /** Most points of all units together; each takes five bytes. */
  static final int MOST_POINTS = 40_000_000;

  /** The share of them that the units so far may have, whose sums are kept too. */
  private static final int WIDTHS = 10;

  /** Share of what is added up that sums may be off by for rounding. */
  private static final double ROUNDING = 1e-13;

  private final Map<String, List<UnitOption>> options;
  private final SizeAxis axis;
  private final long budget;
  private final RelaxedBound relaxed;

  /** Most that regrets may add up to. */
  private final double gap;

  /** Units with more than one option left, by rising least regret of the others. */
  private final List<Core> core = new ArrayList<>();

  /** For each unit its option without regret. */
  private final Map<String, UnitOption> base = new LinkedHashMap<>();

  private BudgetSearch(
      Map<String, List<UnitOption>> options, SizeAxis axis, long budget, double known) {
    this.options = options;
    this.axis = axis;
    this.budget = budget;
    this.relaxed = RelaxedBound.of(options.values(), axis::cost, budget);
    this.gap = Math.max(0, known - relaxed.damage()) + ROUNDING * largestSum();
  }

  /** An upper limit of what is added up. */
  private double largestSum() {
    return relaxed.price() * budget
        + options.values().stream()
            .mapToDouble(
                own -> own.stream().mapToDouble(o -> Math.abs(o.damage())).max().orElseThrow())
            .sum();
  }

  /** A unit with the options that it may have, the one without regret first. */
  private record Core(String unit, List<UnitOption> options, double leastRegret) {}

  /**
   * Keeps sums, taken against the choice without regrets, that are less damaging than all smaller
   * ones and that end neither too large nor, by their regrets and the size that they leave unused,
   * too damaging.
   */
  private final class Winning implements FrontMerge.Filter {
    private final long largest;
    private final long used;
    private double bound = Double.POSITIVE_INFINITY;

    /**
     * @param largest most size with which the units left can still be within the budget
     * @param used least size with which they can use up the budget
     */
    Winning(long largest, long used) {
      this.largest = largest;
      this.used = used;
    }

    @Override
    public boolean keeps(long cost, double damage) {
      double regret = damage + relaxed.price() * cost;
      double unused = relaxed.price() * Math.max(0, used - cost);
      if (cost > largest || damage >= bound || regret + unused > gap) {
        return false;
      }
      bound = damage;
      return true;
    }
  }

  /**
   * The best choice; of equally good ones the smaller.
   *
   * @param options for each unit, at least one
   * @param budget most cost, at least the smallest possible
   * @param known damage of some choice within the budget
   * @param mostPoints most points of all units together; a tenth of them at a time
   * @return nothing when there are too many sums to look at, or none wins for rounding
   */
  static Optional<ParetoFrontier.Point> best(
      Map<String, List<UnitOption>> options,
      SizeAxis axis,
      long budget,
      double known,
      int mostPoints) {
    BudgetSearch search = new BudgetSearch(options, axis, budget, known);
    search.reduce();
    return search.solve(mostPoints);
  }

  private double priced(UnitOption option) {
    return option.damage() + relaxed.price() * axis.cost(option);
  }

  private void reduce() {
    options.forEach(
        (unit, own) -> {
          List<UnitOption> left = new ArrayList<>(own);
          left.sort(Comparator.comparingDouble(this::priced).thenComparingLong(axis::cost));
          double least = priced(left.get(0));
          left.removeIf(option -> priced(option) - least > gap);
          base.put(unit, left.get(0));
          if (left.size() > 1) {
            core.add(new Core(unit, left, priced(left.get(1)) - least));
          }
        });
    core.sort(Comparator.comparingDouble(Core::leastRegret));
  }

  private Optional<ParetoFrontier.Point> solve(int mostPoints) {
    long baseCost = base.values().stream().mapToLong(axis::cost).sum();
    // What the units from a place on can still add to the size, at least and at most.
    long[] least = new long[core.size() + 1];
    long[] most = new long[core.size() + 1];
    for (int place = core.size() - 1; place >= 0; place--) {
      Core unit = core.get(place);
      long own = axis.cost(unit.options().get(0));
      least[place] =
          least[place + 1]
              + unit.options().stream().mapToLong(axis::cost).min().orElseThrow()
              - own;
      most[place] =
          most[place + 1] + unit.options().stream().mapToLong(axis::cost).max().orElseThrow() - own;
    }
    List<Step> steps = new ArrayList<>();
    Front front = Front.empty();
    long room = budget - baseCost;
    long points = 0;
    for (int place = 0; place < core.size(); place++) {
      List<UnitOption> own = core.get(place).options();
      UnitOption first = own.get(0);
      FrontMerge merge =
          new FrontMerge(
              front,
              own.stream().mapToLong(option -> axis.cost(option) - axis.cost(first)).toArray(),
              own.stream().mapToDouble(option -> option.damage() - first.damage()).toArray());
      Winning filter = new Winning(room - least[place + 1], room - most[place + 1]);
      if (!merge.run(mostPoints / WIDTHS, filter)) {
        return Optional.empty();
      }
      front = merge.front();
      points += front.size();
      if (front.size() == 0 || points > mostPoints) {
        return Optional.empty();
      }
      steps.add(merge.step());
    }
    int last = front.size() - 1;
    return front.cost()[last] > room ? Optional.empty() : Optional.of(point(steps, last));
  }

  private ParetoFrontier.Point point(List<Step> steps, int place) {
    Map<String, UnitOption> chosen = new LinkedHashMap<>(base);
    int at = place;
    for (int i = core.size() - 1; i >= 0; i--) {
      chosen.put(core.get(i).unit(), core.get(i).options().get(steps.get(i).option()[at]));
      at = steps.get(i).parent()[at];
    }
    Map<String, Precision> precisions = new LinkedHashMap<>();
    chosen.forEach((unit, option) -> precisions.put(unit, option.precision()));
    return new ParetoFrontier.Point(
        chosen.values().stream().mapToLong(axis::cost).sum(),
        chosen.values().stream().mapToDouble(UnitOption::damage).sum(),
        precisions);
  }
}
