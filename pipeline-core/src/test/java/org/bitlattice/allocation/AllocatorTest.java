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
import org.bitlattice.lm.TensorShape;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.ScaleScope;
import org.bitlattice.quant.StoredSize;
import org.junit.jupiter.api.Test;

class AllocatorTest {
  private static final LmArchitecture LSTM = new LstmArchitecture(31, 7, 5, 1);

  /** A choice of one option for each tensor, by brute force. */
  private record Choice(long cost, double damage, List<Precision> precisions) {}

  private static List<Choice> everyChoice(Map<String, List<TensorOption>> options) {
    List<Choice> choices = List.of(new Choice(0, 0, List.of()));
    for (List<TensorOption> tensor : options.values()) {
      List<Choice> longer = new ArrayList<>();
      for (Choice choice : choices) {
        for (TensorOption option : tensor) {
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

  private static Map<String, List<TensorOption>> random(int tensors, Random random) {
    Map<String, List<TensorOption>> options = new LinkedHashMap<>();
    for (int tensor = 0; tensor < tensors; tensor++) {
      List<TensorOption> choices = new ArrayList<>();
      for (Precision precision : Precision.values()) {
        if (choices.isEmpty() || random.nextBoolean()) {
          double damage = (random.nextInt(40) - 5) / 8.0;
          choices.add(new TensorOption(precision, damage, random.nextInt(12), random.nextInt(12)));
        }
      }
      options.put("t" + tensor, choices);
    }
    return options;
  }

  @Property(tries = 400)
  void everyBudgetAgreesWithBruteForce(
      @ForAll @IntRange(min = 1, max = 5) int tensors, @ForAll long seed) {
    Map<String, List<TensorOption>> options = random(tensors, new Random(seed));
    ParetoFrontier frontier = ParetoFrontier.overBytes(options);
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
    ParetoFrontier frontier = ParetoFrontier.overNominalBits(random(tensors, new Random(seed)));
    for (int place = 1; place < frontier.size(); place++) {
      assertThat(frontier.point(place).cost()).isGreaterThan(frontier.point(place - 1).cost());
      assertThat(frontier.point(place).damage()).isLessThan(frontier.point(place - 1).damage());
    }
  }

  @Test
  void refusesAFrontierThatExplodes() {
    Map<String, List<TensorOption>> options = new LinkedHashMap<>();
    for (int tensor = 0; tensor < 12; tensor++) {
      long size = 1L << tensor;
      options.put(
          "t" + tensor,
          List.of(
              new TensorOption(Precision.ONE, size, 0, 0),
              new TensorOption(Precision.TWO, 0, size, size)));
    }
    assertThat(ParetoFrontier.over(options, TensorOption::bytes, 4096).size()).isEqualTo(4096);
    assertThatThrownBy(() -> ParetoFrontier.over(options, TensorOption::bytes, 4095))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the exact frontier has more than 4095 points after the matrix t11; allow fewer"
                + " precisions for each matrix");
  }

  /** Damage weight · 4^(−bits), so that more bits always help and the order of weights matters. */
  private static Map<String, List<TensorOption>> options(ScaleScope scope) {
    Map<String, List<TensorOption>> options = new LinkedHashMap<>();
    double weight = 1;
    for (TensorShape shape : LSTM.quantizable()) {
      List<TensorOption> choices = new ArrayList<>();
      for (Precision precision : Precision.values()) {
        double damage = precision == Precision.FULL ? 0 : weight * Math.pow(4, -precision.bits());
        choices.add(TensorOption.of(shape, precision, scope, damage));
      }
      weight *= 3;
      options.put(shape.name(), choices);
    }
    return options;
  }

  @Test
  void everyUnitIsKeptToAndUsedUp() {
    for (ScaleScope scope : ScaleScope.values()) {
      long full = StoredSize.fullPrecisionBytes(LSTM);
      for (double ratio : new double[] {1, 1.5, 2}) {
        PrecisionAssignment chosen =
            Allocator.allocate(LSTM, options(scope), new Budget.Ratio(ratio), scope);
        assertThat((double) full / chosen.bytes(LSTM)).isGreaterThanOrEqualTo(ratio);
        PrecisionAssignment same =
            Allocator.allocate(
                LSTM, options(scope), new Budget.Bytes((long) (full / ratio)), scope);
        assertThat(same).isEqualTo(chosen);
      }
      for (double bits : new double[] {1, 1.9, 2, 2.1, 3.7, 16, 32}) {
        PrecisionAssignment chosen =
            Allocator.allocate(LSTM, options(scope), new Budget.AverageBits(bits), scope);
        assertThat(chosen.averageBits(LSTM)).isLessThanOrEqualTo(bits + 1e-9);
        assertThat(chosen.scope()).isEqualTo(scope);
      }
    }
  }

  @Test
  void theLargestBudgetsGiveFullPrecisionAndTheSmallestOneBit() {
    ScaleScope scope = ScaleScope.TENSOR;
    assertThat(Allocator.allocate(LSTM, options(scope), new Budget.AverageBits(32), scope))
        .isEqualTo(PrecisionAssignment.uniform(LSTM, Precision.FULL));
    assertThat(Allocator.allocate(LSTM, options(scope), new Budget.Ratio(1), scope))
        .isEqualTo(PrecisionAssignment.uniform(LSTM, Precision.FULL));
    PrecisionAssignment ones = PrecisionAssignment.uniform(LSTM, Precision.ONE);
    assertThat(Allocator.allocate(LSTM, options(scope), new Budget.AverageBits(1), scope))
        .isEqualTo(ones);
    long smallest = ones.bytes(LSTM);
    assertThat(Allocator.allocate(LSTM, options(scope), new Budget.Bytes(smallest), scope))
        .isEqualTo(ones);
  }

  @Test
  void anUnreachableBudgetNamesTheNearestOneInItsUnit() {
    ScaleScope scope = ScaleScope.TENSOR;
    long smallest = PrecisionAssignment.uniform(LSTM, Precision.ONE).bytes(LSTM);
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
    Allocator.allocate(LSTM, options(scope), new Budget.Ratio(Double.parseDouble(largest)), scope);
  }

  private static void assertUnreachable(Budget budget, String message) {
    assertThatThrownBy(
            () -> Allocator.allocate(LSTM, options(ScaleScope.TENSOR), budget, ScaleScope.TENSOR))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void refusesOptionsThatDoNotFit() {
    Budget budget = new Budget.AverageBits(4);
    assertThatThrownBy(
            () -> Allocator.allocate(LSTM, options(ScaleScope.ROW), budget, ScaleScope.TENSOR))
        .hasMessageStartingWith("the matrix encoder.weight at 1 bits has 32 bytes");
    Map<String, List<TensorOption>> missing = options(ScaleScope.ROW);
    missing.remove("decoder.weight");
    assertThatThrownBy(() -> Allocator.allocate(LSTM, missing, budget, ScaleScope.ROW))
        .hasMessage("the matrix decoder.weight has no precision to choose from");
    Map<String, List<TensorOption>> more = options(ScaleScope.ROW);
    more.put("decoder.bias", List.of());
    assertThatThrownBy(() -> Allocator.allocate(LSTM, more, budget, ScaleScope.ROW))
        .hasMessageStartingWith("decoder.bias is not a matrix");
    assertThatThrownBy(() -> new TensorOption(Precision.TWO, Double.NaN, 1, 1))
        .hasMessage("the damage of 2 bits is NaN; it must be finite");
    assertThatThrownBy(() -> new Budget.Ratio(-1))
        .hasMessage(
            "a budget of a compression ratio cannot be -1.0; it must be finite and positive");
  }
}
