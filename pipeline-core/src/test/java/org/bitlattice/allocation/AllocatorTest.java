package org.bitlattice.allocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.quant.ModelUnits;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.ScaleForm;
import org.bitlattice.quant.ScaleFormat;
import org.bitlattice.quant.ScaleScope;
import org.bitlattice.quant.StoredSize;
import org.bitlattice.quant.WeightUnit;
import org.bitlattice.quant.WordBlocks;
import org.junit.jupiter.api.Test;

class AllocatorTest {
  private static final LmArchitecture LSTM = new LstmArchitecture(31, 7, 5, 1);
  private static final ModelUnits WHOLE = ModelUnits.whole(LSTM);
  private static final ScaleForm TENSOR = ScaleForm.of(ScaleScope.TENSOR);
  private static final ScaleForm ROW = ScaleForm.of(ScaleScope.ROW);

  /** A choice of one option for each tensor, by brute force. */
  private record Choice(long cost, double damage, List<Precision> precisions) {}

  private static List<Choice> everyChoice(Map<String, List<UnitOption>> options) {
    List<Choice> choices = List.of(new Choice(0, 0, List.of()));
    for (List<UnitOption> tensor : options.values()) {
      List<Choice> longer = new ArrayList<>();
      for (Choice choice : choices) {
        for (UnitOption option : tensor) {
          List<Precision> precisions = new ArrayList<>(choice.precisions());
          precisions.add(option.precision());
          longer.add(
              new Choice(
                  choice.cost() + option.bytes(), choice.damage() + option.damage(), precisions));
        }
      }
      choices = longer;
    }
    return choices;
  }

  private static Map<String, List<UnitOption>> random(int tensors, Random random) {
    Map<String, List<UnitOption>> options = new LinkedHashMap<>();
    for (int tensor = 0; tensor < tensors; tensor++) {
      List<UnitOption> choices = new ArrayList<>();
      for (Precision precision : Precision.values()) {
        if (choices.isEmpty() || random.nextBoolean()) {
          double damage = (random.nextInt(40) - 5) / 8.0;
          choices.add(new UnitOption(precision, damage, random.nextInt(12), random.nextInt(12)));
        }
      }
      options.put("t" + tensor, choices);
    }
    return options;
  }

  @Property(tries = 400)
  void everyBudgetAgreesWithBruteForce(
      @ForAll @IntRange(min = 1, max = 5) int tensors, @ForAll long seed) {
    Map<String, List<UnitOption>> options = random(tensors, new Random(seed));
    ParetoFrontier frontier =
        new BudgetSolver(options, SizeAxis.BYTES, BudgetSolver.Limits.of(9)).frontier();
    List<Choice> choices = everyChoice(options);
    long smallest = choices.stream().mapToLong(Choice::cost).min().orElseThrow();
    assertThat(frontier.smallestCost()).isEqualTo(smallest);
    for (long budget = smallest; budget < 12L * tensors + 1; budget++) {
      long most = budget;
      double best =
          choices.stream()
              .filter(c -> c.cost() <= most)
              .mapToDouble(Choice::damage)
              .min()
              .orElseThrow();
      long least =
          choices.stream()
              .filter(c -> c.damage() == best)
              .mapToLong(Choice::cost)
              .min()
              .orElseThrow();
      ParetoFrontier.Point point = frontier.best(budget);
      assertThat(point.damage()).isEqualTo(best);
      assertThat(point.cost()).isEqualTo(least);
      assertThat(choices)
          .contains(
              new Choice(point.cost(), point.damage(), List.copyOf(point.precisions().values())));
    }
  }

  @Property(tries = 100)
  void sizesRiseAndDamagesFallAlongTheFrontier(
      @ForAll @IntRange(min = 1, max = 9) int tensors, @ForAll long seed) {
    ParetoFrontier frontier =
        new BudgetSolver(
                random(tensors, new Random(seed)), SizeAxis.AVERAGE_BITS, BudgetSolver.Limits.of(9))
            .frontier();
    for (int place = 1; place < frontier.size(); place++) {
      assertThat(frontier.point(place).cost()).isGreaterThan(frontier.point(place - 1).cost());
      assertThat(frontier.point(place).damage()).isLessThan(frontier.point(place - 1).damage());
    }
  }

