package org.bitlattice.allocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.quant.ModelUnits;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.ScaleForm;
import org.bitlattice.quant.ScaleScope;
import org.bitlattice.quant.WeightUnit;
import org.bitlattice.quant.WordBlocks;
import org.junit.jupiter.api.Test;

/** Rules and neighbours of an allocation, against all assignments there are. */
class AllocationRulesTest {
  /** Six units: two blocks of encoder and decoder each, and two matrices of the LSTM. */
  private static final ModelUnits UNITS =
      new WordBlocks(List.of(5)).cut(new LstmArchitecture(20, 3, 4, 1));

  private static final ScaleForm SCALES = ScaleForm.of(ScaleScope.TENSOR);
  private static final List<Precision> PRECISIONS =
      List.of(Precision.ONE, Precision.TWO, Precision.FOUR);

  private static Map<String, List<UnitOption>> options(Random random) {
    Map<String, List<UnitOption>> options = new LinkedHashMap<>();
    for (WeightUnit unit : UNITS.units()) {
      List<UnitOption> own = new ArrayList<>();
      for (Precision precision : PRECISIONS) {
        double damage = random.nextDouble() * Math.pow(3, -precision.bits());
        own.add(UnitOption.of(unit, precision, SCALES, damage));
      }
      options.put(unit.name(), own);
    }
    return options;
  }

  private static List<PrecisionAssignment> everyAssignment() {
    List<Map<String, Precision>> all = List.of(Map.of());
    for (String unit : UNITS.names()) {
      List<Map<String, Precision>> longer = new ArrayList<>();
      for (Map<String, Precision> before : all) {
        for (Precision precision : PRECISIONS) {
          Map<String, Precision> more = new LinkedHashMap<>(before);
          more.put(unit, precision);
          longer.add(more);
        }
      }
      all = longer;
    }
    return all.stream().map(own -> PrecisionAssignment.of(UNITS, own, SCALES)).toList();
  }

  private static double damage(
      PrecisionAssignment assignment, Map<String, List<UnitOption>> options) {
    double damage = 0;
    for (String unit : UNITS.names()) {
      damage +=
          options.get(unit).stream()
              .filter(option -> option.precision() == assignment.precision(unit))
              .findFirst()
              .orElseThrow()
              .damage();
    }
    return damage;
  }

  private static AllocationRules.Limit limit(String units, int atLeast, Precision... allowed) {
    return new AllocationRules.Limit(new UnitPattern(units), Set.of(allowed), atLeast);
  }

  private static AllocationRules.Limit floor(String units, int atLeast) {
    return new AllocationRules.Limit(
        new UnitPattern(units), EnumSet.allOf(Precision.class), atLeast);
  }

  private static boolean obeys(PrecisionAssignment assignment) {
    Precision input = assignment.precision("rnn.weight_ih_l0");
    return assignment.precision("decoder.weight[0:5]").bits() >= 2
        && assignment.precision("decoder.weight[5:20]").bits() >= 2
        && assignment.precision("encoder.weight[0:5]") != Precision.TWO
        && input == assignment.precision("rnn.weight_hh_l0")
        && input == assignment.precision("encoder.weight[5:20]");
  }

  private static final AllocationRules RULES =
      new AllocationRules(
          List.of(
              floor("decoder\\.weight", 2),
              limit("encoder\\.weight\\[0:5]", 1, Precision.ONE, Precision.FOUR)),
          List.of(new UnitPattern("rnn.*|encoder\\.weight\\[5:20]")));

  @Property(tries = 40)
  void theBestWithinRulesAgreesWithBruteForce(@ForAll long seed) {
    Map<String, List<UnitOption>> options = options(new Random(seed));
    Allocator allocator = Allocator.over(UNITS, options, SCALES, RULES);
    List<PrecisionAssignment> allowed =
        everyAssignment().stream().filter(AllocationRulesTest::obeys).toList();
    assertThat(allowed).hasSize(2 * 2 * 2 * 3);
    for (double bits : new double[] {1.8, 2, 2.5, 3, 4}) {
      Budget budget = new Budget.AverageBits(bits);
      double best =
          allowed.stream()
              .filter(own -> own.fits(budget))
              .mapToDouble(own -> damage(own, options))
              .min()
              .orElseThrow();
      Allocator.Allocation found = allocator.best(budget);
      assertThat(obeys(found.assignment())).isTrue();
      assertThat(found.assignment().fits(budget)).isTrue();
      assertThat(damage(found.assignment(), options)).isEqualTo(best);
      assertThat(found.damage()).isCloseTo(best, within(1e-12));
      assertThat(found.excess()).isZero();
    }
  }

