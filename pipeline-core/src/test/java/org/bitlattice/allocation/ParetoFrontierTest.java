package org.bitlattice.allocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.bitlattice.quant.Precision;
import org.junit.jupiter.api.Test;

/** Frontiers that are thinned out, and their bounds, against exact ones. */
class ParetoFrontierTest {
  /** Sizes 2ⁱ or nothing: every sum is another one, and all are on the frontier. */
  static Map<String, List<UnitOption>> exploding(int tensors) {
    Map<String, List<UnitOption>> options = new LinkedHashMap<>();
    for (int tensor = 0; tensor < tensors; tensor++) {
      long size = 1L << tensor;
      options.put(
          "t" + tensor,
          List.of(
              new UnitOption(Precision.ONE, size, 0, 0),
              new UnitOption(Precision.TWO, 0, size, size)));
    }
    return options;
  }

  static Map<String, List<UnitOption>> random(int tensors, Random random) {
    Map<String, List<UnitOption>> options = new LinkedHashMap<>();
    for (int tensor = 0; tensor < tensors; tensor++) {
      int weights = 1 + random.nextInt(1000);
      double sensitivity = Math.exp(6 * random.nextDouble());
      List<UnitOption> choices = new ArrayList<>();
      for (Precision precision : Precision.values()) {
        double damage =
            sensitivity * Math.pow(4, -precision.bits()) * (0.5 + random.nextDouble())
                - random.nextInt(2) * 1e-6;
        long bits = (long) precision.bits() * weights;
        choices.add(new UnitOption(precision, damage, bits / 8 + 4, bits));
      }
      options.put("t" + tensor, choices);
    }
    return options;
  }

  @Test
  void isExactAsLongAsItFits() {
    ParetoFrontier exact = ParetoFrontier.over(exploding(12), UnitOption::bytes, 4096);
    assertThat(exact.size()).isEqualTo(4096);
    assertThat(exact.epsilon()).isZero();
    assertThat(exact.excess(exact.best(1000))).isZero();
    ParetoFrontier thinned = ParetoFrontier.over(exploding(12), UnitOption::bytes, 4095);
    assertThat(thinned.size()).isLessThan(4096);
    assertThat(thinned.epsilon()).isPositive();
  }

  @Property(tries = 60)
  void aThinnedFrontierKeepsItsBounds(
      @ForAll @IntRange(min = 5, max = 9) int tensors,
      @ForAll @IntRange(min = 20, max = 200) int mostPoints,
      @ForAll long seed) {
    Map<String, List<UnitOption>> options = random(tensors, new Random(seed));
    ParetoFrontier exact = ParetoFrontier.over(options, UnitOption::bytes, Integer.MAX_VALUE);
    ParetoFrontier thinned = ParetoFrontier.over(options, UnitOption::bytes, mostPoints);
    assertThat(thinned.size()).isLessThanOrEqualTo(mostPoints);
    assertThat(thinned.smallestCost()).isEqualTo(exact.smallestCost());
    double least = exact.damage(exact.size() - 1);
    assertThat(thinned.damage(thinned.size() - 1)).isCloseTo(least, within(1e-9));
    long largest = exact.cost(exact.size() - 1);
    for (int i = 0; i <= 50; i++) {
      long budget = exact.smallestCost() + i * (largest - exact.smallestCost()) / 50;
      ParetoFrontier.Point found = thinned.best(budget);
      double best = exact.best(budget).damage();
      assertThat(found.cost()).isLessThanOrEqualTo(budget);
      assertThat(found.damage())
          .isBetween(best - 1e-9, best + thinned.epsilon() * (best - least) + 1e-9);
      assertThat(found.damage() - thinned.excess(found)).isLessThanOrEqualTo(best + 1e-9);
      assertThat(RelaxedBound.of(options.values(), UnitOption::bytes, budget).damage())
          .isLessThanOrEqualTo(best + 1e-9);
    }
  }

  @Test
  void theRelaxedBoundIsMetWhereTheHullIs() {
    Map<String, List<UnitOption>> options = random(6, new Random(3));
    ParetoFrontier exact = ParetoFrontier.over(options, UnitOption::bytes, Integer.MAX_VALUE);
    long largest = exact.cost(exact.size() - 1);
    assertThat(RelaxedBound.of(options.values(), UnitOption::bytes, largest).damage())
        .isCloseTo(exact.damage(exact.size() - 1), within(1e-9));
    assertThat(RelaxedBound.of(options.values(), UnitOption::bytes, exact.smallestCost()).damage())
        .isCloseTo(exact.damage(0), within(1e-9));
    // Two options a unit, the same for all: half of them stepped up is a point of the hull.
    Map<String, List<UnitOption>> equal = new LinkedHashMap<>();
    for (int i = 0; i < 4; i++) {
      equal.put(
          "t" + i,
          List.of(
              new UnitOption(Precision.ONE, 3, 10, 10), new UnitOption(Precision.TWO, 1, 20, 20)));
    }
    assertThat(RelaxedBound.of(equal.values(), UnitOption::bytes, 60))
        .isEqualTo(new RelaxedBound(8, 0.2));
    assertThat(RelaxedBound.of(equal.values(), UnitOption::bytes, 65))
        .isEqualTo(new RelaxedBound(7, 0.2));
  }

  @Test
  void refusesNoUnitAndNoOption() {
    assertThatThrownBy(
            () -> new BudgetSolver(Map.of(), SizeAxis.BYTES, BudgetSolver.Limits.of(9)).frontier())
        .hasMessage("a frontier needs at least one unit");
    assertThatThrownBy(
            () ->
                new BudgetSolver(Map.of("a", List.of()), SizeAxis.BYTES, BudgetSolver.Limits.of(9))
                    .frontier())
        .hasMessage("the matrix a has 0 precisions to choose from; there must be 1 to 127");
  }
}
