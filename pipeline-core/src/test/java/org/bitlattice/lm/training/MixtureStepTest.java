package org.bitlattice.lm.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.lm.TensorShape;
import org.junit.jupiter.api.Test;

class MixtureStepTest {
  private static final LstmArchitecture LSTM = new LstmArchitecture(11, 3, 4, 2);
  private static final int STEPS = 6;
  private static final double RATE = 0.5;
  private static final int UNITS = 3;
  private static final List<int[]> TEXT = TinyModels.segments(6, 5, 11, 9);

  /** Rows of one matrix belong to three units in turn, so that a wrong order of rows shows. */
  private static Map<String, MixedRows> rows(int... bits) {
    Map<String, MixedRows> rows = new LinkedHashMap<>();
    for (TensorShape shape : LSTM.quantizable()) {
      int[] units = IntStream.range(0, shape.rows()).map(row -> row % UNITS).toArray();
      List<RowTables> tables = new ArrayList<>();
      for (int n : bits) {
        float[] scales = new float[shape.rows()];
        int[] precisions = new int[shape.rows()];
        int[] groups = new int[shape.rows()];
        for (int row = 0; row < scales.length; row++) {
          scales[row] = (row % UNITS + 1) * (n == 4 ? 0.03f : 0.2f);
          precisions[row] = n;
          groups[row] = 10 * rows.size() + row % UNITS;
        }
        tables.add(new RowTables(scales, precisions, groups));
      }
      rows.put(shape.name(), new MixedRows(units, tables));
    }
    return rows;
  }

  /** Shares that differ from unit to unit and from step to step. */
  private static double[][] wandering(long step) {
    double[][] shares = new double[UNITS][3];
    for (int u = 0; u < UNITS; u++) {
      shares[u][0] = 0.1 + 0.05 * ((step + u) % 4);
      shares[u][1] = 0.3 + 0.1 * u;
      shares[u][2] = 1 - shares[u][0] - shares[u][1];
    }
    return shares;
  }

  private static LmWeights trained(LmWeights start, WeightConstraint constraint) {
    OptimiserSettings settings = OptimiserSettings.adam(RATE, 6).withOptimiser(Optimiser.sgd());
    return new PlainTrainer(LSTM, settings, TEXT, 1)
        .train(TrainingState.start(start), STEPS, RATE, Optional.of(constraint))
        .state()
        .weights();
  }

  /**
   * Plain Java against the definition: the gradient oracle is asked at the mixture, gradient
   * descent moves W, and every table's scales follow it.
   */
  @Test
  void stepsMoveTheWeightsByTheGradientAtTheMixture() {
    LmWeights start = TinyModels.random(LSTM, 0.6, 3);
    LmWeights found = trained(start, new MixedTables(rows(1, 2, 4), MixtureStepTest::wandering));
    LmWeights expected = reference(start, rows(1, 2, 4));
    for (TensorShape shape : LSTM.quantizable()) {
      float[] values = expected.tensor(shape.name());
      float[] before = start.tensor(shape.name());
      double moved = 0;
      for (int i = 0; i < values.length; i++) {
        assertThat((double) found.tensor(shape.name())[i])
            .as("%s[%d]", shape.name(), i)
            .isCloseTo(values[i], within(2e-5));
        moved = Math.max(moved, Math.abs(values[i] - before[i]));
      }
      assertThat(moved).as(shape.name()).isGreaterThan(1e-3);
    }
  }

  private static LmWeights reference(LmWeights start, Map<String, MixedRows> rows) {
    GradientOracle oracle = new GradientOracle(LSTM);
    Map<String, float[]> latent = new LinkedHashMap<>();
    LSTM.tensors().forEach(shape -> latent.put(shape.name(), start.tensor(shape.name()).clone()));
    List<FollowingTables> following = new ArrayList<>();
    List<Map<String, float[]>> entries = new ArrayList<>();
    for (int n = 0; n < 3; n++) {
      int precision = n;
      FollowingTables tables = new FollowingTables();
      Map<String, float[]> own = new LinkedHashMap<>();
      rows.forEach(
          (name, mixed) ->
              own.put(name, tables.add(mixed.tables().get(precision), latent.get(name))));
      tables.alternate(StraightThroughStep.SETTLING);
      following.add(tables);
      entries.add(own);
    }
    for (int step = 0; step < STEPS; step++) {
      LmWeights mixed = mixed(LmWeights.of(LSTM, latent), rows, entries, wandering(step));
      Map<String, float[]> gradient = oracle.at(mixed, TEXT).gradient();
      latent.forEach(
          (name, values) -> {
            // The network has one bias where the model has two, so only one of them moves.
            for (int i = 0; i < values.length && !name.startsWith("rnn.bias_hh"); i++) {
              values[i] -= (float) (RATE * gradient.get(name)[i]);
            }
          });
      following.forEach(tables -> tables.alternate(1));
    }
    return LmWeights.of(LSTM, latent);
  }

  private static LmWeights mixed(
      LmWeights latent,
      Map<String, MixedRows> rows,
      List<Map<String, float[]>> entries,
      double[][] shares) {
    Map<String, float[]> mixed = new LinkedHashMap<>();
    for (TensorShape shape : LSTM.quantizable()) {
      float[] values = new float[shape.size()];
      for (int i = 0; i < values.length; i++) {
        double sum = 0;
        for (int n = 0; n < entries.size(); n++) {
          int unit = rows.get(shape.name()).units()[i / shape.columns()];
          sum += shares[unit][n] * entries.get(n).get(shape.name())[i];
        }
        values[i] = (float) sum;
      }
      mixed.put(shape.name(), values);
    }
    return latent.with(mixed);
  }

  @Test
  void aMixtureOfOnePrecisionAloneIsStraightThroughTrainingBitForBit() {
    LmWeights start = TinyModels.random(LSTM, 0.6, 3);
    double[][] second = {{0, 1}, {0, 1}, {0, 1}};
    LmWeights mixed = trained(start, new MixedTables(rows(4, 2), step -> second));
    Map<String, RowTables> tables = new LinkedHashMap<>();
    rows(2).forEach((name, own) -> tables.put(name, own.tables().get(0)));
    LmWeights straight = trained(start, new StraightThrough(tables, Double.POSITIVE_INFINITY));
    for (TensorShape shape : LSTM.tensors()) {
      assertThat(mixed.tensor(shape.name()))
          .as(shape.name())
          .containsExactly(straight.tensor(shape.name()));
    }
  }

  @Test
  void refusesTablesThatDoNotFit() {
    Map<String, MixedRows> few = rows(1, 2);
    MixedRows wrong = few.get(LstmArchitecture.recurrentWeight(0));
    few.put(LstmArchitecture.EMBEDDING, wrong);
    LmWeights start = TinyModels.random(LSTM, 0.6, 3);
    assertThatThrownBy(() -> trained(start, new MixedTables(few, MixtureStepTest::wandering)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the tables of encoder.weight are for 16 rows; the tensor has 11");
    Map<String, MixedRows> uneven = rows(1, 2);
    uneven.put(LstmArchitecture.OUTPUT, rows(1).get(LstmArchitecture.OUTPUT));
    assertThatThrownBy(() -> trained(start, new MixedTables(uneven, MixtureStepTest::wandering)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("decoder.weight has tables of 1 precisions; other matrices have 2");
    RowTables two = new RowTables(new float[2], new int[] {1, 1}, new int[2]);
    assertThatThrownBy(() -> new MixedRows(new int[3], List.of(two)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tables of 2 rows cannot be mixed for 3 rows");
  }
}
