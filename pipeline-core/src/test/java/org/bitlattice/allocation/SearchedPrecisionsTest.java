package org.bitlattice.allocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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

  /** Every unit has 2 bits with a probability, else 8. */
  private static SearchedPrecisions search(double beta, double ofTwo) {
    Map<String, List<SearchedPrecisions.Choice>> choices = new LinkedHashMap<>();
    for (WeightUnit unit : UNITS.units()) {
      choices.put(
          unit.name(),
          List.of(choice(unit, Precision.TWO, ofTwo), choice(unit, Precision.EIGHT, 1 - ofTwo)));
    }
    return new SearchedPrecisions(beta, choices);
  }

  private static SearchedPrecisions.Choice choice(
      WeightUnit unit, Precision precision, double probability) {
    return new SearchedPrecisions.Choice(
        UnitOption.of(unit, precision, SCALES, -Math.log(probability)), probability);
  }

  private static long bytes(Precision precision) {
    return PrecisionAssignment.uniform(UNITS, precision, SCALES).bytes();
  }

  @Test
  void expectedSizesAreMeansOverThePrecisions() {
    SearchedPrecisions found = search(1, 0.75);
    assertThat(found.expectedBits(UNITS)).isCloseTo(0.75 * 2 + 0.25 * 8, within(1e-9));
    assertThat(found.expectedBytes(UNITS))
        .isCloseTo(0.75 * bytes(Precision.TWO) + 0.25 * bytes(Precision.EIGHT), within(1e-6));
  }

  @Test
  void aBudgetTakesTheSearchOfTheNearestExpectedSize() {
    List<SearchedPrecisions> all = List.of(search(0, 0.1), search(0.5, 0.6), search(2, 0.95));
    long full = StoredSize.fullPrecisionBytes(UNITS.architecture());
    for (SearchedPrecisions expected : all) {
      double bytes = expected.expectedBytes(UNITS);
      List<Budget> budgets =
          List.of(
              new Budget.Bytes(Math.round(bytes * 1.01)),
              new Budget.Ratio(full / bytes * 1.01),
              new Budget.AverageBits(expected.expectedBits(UNITS) * 0.99));
      for (Budget budget : budgets) {
        assertThat(SearchedPrecisions.nearest(all, UNITS, budget).beta())
            .as("%s", budget)
            .isEqualTo(expected.beta());
      }
    }
    List<SearchedPrecisions> equal = List.of(search(1, 0.5), search(2, 0.5));
    assertThat(SearchedPrecisions.nearest(equal, UNITS, new Budget.Ratio(4)).beta()).isEqualTo(1);
  }

  @Test
  void theMostProbablePrecisionsAreTakenWhereTheBudgetAllows() {
    Map<String, Precision> roomy =
        Allocator.allocate(UNITS, search(1, 0.9).options(), new Budget.AverageBits(8), SCALES)
            .precisions();
    assertThat(roomy.values()).containsOnly(Precision.TWO);
    Map<String, Precision> eight =
        Allocator.allocate(UNITS, search(1, 0.1).options(), new Budget.AverageBits(8), SCALES)
            .precisions();
    assertThat(eight.values()).containsOnly(Precision.EIGHT);
    Map<String, Precision> tight =
        Allocator.allocate(UNITS, search(1, 0.1).options(), new Budget.AverageBits(2), SCALES)
            .precisions();
    assertThat(tight.values()).containsOnly(Precision.TWO);
  }
}