  @Property(tries = 40)
  void neighboursAreTheBestOfOneMoveOrTwoAndOfTheFrontier(@ForAll long seed) {
    Map<String, List<UnitOption>> options = options(new Random(seed));
    Allocator allocator = Allocator.over(UNITS, options, SCALES, AllocationRules.NONE);
    Budget budget = new Budget.AverageBits(2.3);
    PrecisionAssignment best = allocator.best(budget).assignment();
    List<PrecisionAssignment> near =
        allocator.near(budget, 9).stream().map(Allocator.Allocation::assignment).toList();
    assertThat(near).hasSize(9).doesNotHaveDuplicates().allMatch(own -> own.fits(budget));
    assertThat(near.get(0)).isEqualTo(best);
    assertThat(near.stream().mapToDouble(own -> damage(own, options)).toArray()).isSorted();
    List<PrecisionAssignment> closest =
        everyAssignment().stream()
            .filter(own -> own.fits(budget) && !own.equals(best) && differences(own, best) <= 2)
            .sorted(Comparator.comparingDouble(own -> damage(own, options)))
            .limit(4)
            .toList();
    assertThat(near).containsAll(closest);
  }

  private static long differences(PrecisionAssignment a, PrecisionAssignment b) {
    return UNITS.names().stream().filter(unit -> a.precision(unit) != b.precision(unit)).count();
  }

  @Test
  void aFrontierHasItsEndsAndRisesInSize() {
    Map<String, List<UnitOption>> options = options(new Random(1));
    Allocator allocator = Allocator.over(UNITS, options, SCALES, RULES);
    for (SizeAxis axis : SizeAxis.values()) {
      List<Allocator.Allocation> all = allocator.frontier(axis, 1000);
      List<Allocator.Allocation> few = allocator.frontier(axis, 3);
      assertThat(few).hasSize(3);
      assertThat(few.get(0)).isEqualTo(all.get(0));
      assertThat(few.get(2)).isEqualTo(all.get(all.size() - 1));
      assertThat(all).allMatch(point -> obeys(point.assignment()));
      for (int i = 1; i < all.size(); i++) {
        PrecisionAssignment before = all.get(i - 1).assignment();
        PrecisionAssignment after = all.get(i).assignment();
        assertThat(
                axis == SizeAxis.BYTES
                    ? after.bytes() > before.bytes()
                    : after.averageBits() > before.averageBits())
            .isTrue();
        assertThat(all.get(i).damage()).isLessThan(all.get(i - 1).damage());
      }
    }
  }

  private static void assertRefused(AllocationRules rules, String message) {
    assertThatThrownBy(() -> Allocator.over(UNITS, options(new Random(1)), SCALES, rules))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void rulesThatDoNotFitTheModelAreRefused() {
    assertRefused(
        new AllocationRules(List.of(floor("decodr", 2)), List.of()),
        "the allocation rule for \"decodr\" matches no unit of this lstm; its units are [encoder");
    assertRefused(
        new AllocationRules(List.of(), List.of(new UnitPattern("rnn"))),
        "the allocation rule for \"rnn\" matches no unit");
    assertRefused(
        new AllocationRules(List.of(floor("rnn.*", 8)), List.of()),
        "the allocation rules leave rnn.weight_ih_l0 no precision; those measured are 1, 2, 4 bits");
    assertRefused(
        new AllocationRules(
            List.of(), List.of(new UnitPattern("rnn.*"), new UnitPattern(".*hh_l0"))),
        "rnn.weight_hh_l0 is in two groups that share a precision, \"rnn.*\" and \".*hh_l0\"");
    assertRefused(
        new AllocationRules(
            List.of(limit(".*ih_l0", 1, Precision.ONE), limit(".*hh_l0", 1, Precision.FOUR)),
            List.of(new UnitPattern("rnn.*"))),
        "the units [rnn.weight_ih_l0, rnn.weight_hh_l0] must share a precision, and no precision");
  }

  @Test
  void rankCorrelationsAreThoseOfTheTextbook() {
    double[] a = {1, 2, 3, 4, 5};
    assertThat(RankCorrelation.of(a, new double[] {10, 20, 30, 45, 50})).hasValue(1);
    assertThat(RankCorrelation.of(a, new double[] {9, 8, 7, 3, 1})).hasValue(-1);
    // Without ties 1 − 6 Σd² / (n(n² − 1)): differences 1, 1, 0, 1, 1 give 0.8.
    assertThat(RankCorrelation.of(a, new double[] {2, 1, 3, 5, 4}).getAsDouble())
        .isCloseTo(0.8, within(1e-12));
    // With ties it is Pearson's of mean ranks: (0, 1.5, 1.5, 3) with (0, 1, 2, 3).
    assertThat(
            RankCorrelation.of(new double[] {1, 2, 2, 3}, new double[] {1, 2, 3, 4}).getAsDouble())
        .isCloseTo(4.5 / Math.sqrt(4.5 * 5), within(1e-12));
    assertThat(RankCorrelation.of(new double[] {2, 2}, new double[] {1, 3})).isEmpty();
    assertThat(RankCorrelation.of(new double[0], new double[0])).isEmpty();
  }
}
