package org.bitlattice.allocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.quant.ModelUnits;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.ScaleForm;
import org.bitlattice.quant.ScaleScope;
import org.bitlattice.quant.WeightUnit;
import org.bitlattice.quant.WordBlocks;
import org.junit.jupiter.api.Test;

/** The search for one budget, and what an allocator makes of it, against exact frontiers. */
class BudgetSearchTest {
  private static final int MANY = BudgetSearch.MOST_POINTS;

  /** Sizes without a common measure. */
  @Property(tries = 60)
  void findsTheBest(@ForAll @IntRange(min = 1, max = 9) int tensors, @ForAll long seed) {
    assertSearched(ParetoFrontierTest.random(tensors, new Random(seed)), SizeAxis.BYTES);
  }

  /** Whole numbers: many choices are equally good, and the smaller one is taken. */
  @Property(tries = 60)
  void ofEquallyGoodChoicesFindsTheSmallest(
      @ForAll @IntRange(min = 1, max = 8) int tensors, @ForAll long seed) {
    Random random = new Random(seed);
    Map<String, List<UnitOption>> options = new LinkedHashMap<>();
    for (int tensor = 0; tensor < tensors; tensor++) {
      List<UnitOption> choices = new ArrayList<>();
      for (Precision precision : Precision.values()) {
        int damage = random.nextInt(7) - 2;
        choices.add(new UnitOption(precision, damage, random.nextInt(9), random.nextInt(9)));
      }
      options.put("t" + tensor, choices);
    }
    assertSearched(options, SizeAxis.BYTES);
    assertSearched(options, SizeAxis.AVERAGE_BITS);
  }

  /** Sums of many units coincide where sizes have a common measure, so the frontier is exact. */
  @Test
  void findsTheBestOfManyUnits() {
    assertSearched(ofSizes(new long[] {40, 80, 200}, 300, new Random(2)), SizeAxis.BYTES);
  }

  private static void assertSearched(Map<String, List<UnitOption>> options, SizeAxis axis) {
    ParetoFrontier exact = ParetoFrontier.over(options, axis::cost, Integer.MAX_VALUE);
    assertThat(exact.epsilon()).isZero();
    double range = exact.damage(0) - exact.damage(exact.size() - 1);
    for (int i = 0; i <= 20; i++) {
      int place = (int) ((exact.size() - 1L) * i / 20);
      ParetoFrontier.Point best = exact.point(place);
      long next = place + 1 < exact.size() ? exact.cost(place + 1) - 1 : best.cost() + 5;
      for (long budget : new long[] {best.cost(), next}) {
        for (double worse : new double[] {0, 1e-6, 1e-3}) {
          double known = best.damage() + worse * range;
          ParetoFrontier.Point found =
              BudgetSearch.best(options, axis, budget, known, MANY).orElseThrow();
          assertThat(found.damage()).isCloseTo(best.damage(), within(1e-13 * (1 + range)));
          assertThat(found.cost()).isEqualTo(best.cost());
          assertThat(found.precisions().keySet()).isEqualTo(options.keySet());
          assertThat(sizeOf(found, options, axis)).isEqualTo(found.cost());
        }
      }
    }
  }

  private static long sizeOf(
      ParetoFrontier.Point point, Map<String, List<UnitOption>> options, SizeAxis axis) {
    long size = 0;
    for (Map.Entry<String, Precision> unit : point.precisions().entrySet()) {
      size +=
          options.get(unit.getKey()).stream()
              .filter(option -> option.precision() == unit.getValue())
              .mapToLong(axis::cost)
              .sum();
    }
    return size;
  }

  /** What is found does not depend on what was known, and is more than a thinned frontier has. */
  @Test
  void aThousandTensorsOfFourSizesAreSolved() {
    long[] sizes = {512L * 512, 512L * 2048, 1024L * 512, 30_000L * 512};
    Map<String, List<UnitOption>> options = ofSizes(sizes, 1000, new Random(11));
    BudgetSolver solver = new BudgetSolver(options, SizeAxis.BYTES, BudgetSolver.Limits.of(1000));
    int better = 0;
    for (double bits : new double[] {1.5, 2, 3, 4, 8}) {
      long budget = (long) (1000 / 4.0 * (sizes[0] + sizes[1] + sizes[2] + sizes[3]) * bits / 8);
      ParetoFrontier.Point thinned = solver.frontier().best(budget);
      BudgetSolver.Solution solution = solver.best(budget);
      double found = solution.point().damage();
      double relaxed = RelaxedBound.of(options.values(), UnitOption::bytes, budget).damage();
      assertThat(solution.excess()).isZero();
      assertThat(solution.point().cost()).isLessThanOrEqualTo(budget);
      assertThat(found).isBetween(relaxed, thinned.damage());
      assertThat(thinned.damage()).isLessThan(1.002 * relaxed);
      double further = thinned.damage() + 0.1 * (thinned.damage() - relaxed);
      assertThat(BudgetSearch.best(options, SizeAxis.BYTES, budget, further, MANY).orElseThrow())
          .satisfies(other -> assertThat(other.damage()).isCloseTo(found, within(1e-9 * found)));
      better += found < thinned.damage() ? 1 : 0;
    }
    assertThat(better).isPositive();
  }

