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
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.quant.ModelUnits;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.ScaleForm;
import org.bitlattice.quant.ScaleScope;
import org.bitlattice.quant.WeightUnit;
import org.junit.jupiter.api.Test;

class AllocationRegretTest {
  private static final ModelUnits UNITS = ModelUnits.whole(new LstmArchitecture(31, 7, 5, 1));
  private static final ScaleForm ROW = ScaleForm.of(ScaleScope.ROW);
  private static final List<Precision> PRECISIONS =
      List.of(Precision.ONE, Precision.TWO, Precision.FOUR, Precision.EIGHT);
  private static final List<Double> BUDGETS = List.of(0.5, 1.0, 1.5, 2.1, 3.0, 4.0, 20.0);

  /** Damages at random: no two choices have the same sum. */
  private static Map<String, List<UnitOption>> random(List<Precision> precisions, Random random) {
    Map<String, List<UnitOption>> options = new LinkedHashMap<>();
    for (WeightUnit unit : UNITS.units()) {
      List<UnitOption> own = new ArrayList<>();
      for (Precision precision : precisions) {
        own.add(UnitOption.of(unit, precision, ROW, random.nextDouble() - 0.1));
      }
      options.put(unit.name(), own);
    }
    return options;
  }

  /** Every choice, as the place of the option of each unit. */
  private static List<int[]> everyChoice(int precisions) {
    List<int[]> choices = new ArrayList<>();
    int units = UNITS.units().size();
    for (int code = 0; code < Math.pow(precisions, units); code++) {
      int[] choice = new int[units];
      for (int unit = 0, left = code; unit < units; unit++, left /= precisions) {
        choice[unit] = left % precisions;
      }
      choices.add(choice);
    }
    return choices;
  }

  private static double damage(Map<String, List<UnitOption>> options, int[] choice) {
    double sum = 0;
    int unit = 0;
    for (List<UnitOption> own : options.values()) {
      sum += own.get(choice[unit++]).damage();
    }
    return sum;
  }

  private static int[] best(Map<String, List<UnitOption>> options, double averageBits) {
    int[] best = null;
    for (int[] choice : everyChoice(options.values().iterator().next().size())) {
      double bits = 0;
      int unit = 0;
      for (List<UnitOption> own : options.values()) {
        bits += own.get(choice[unit++]).nominalBits();
      }
      boolean fits = bits <= averageBits * UNITS.weights() + 1e-6;
      if (fits && (best == null || damage(options, choice) < damage(options, best))) {
        best = choice;
      }
    }
    return best;
  }

  @Property(tries = 60)
  void agreesWithBruteForce(@ForAll @IntRange(min = 1, max = 4) int others, @ForAll long seed) {
    Random random = new Random(seed);
    Map<String, List<UnitOption>> options = random(PRECISIONS, random);
    List<Map<String, List<UnitOption>>> misleading = new ArrayList<>();
    for (int i = 0; i < others; i++) {
      misleading.add(random(PRECISIONS, random));
    }
    List<AllocationRegret> found = AllocationRegret.atEach(BUDGETS, UNITS, options, misleading);
    assertThat(found).extracting(AllocationRegret::averageBits).doesNotContain(0.5).hasSize(6);
    for (AllocationRegret regret : found) {
      double least = damage(options, best(options, regret.averageBits()));
      double excess = 0;
      for (Map<String, List<UnitOption>> other : misleading) {
        excess = Math.max(excess, damage(options, best(other, regret.averageBits())) - least);
      }
      assertThat(regret.least()).isCloseTo(least, within(1e-12));
      assertThat(regret.excess()).isCloseTo(excess, within(1e-12)).isNotNegative();
    }
  }

  @Test
  void theSameDamagesAreRegrettedNowhereNotEvenByRounding() {
    Map<String, List<UnitOption>> options = random(PRECISIONS, new Random(3));
    assertThat(
            AllocationRegret.atEach(BUDGETS, UNITS, options, List.of(Map.copyOf(options), options)))
        .extracting(AllocationRegret::excess)
        .containsOnly(0.0);
  }

  @Test
  void aChoiceThatIsNotKnownExactlyIsNoMeasure() {
    Map<String, List<UnitOption>> options = random(PRECISIONS, new Random(5));
    List<Map<String, List<UnitOption>>> others = List.of(options);
    BudgetSolver.Limits few = new BudgetSolver.Limits(4, 1);
    assertThatThrownBy(() -> AllocationRegret.atEach(BUDGETS, UNITS, options, others, few))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the best choice for 4 units is not known exactly");
    BudgetSolver.Limits searched = new BudgetSolver.Limits(4, BudgetSearch.MOST_POINTS);
    assertThat(AllocationRegret.atEach(BUDGETS, UNITS, options, others, searched))
        .isEqualTo(AllocationRegret.atEach(BUDGETS, UNITS, options, others));
  }

  @Test
  void budgetsThatTheOptionsCannotReachAreLeftOut() {
    List<Precision> coarse = List.of(Precision.TWO, Precision.FOUR);
    Map<String, List<UnitOption>> options = random(coarse, new Random(4));
    assertThat(AllocationRegret.atEach(List.of(1.5, 1.999, 2.0, 3.0), UNITS, options, List.of()))
        .extracting(AllocationRegret::averageBits)
        .containsExactly(2.0, 3.0);
    assertThat(AllocationRegret.atEach(List.of(1.0), UNITS, options, List.of(options))).isEmpty();
  }
}