  /** Damage weight · 4^(−bits), so that more bits always help and the order of weights matters. */
  private static Map<String, List<UnitOption>> options(ModelUnits units, ScaleForm scales) {
    Map<String, List<UnitOption>> options = new LinkedHashMap<>();
    double weight = 1;
    for (WeightUnit unit : units.units()) {
      List<UnitOption> choices = new ArrayList<>();
      for (Precision precision : Precision.values()) {
        double damage = precision == Precision.FULL ? 0 : weight * Math.pow(4, -precision.bits());
        if (unit.whole() || precision != Precision.FULL) {
          choices.add(UnitOption.of(unit, precision, scales, damage));
        }
      }
      weight *= 3;
      options.put(unit.name(), choices);
    }
    return options;
  }

  @Test
  void everyUnitIsKeptToAndUsedUp() {
    for (ScaleScope scope : ScaleScope.values()) {
      ScaleForm scales = new ScaleForm(scope, ScaleFormat.FP16);
      long full = StoredSize.fullPrecisionBytes(LSTM);
      for (double ratio : new double[] {1, 1.5, 2}) {
        PrecisionAssignment chosen = allocate(WHOLE, new Budget.Ratio(ratio), scales);
        assertThat((double) full / chosen.bytes()).isGreaterThanOrEqualTo(ratio);
        assertThat(allocate(WHOLE, new Budget.Bytes((long) (full / ratio)), scales))
            .isEqualTo(chosen);
      }
      for (double bits : new double[] {1, 1.9, 2, 2.1, 3.7, 16, 32}) {
        PrecisionAssignment chosen = allocate(WHOLE, new Budget.AverageBits(bits), scales);
        assertThat(chosen.averageBits()).isLessThanOrEqualTo(bits + 1e-9);
        assertThat(chosen.scales()).isEqualTo(scales);
      }
    }
  }

  private static PrecisionAssignment allocate(ModelUnits units, Budget budget, ScaleForm scales) {
    return allocate(units, options(units, scales), budget, scales);
  }

  private static PrecisionAssignment allocate(
      ModelUnits units, Map<String, List<UnitOption>> options, Budget budget, ScaleForm scales) {
    return Allocator.over(units, options, scales, AllocationRules.NONE).best(budget).assignment();
  }

  @Test
  void blocksAreChosenAsBruteForceChoosesThem() {
    ModelUnits units = new WordBlocks(List.of(3, 11)).cut(new LstmArchitecture(31, 3, 2, 1));
    ScaleForm scales = new ScaleForm(ScaleScope.ROW, ScaleFormat.FP16);
    Random random = new Random(5);
    Map<String, List<UnitOption>> options = new LinkedHashMap<>();
    for (WeightUnit unit : units.units()) {
      List<UnitOption> choices = new ArrayList<>();
      for (Precision precision : List.of(Precision.ONE, Precision.TWO, Precision.FOUR)) {
        double damage = random.nextInt(1000) * Math.pow(2, -precision.bits());
        choices.add(UnitOption.of(unit, precision, scales, damage));
      }
      options.put(unit.name(), choices);
    }
    List<Choice> choices = everyChoice(options);
    assertThat(choices).hasSize(6561);
    long fixed = StoredSize.fixedBytes(units.architecture());
    long smallest = choices.stream().mapToLong(Choice::cost).min().orElseThrow();
    long largest = choices.stream().mapToLong(Choice::cost).max().orElseThrow();
    for (long most = smallest; most <= largest; most++) {
      long budget = most;
      double best =
          choices.stream()
              .filter(c -> c.cost() <= budget)
              .mapToDouble(Choice::damage)
              .min()
              .orElseThrow();
      PrecisionAssignment chosen = allocate(units, options, new Budget.Bytes(fixed + most), scales);
      assertThat(chosen.units()).isEqualTo(units);
      assertThat(chosen.bytes()).isLessThanOrEqualTo(fixed + most);
      assertThat(damage(chosen, options)).isEqualTo(best);
    }
  }

  private static double damage(PrecisionAssignment chosen, Map<String, List<UnitOption>> options) {
    double damage = 0;
    for (Map.Entry<String, List<UnitOption>> unit : options.entrySet()) {
      damage +=
          unit.getValue().stream()
              .filter(option -> option.precision() == chosen.precision(unit.getKey()))
              .findFirst()
              .orElseThrow()
              .damage();
    }
    return damage;
  }

  @Test
  void theLargestBudgetsGiveFullPrecisionAndTheSmallestOneBit() {
    PrecisionAssignment full = PrecisionAssignment.uniform(WHOLE, Precision.FULL, TENSOR);
    assertThat(allocate(WHOLE, new Budget.AverageBits(32), TENSOR)).isEqualTo(full);
    assertThat(allocate(WHOLE, new Budget.Ratio(1), TENSOR)).isEqualTo(full);
    PrecisionAssignment ones = PrecisionAssignment.uniform(WHOLE, Precision.ONE, TENSOR);
    assertThat(allocate(WHOLE, new Budget.AverageBits(1), TENSOR)).isEqualTo(ones);
    assertThat(allocate(WHOLE, new Budget.Bytes(ones.bytes()), TENSOR)).isEqualTo(ones);
  }