  /** Matrices of some sizes in turn, with random damages that fall with the bits. */
  private static Map<String, List<UnitOption>> ofSizes(long[] sizes, int tensors, Random random) {
    Map<String, List<UnitOption>> options = new LinkedHashMap<>();
    for (int tensor = 0; tensor < tensors; tensor++) {
      long weights = sizes[tensor % sizes.length];
      double sensitivity = Math.exp(8 * random.nextDouble());
      List<UnitOption> choices = new ArrayList<>();
      for (Precision precision : Precision.values()) {
        double damage = sensitivity * Math.pow(4, -precision.bits()) * (0.5 + random.nextDouble());
        long bits = precision.bits() * weights;
        long bytes = precision == Precision.TWO ? (weights + 4) / 5 + 4 : bits / 8 + 4;
        choices.add(new UnitOption(precision, damage, bytes, bits));
      }
      options.put("t" + tensor, choices);
    }
    return options;
  }

  /** All choices have equal damage for their size, so that none can be told apart by its regret. */
  @Test
  void givesUpWhereTooManyChoicesCouldWin() {
    Map<String, List<UnitOption>> options = ParetoFrontierTest.exploding(16);
    ParetoFrontier exact = ParetoFrontier.over(options, UnitOption::bytes, Integer.MAX_VALUE);
    double known = exact.best(43_690).damage();
    assertThat(BudgetSearch.best(options, SizeAxis.BYTES, 43_690, known, 1000)).isEmpty();
    assertThat(BudgetSearch.best(options, SizeAxis.BYTES, 43_690, known, MANY))
        .hasValueSatisfying(found -> assertThat(found.damage()).isEqualTo(known));
  }

  @Test
  void anAllocatorIsExactAlthoughItsFrontierIsThinned() {
    ModelUnits units = new WordBlocks(List.of(5, 12, 20)).cut(new LstmArchitecture(31, 7, 5, 1));
    ScaleForm scales = ScaleForm.of(ScaleScope.ROW);
    Random random = new Random(4);
    Map<String, List<UnitOption>> options = new LinkedHashMap<>();
    for (WeightUnit unit : units.units()) {
      List<UnitOption> own = new ArrayList<>();
      for (Precision precision : List.of(Precision.ONE, Precision.TWO, Precision.FOUR)) {
        double damage = (1 + random.nextDouble()) * unit.weights() * Math.pow(3, -precision.bits());
        own.add(UnitOption.of(unit, precision, scales, damage));
      }
      options.put(unit.name(), own);
    }
    AllocationRules none = AllocationRules.NONE;
    Allocator exact = Allocator.over(units, options, scales, none);
    Allocator thinned =
        Allocator.over(units, options, scales, none, new BudgetSolver.Limits(20, MANY));
    Allocator bounded =
        Allocator.over(units, options, scales, none, new BudgetSolver.Limits(20, 1));
    int unproven = 0;
    for (double bits = 1; bits < 4.2; bits += 0.1) {
      Budget budget = new Budget.AverageBits(bits);
      Allocator.Allocation best = exact.best(budget);
      Allocator.Allocation found = thinned.best(budget);
      assertThat(found.excess()).isZero();
      assertThat(found.assignment()).isEqualTo(best.assignment());
      assertThat(found.damage()).isCloseTo(best.damage(), within(1e-12 * best.damage()));
      List<Allocator.Allocation> near = thinned.near(budget, 9);
      assertThat(near.get(0)).isEqualTo(found);
      assertThat(near).extracting(Allocator.Allocation::assignment).doesNotHaveDuplicates();
      Allocator.Allocation known = bounded.best(budget);
      assertThat(known.damage() - known.excess()).isLessThanOrEqualTo(best.damage() + 1e-9);
      unproven += known.excess() > 0 ? 1 : 0;
    }
    assertThat(unproven).isPositive();
  }
}
