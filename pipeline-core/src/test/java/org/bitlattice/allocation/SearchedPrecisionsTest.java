package org.bitlattice.allocation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.quant.ModelUnits;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.ScaleForm;
import org.bitlattice.quant.ScaleScope;
import org.bitlattice.quant.StoredSize;
import org.bitlattice.quant.WeightUnit;
import org.junit.jupiter.api.Test;

class SearchedPrecisionsTest {
  private static final ModelUnits UNITS = ModelUnits.whole(new LstmArchitecture(100, 8, 8, 1));
  private static final ScaleForm SCALES = ScaleForm.of(ScaleScope.TENSOR);
  private static final long FULL = StoredSize.fullPrecisionBytes(UNITS.architecture());

  /** Every unit has one precision with probability 0.8 and each of two others with 0.1. */
  private static SearchedPrecisions search(double beta, Precision likely) {
    Map<String, List<UnitOption>> options = new LinkedHashMap<>();
    for (WeightUnit unit : UNITS.units()) {
      options.put(
          unit.name(),
          List.of(Precision.TWO, Precision.FOUR, Precision.EIGHT).stream()
              .map(
                  precision ->
                      UnitOption.of(
                          unit, precision, SCALES, -Math.log(precision == likely ? 0.8 : 0.1)))
              .toList());
    }
    return new SearchedPrecisions(beta, options);
  }

  private static final List<SearchedPrecisions> ALL =
      List.of(search(0, Precision.EIGHT), search(0.5, Precision.FOUR), search(2, Precision.TWO));

  private static long bytes(Precision precision) {
    return PrecisionAssignment.uniform(UNITS, precision, SCALES).bytes();
  }

  private static double chosen(Budget budget) {
    return SearchedPrecisions.forBudget(ALL, UNITS, budget).beta();
  }

  @Test
  void sizesAreThoseOfTheMostProbablePrecisions() {
    assertThat(ALL.get(1).mostProbableBytes(UNITS)).isEqualTo(bytes(Precision.FOUR));
    assertThat(ALL.get(1).mostProbableBits(UNITS)).isEqualTo(4);
  }

  @Test
  void aBudgetTakesTheSmallestSearchThatFillsIt() {
    for (Precision filling : List.of(Precision.FOUR, Precision.TWO)) {
      double expected = filling == Precision.FOUR ? 0.5 : 2;
      for (double part : new double[] {1, 0.9}) {
        long budget = (long) (part * bytes(filling));
        assertThat(chosen(new Budget.Bytes(budget))).isEqualTo(expected);
        assertThat(chosen(new Budget.Ratio(1.0001 * FULL / budget))).isEqualTo(expected);
        assertThat(chosen(new Budget.AverageBits(part * filling.bits()))).isEqualTo(expected);
      }
    }
    assertThat(chosen(new Budget.Bytes(bytes(Precision.FOUR) + 1))).isEqualTo(0);
    assertThat(chosen(new Budget.AverageBits(4.01))).isEqualTo(0);
  }

  @Test
  void aBudgetThatEverySearchFitsTakesTheLargest() {
    assertThat(chosen(new Budget.Bytes(bytes(Precision.EIGHT) + 1))).isEqualTo(0);
    assertThat(chosen(new Budget.Ratio(1))).isEqualTo(0);
  }

  @Test
  void equallyLargeSearchesGiveTheFirst() {
    List<SearchedPrecisions> equal = List.of(search(1, Precision.FOUR), search(3, Precision.FOUR));
    assertThat(SearchedPrecisions.forBudget(equal, UNITS, new Budget.Ratio(1)).beta()).isEqualTo(1);
    assertThat(SearchedPrecisions.forBudget(equal, UNITS, new Budget.AverageBits(2)).beta())
        .isEqualTo(1);
  }

  @Test
  void theMostProbablePrecisionsAreTakenWhereTheBudgetAllows() {
    Map<String, Precision> roomy =
        Allocator.over(UNITS, ALL.get(1).options(), SCALES, AllocationRules.NONE)
            .best(new Budget.AverageBits(8))
            .assignment()
            .precisions();
    assertThat(roomy.values()).containsOnly(Precision.FOUR);
    Map<String, Precision> tight =
        Allocator.over(UNITS, ALL.get(1).options(), SCALES, AllocationRules.NONE)
            .best(new Budget.AverageBits(2))
            .assignment()
            .precisions();
    assertThat(tight.values()).containsOnly(Precision.TWO);
  }
}