  @Test
  void anUnreachableBudgetNamesTheNearestOneInItsUnit() {
    long smallest = PrecisionAssignment.uniform(WHOLE, Precision.ONE, TENSOR).bytes();
    long full = StoredSize.fullPrecisionBytes(LSTM);
    assertUnreachable(
        new Budget.AverageBits(0.5),
        "an average of 0.5 bits cannot be reached; the smallest is 1.000");
    assertUnreachable(
        new Budget.Bytes(smallest - 1),
        "a model file of %d bytes cannot be reached; the smallest has %d"
            .formatted(smallest - 1, smallest));
    String largest = String.format("%.3f", Math.floor(1000.0 * full / smallest) / 1000);
    assertUnreachable(
        new Budget.Ratio(40),
        "a compression ratio of 40.0 cannot be reached; the largest is %s (%d of %d bytes)"
            .formatted(largest, smallest, full));
    allocate(WHOLE, new Budget.Ratio(Double.parseDouble(largest)), TENSOR);
  }

  private static void assertUnreachable(Budget budget, String message) {
    assertThatThrownBy(() -> allocate(WHOLE, budget, TENSOR))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void refusesOptionsThatDoNotFit() {
    Budget budget = new Budget.AverageBits(4);
    assertThatThrownBy(() -> allocate(WHOLE, options(WHOLE, ROW), budget, TENSOR))
        .hasMessageStartingWith("the matrix encoder.weight at 1 bits has 32 bytes");
    Map<String, List<UnitOption>> missing = options(WHOLE, ROW);
    missing.remove("decoder.weight");
    assertThatThrownBy(() -> allocate(WHOLE, missing, budget, ROW))
        .hasMessage("the matrix decoder.weight has no precision to choose from");
    Map<String, List<UnitOption>> more = options(WHOLE, ROW);
    more.put("decoder.bias", List.of());
    assertThatThrownBy(() -> allocate(WHOLE, more, budget, ROW))
        .hasMessageStartingWith("decoder.bias is not a matrix");
    assertThatThrownBy(() -> new UnitOption(Precision.TWO, Double.NaN, 1, 1))
        .hasMessage("the damage of 2 bits is NaN; it must be finite");
    assertThatThrownBy(() -> new Budget.Ratio(-1))
        .hasMessage(
            "a budget of a compression ratio cannot be -1.0; it must be finite and positive");
  }

  @Test
  void refusesFullPrecisionForABlock() {
    ModelUnits units = new WordBlocks(List.of(10)).cut(LSTM);
    Map<String, List<UnitOption>> options = options(units, ROW);
    WeightUnit block = units.units().get(1);
    options.get(block.name()).add(UnitOption.of(block, Precision.FULL, ROW, 0));
    assertThatThrownBy(() -> allocate(units, options, new Budget.AverageBits(4), ROW))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the block encoder.weight[10:31] cannot have 32 bits; a block of a matrix has at most"
                + " 16");
  }

  @Test
  void whatCannotBeReachedIsKnownWithoutSensitivities() {
    ModelUnits blocks = new WordBlocks(List.of(4, 16)).cut(LSTM);
    ScaleForm scales = new ScaleForm(ScaleScope.ROW, ScaleFormat.FP16);
    List<Precision> precisions =
        List.of(Precision.ofBits(16), Precision.ofBits(2), Precision.ofBits(4));
    Allocator unmeasured = Allocator.unmeasured(blocks, precisions, scales, AllocationRules.NONE);
    PrecisionAssignment smallest = unmeasured.smallest();
    assertThat(smallest)
        .isEqualTo(PrecisionAssignment.uniform(blocks, Precision.ofBits(2), scales));
    Budget enough = new Budget.Bytes(smallest.bytes());
    unmeasured.requireReachable(enough);
    Budget less = new Budget.Bytes(smallest.bytes() - 1);
    assertThatThrownBy(() -> unmeasured.requireReachable(less))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "a model file of %d bytes cannot be reached; the smallest has %d"
                .formatted(smallest.bytes() - 1, smallest.bytes()));
    Budget few = new Budget.AverageBits(1.5);
    assertThatThrownBy(() -> unmeasured.requireReachable(few))
        .hasMessage("an average of 1.5 bits cannot be reached; the smallest is 2.000");
  }
}
