package org.bitlattice.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.ReferenceLstm;
import org.bitlattice.lm.TensorShape;
import org.bitlattice.lm.training.RandomStreams;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.ScaleScope;
import org.bitlattice.quant.TableFit;
import org.bitlattice.quant.WeightUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogitStepsTest {
  private static final int STEP = 17;

  private static PrecisionLogits logits(SearchSpace space, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[][] values = space.zeros();
    for (double[] unit : values) {
      for (int n = 0; n < unit.length; n++) {
        unit[n] = 2 * random.nextDouble() - 1;
      }
    }
    return new PrecisionLogits(values);
  }

  private record Objective(SearchSpace space, LogitPlan plan, SizeCost cost, double beta) {}

  /** The loss from its definition: noise, soft-max, fits of each unit, mixture, cost. */
  private static double loss(Objective objective, double[][] logits) {
    SearchSpace space = objective.space();
    LmWeights full = SearchModels.weights();
    SplittableRandom random =
        new SplittableRandom(
            RandomStreams.derive(RandomStreams.derive(objective.plan().seed(), 2), STEP));
    Map<String, float[]> mixed = new LinkedHashMap<>();
    double size = 0;
    for (int u = 0; u < logits.length; u++) {
      WeightUnit unit = space.units().units().get(u);
      float[] own = unit.valuesOf(full.tensor(unit.tensor().name()));
      double[] sum = new double[own.length];
      double[] shares = shares(logits[u], objective.plan(), random);
      double normaliser = Arrays.stream(shares).sum();
      for (int n = 0; n < shares.length; n++) {
        Precision precision = space.precisions().get(n);
        double share = shares[n] / normaliser;
        size += share * cost(space, unit, precision, objective.cost());
        float[] fitted =
            TableFit.fit(
                    "unit", own, unit.rows(), unit.tensor().columns(), precision, ScaleScope.ROW)
                .dequantize();
        for (int i = 0; i < sum.length; i++) {
          sum[i] += share * fitted[i];
        }
      }
      float[] values = new float[sum.length];
      for (int i = 0; i < sum.length; i++) {
        values[i] = (float) sum[i];
      }
      String name = unit.tensor().name();
      float[] before = mixed.getOrDefault(name, full.tensor(name));
      mixed.put(name, unit.replacedIn(before, values));
    }
    return ReferenceLstm.lossPerToken(full.with(mixed), SearchModels.text())
        + objective.beta() * size;
  }

  private static double[] shares(double[] logits, LogitPlan plan, SplittableRandom random) {
    double[] shares = new double[logits.length];
    for (int n = 0; n < shares.length; n++) {
      double noise =
          plan.relaxation() == Relaxation.GUMBEL
              ? -Math.log(-Math.log(random.nextDouble(Double.MIN_VALUE, 1)))
              : 0;
      shares[n] = Math.exp((logits[n] + noise) / plan.temperature());
    }
    return shares;
  }

  private static double cost(
      SearchSpace space, WeightUnit unit, Precision precision, SizeCost cost) {
    if (cost == SizeCost.ROOT_BITS) {
      return Math.sqrt(precision.bits());
    }
    double codes =
        precision == Precision.TWO
            ? Math.ceil(unit.weights() / 5.0)
            : Math.ceil(unit.weights() * precision.bits() / 8.0);
    return 8 * (codes + 4.0 * unit.rows()) / space.units().weights();
  }

  private static Branches fitted(SearchSpace space) {
    List<LmWeights> models = new ArrayList<>();
    LmWeights full = SearchModels.weights();
    for (Precision precision : space.precisions()) {
      Map<String, float[]> values = new LinkedHashMap<>();
      TableFit.fit(full, space.units().storage(precision, space.scales()))
          .forEach((name, tensor) -> values.put(name, tensor.dequantize()));
      models.add(full.with(values));
    }
    return new FrozenBranches(full, models);
  }

  @ParameterizedTest
  @CsvSource({
    "GUMBEL, 5, ROOT_BITS, 0.5",
    "GUMBEL, 0.7, BYTES, 0.1",
    "SOFTMAX, 1, BYTES, 0.3",
    "SOFTMAX, 2, ROOT_BITS, 0"
  })
  void gradientOfTheLogitsEqualsFiniteDifferencesOfTheSuperNetworksLoss(
      Relaxation relaxation, double temperature, SizeCost cost, double beta) {
    SearchSpace space = SearchModels.space(ScaleScope.ROW);
    LogitPlan plan = new LogitPlan(relaxation, temperature, 0.01, 1, 5, 99);
    Objective objective = new Objective(space, plan, cost, beta);
    PrecisionLogits logits = logits(space, 8);
    LogitSteps.Step found =
        new LogitSteps(space, fitted(space), SizeTerm.of(space, cost, beta))
            .step(logits, plan, STEP, SearchModels.text());
    assertThat(found.taskNats() + found.sizeTerm())
        .isCloseTo(loss(objective, logits.values()), within(1e-5));
    double largest = 0;
    for (int u = 0; u < logits.values().length; u++) {
      for (int n = 0; n < logits.values()[u].length; n++) {
        double slope = difference(objective, logits.values(), u, n);
        assertThat(found.gradient()[u][n])
            .as("%s at %s", space.units().names().get(u), space.precisions().get(n))
            .isCloseTo(slope, within(2e-5));
        largest = Math.max(largest, Math.abs(slope));
      }
    }
    assertThat(largest).isGreaterThan(1e-3);
  }

  private static double difference(Objective objective, double[][] logits, int u, int n) {
    double width = 0.02;
    double kept = logits[u][n];
    logits[u][n] = kept + width;
    double up = loss(objective, logits);
    logits[u][n] = kept - width;
    double down = loss(objective, logits);
    logits[u][n] = kept;
    return (up - down) / (2 * width);
  }

  @Test
  void stepsOfARoundAreThoseOfTwoRoundsInARow() {
    SearchSpace space = SearchModels.space(ScaleScope.TENSOR);
    LogitSteps steps =
        new LogitSteps(space, fitted(space), SizeTerm.of(space, SizeCost.BYTES, 0.1));
    List<int[]> text = SearchModels.text();
    LogitState start = LogitState.start(space);
    LogitState whole =
        steps.run(start, new LogitPlan(Relaxation.GUMBEL, 2, 0.01, 6, 2, 5), 3, text).state();
    LogitPlan half = new LogitPlan(Relaxation.GUMBEL, 2, 0.01, 3, 2, 5);
    LogitState twice = steps.run(steps.run(start, half, 3, text).state(), half, 3, text).state();
    assertThat(whole.steps()).isEqualTo(6);
    assertThat(twice.logits().values()).isDeepEqualTo(whole.logits().values());
    LogitState elsewhere = steps.run(start, half, 4, text).state();
    assertThat(elsewhere.logits().values()[0])
        .isNotEqualTo(steps.run(start, half, 3, text).state().logits().values()[0]);
  }

  @Test
  void tablesThatFollowTheWeightsStartAsTheirFits() {
    for (ScaleScope scope : ScaleScope.values()) {
      SearchSpace space = SearchModels.space(scope);
      List<Map<String, float[]>> expected = fitted(space).entries();
      List<Map<String, float[]>> found =
          FollowedTables.fitted(space, SearchModels.weights()).entries();
      for (int n = 0; n < expected.size(); n++) {
        for (TensorShape shape : SearchModels.LSTM.quantizable()) {
          float[] values = found.get(n).get(shape.name());
          for (int i = 0; i < values.length; i++) {
            assertThat(values[i])
                .as("%s %s %s[%d]", scope, space.precisions().get(n), shape.name(), i)
                .isCloseTo(expected.get(n).get(shape.name())[i], within(2e-4f));
          }
        }
      }
    }
  }
}
