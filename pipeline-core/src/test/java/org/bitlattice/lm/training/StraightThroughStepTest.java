package org.bitlattice.lm.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.lm.TensorShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StraightThroughStepTest {
  private static final LstmArchitecture LSTM = new LstmArchitecture(11, 3, 4, 2);
  private static final int STEPS = 7;
  private static final double RATE = 0.02;

  /**
   * Plain Java against the definition: the gradient oracle is asked at G, the optimiser's update
   * moves W, and the scales follow it.
   */
  @ParameterizedTest
  @CsvSource({
    "1, true, 0",
    "2, true, 0",
    "4, true, 0",
    "2, false, 0",
    "4, false, 0",
    "2, true, 1.2"
  })
  void stepsMoveTheLatentWeightsByTheGradientAtTheTableEntries(
      int bits, boolean adam, double clip) {
    LmWeights start = TinyModels.random(LSTM, 0.6, 3);
    StraightThrough constraint =
        new StraightThrough(tables(bits), clip == 0 ? Double.POSITIVE_INFINITY : clip);
    OptimiserSettings settings = OptimiserSettings.adam(RATE, 6);
    settings = adam ? settings : settings.withOptimiser(Optimiser.sgd());
    double rate = adam ? RATE : 10 * RATE;
    List<int[]> text = TinyModels.segments(6, 5, 11, 9);
    TrainingState trained =
        new PlainTrainer(LSTM, settings, text, 1)
            .train(TrainingState.start(start), STEPS, rate, Optional.of(constraint))
            .state();
    Reference reference = new Reference(start, constraint, adam, rate);
    for (int step = 0; step < STEPS; step++) {
      reference.step(text);
    }
    reference.assertClose(trained.weights());
  }

  private static Map<String, RowTables> tables(int bits) {
    Map<String, RowTables> tables = new LinkedHashMap<>();
    for (TensorShape shape : LSTM.quantizable()) {
      float[] scales = new float[shape.rows()];
      int[] precisions = new int[shape.rows()];
      for (int row = 0; row < scales.length; row++) {
        scales[row] = (row % 3 + 1) * (bits == 4 ? 0.03f : 0.2f);
        precisions[row] = row == 1 ? 32 : bits;
      }
      int first = 100 * tables.size();
      int[] groups =
          IntStream.range(0, scales.length).map(row -> first + (row == 1 ? 99 : row % 3)).toArray();
      tables.put(shape.name(), new RowTables(scales, precisions, groups));
    }
    return tables;
  }

  private static final class Reference {
    private final GradientOracle oracle = new GradientOracle(LSTM);
    private final StraightThrough constraint;
    private final boolean adam;
    private final double rate;
    private final Map<String, double[]> latent = new LinkedHashMap<>();
    private final Map<String, double[]> mean = new LinkedHashMap<>();
    private final Map<String, double[]> square = new LinkedHashMap<>();
    private final Map<Integer, Double> scales = new LinkedHashMap<>();
    private Map<String, double[]> codes = new LinkedHashMap<>();
    private int steps;

    Reference(LmWeights start, StraightThrough constraint, boolean adam, double rate) {
      this.constraint = constraint;
      this.adam = adam;
      this.rate = rate;
      for (TensorShape shape : LSTM.tensors()) {
        float[] values = start.tensor(shape.name());
        double[] copy = new double[values.length];
        for (int i = 0; i < copy.length; i++) {
          copy[i] = values[i];
        }
        latent.put(shape.name(), copy);
        mean.put(shape.name(), new double[copy.length]);
        square.put(shape.name(), new double[copy.length]);
      }
      mergeBiases();
      constraint
          .tables()
          .forEach(
              (name, tables) -> {
                for (int row = 0; row < tables.rows(); row++) {
                  scales.put(tables.groups()[row], (double) tables.scales()[row]);
                }
              });
      for (int i = 0; i < StraightThroughStep.SETTLING; i++) {
        alternate();
      }
    }

    /** DL4J has one bias in each layer: the sum of the two. */
    private void mergeBiases() {
      for (int layer = 0; layer < LSTM.layers(); layer++) {
        double[] first = latent.get(LstmArchitecture.inputBias(layer));
        double[] second = latent.get(LstmArchitecture.recurrentBias(layer));
        for (int i = 0; i < first.length; i++) {
          first[i] += second[i];
        }
        Arrays.fill(second, 0);
      }
    }

    private boolean isSecondBias(String name) {
      return name.startsWith("rnn.bias_hh");
    }

    void step(List<int[]> text) {
      steps++;
      Map<String, float[]> gradient = oracle.at(entries(), text).gradient();
      latent.forEach(
          (name, values) -> {
            if (!isSecondBias(name)) {
              for (int i = 0; i < values.length; i++) {
                values[i] -= update(name, i, gradient.get(name)[i]);
              }
            }
          });
      clip();
      alternate();
    }

    private double update(String name, int i, double gradient) {
      if (!adam) {
        return rate * gradient;
      }
      double m = mean.get(name)[i] = 0.9 * mean.get(name)[i] + 0.1 * gradient;
      double v = square.get(name)[i] = 0.999 * square.get(name)[i] + 0.001 * gradient * gradient;
      double corrected = Math.sqrt(1 - Math.pow(0.999, steps)) / (1 - Math.pow(0.9, steps));
      return rate * corrected * m / (Math.sqrt(v) + 1e-8);
    }

    private void clip() {
      constraint
          .tables()
          .forEach(
              (name, tables) -> {
                double[] values = latent.get(name);
                int columns = values.length / tables.rows();
                for (int i = 0; i < values.length; i++) {
                  int row = i / columns;
                  double limit =
                      constraint.latentClip()
                          * largestCode(tables.bits()[row])
                          * scales.get(tables.groups()[row]);
                  values[i] = Math.max(-limit, Math.min(limit, values[i]));
                }
              });
    }

    private static double largestCode(int bits) {
      return bits == 32 ? Double.POSITIVE_INFINITY : bits == 4 ? 7 : 1;
    }

    /** Nearest codes by comparing with every entry, then the best scale of every group. */
    private void alternate() {
      Map<Integer, double[]> sums = new LinkedHashMap<>();
      codes = new LinkedHashMap<>();
      constraint
          .tables()
          .forEach(
              (name, tables) -> {
                double[] values = latent.get(name);
                double[] nearest = new double[values.length];
                codes.put(name, nearest);
                for (int i = 0; i < values.length; i++) {
                  int row = i / (values.length / tables.rows());
                  int group = tables.groups()[row];
                  if (tables.bits()[row] != 32) {
                    nearest[i] = nearest(values[i], scales.get(group), tables.bits()[row]);
                    double[] sum = sums.computeIfAbsent(group, g -> new double[2]);
                    sum[0] += values[i] * nearest[i];
                    sum[1] += nearest[i] * nearest[i];
                  }
                }
              });
      sums.forEach((group, sum) -> scales.put(group, sum[0] / sum[1]));
    }

    private static double nearest(double value, double scale, int bits) {
      int largest = (int) largestCode(bits);
      double best = Double.NaN;
      for (int code = -largest; code <= largest; code++) {
        double distance = Math.abs(value - scale * code);
        if ((bits > 1 || code != 0)
            && (Double.isNaN(best) || distance < Math.abs(value - scale * best))) {
          best = code;
        }
      }
      return best;
    }

    /** G = αQ. */
    private LmWeights entries() {
      Map<String, float[]> entries = new LinkedHashMap<>();
      for (TensorShape shape : LSTM.tensors()) {
        double[] values = latent.get(shape.name());
        RowTables tables = constraint.tables().get(shape.name());
        float[] rounded = new float[values.length];
        for (int i = 0; i < rounded.length; i++) {
          int row = i / shape.columns();
          rounded[i] =
              tables == null || tables.bits()[row] == 32
                  ? (float) values[i]
                  : (float) (codes.get(shape.name())[i] * scales.get(tables.groups()[row]));
        }
        entries.put(shape.name(), rounded);
      }
      return LmWeights.of(LSTM, entries);
    }

    void assertClose(LmWeights found) {
      latent.forEach(
          (name, values) -> {
            for (int i = 0; i < values.length; i++) {
              assertThat((double) found.tensor(name)[i])
                  .as("%s[%d]", name, i)
                  .isCloseTo(values[i], within(2e-5));
            }
          });
    }
  }

  @Test
  void frozenMatricesStayAndTheOthersAreTrainedAtThem() {
    List<int[]> text = TinyModels.counting(41, 6, 11, 1);
    LmWeights start = TinyModels.random(LSTM, 0.6, 3);
    LmWeights frozen = TinyModels.random(LSTM, 0.6, 4);
    Map<String, float[]> matrices = new LinkedHashMap<>();
    LSTM.quantizable().forEach(s -> matrices.put(s.name(), frozen.tensor(s.name())));
    OptimiserSettings settings = OptimiserSettings.adam(0.1, 8);
    LmWeights trained =
        new PlainTrainer(LSTM, settings, text, 1)
            .train(TrainingState.start(start), 40, 0.1, Optional.of(new FrozenTensors(matrices)))
            .state()
            .weights();
    LSTM.quantizable()
        .forEach(s -> assertThat(trained.tensor(s.name())).containsExactly(start.tensor(s.name())));
    GradientOracle oracle = new GradientOracle(LSTM);
    assertThat(oracle.at(trained.with(matrices), text).lossNatsPerToken())
        .isLessThan(oracle.at(start.with(matrices), text).lossNatsPerToken() - 0.05);
  }

  @Test
  void tablesThatDoNotFitAreRefused() {
    RowTables two = new RowTables(new float[] {1, 1}, new int[] {2, 2}, new int[2]);
    assertThatThrownBy(() -> step(Map.of(LstmArchitecture.OUTPUT, two)))
        .hasMessage("the tables of decoder.weight are for 2 rows; the tensor has 11");
    assertThatThrownBy(() -> step(Map.of(LstmArchitecture.OUTPUT_BIAS, two)))
        .hasMessageStartingWith("there is no weight matrix decoder.bias to constrain; there are [");
    assertThatThrownBy(() -> new RowTables(new float[1], new int[] {17}, new int[1]))
        .hasMessage("row 0 has 17 bits; it must have 1 to 16, or 32");
    assertThatThrownBy(() -> new RowTables(new float[] {-1}, new int[] {2}, new int[1]))
        .hasMessage("the scale of row 0 is -1.0; scales are finite and not negative");
    assertThatThrownBy(() -> new RowTables(new float[2], new int[1], new int[1]))
        .hasMessage("2 scales, 1 precisions and 1 groups; each row has one of all");
    assertThatThrownBy(() -> new StraightThrough(Map.of(), 0.9))
        .hasMessage("the clip of latent weights is 0.9; it must be at least 1");
    FrozenTensors small = new FrozenTensors(Map.of(LstmArchitecture.OUTPUT, new float[3]));
    assertThatThrownBy(() -> ConstrainedStep.of(LSTM, Optimiser.sgd(), 0.1, small))
        .hasMessage("the frozen value of decoder.weight has 3 values; the tensor has 44");
  }

  private static ConstrainedStep step(Map<String, RowTables> tables) {
    return ConstrainedStep.of(LSTM, Optimiser.sgd(), 0.1, new StraightThrough(tables, 1));
  }
}
