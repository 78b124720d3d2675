package org.bitlattice.lm.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
   * Plain Java against the definition: the gradient oracle is asked at G = f(W) and the optimiser's
   * update moves W.
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
      tables.put(shape.name(), new RowTables(scales, precisions));
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
      clip();
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
                  double limit = constraint.latentClip() * largest(tables, row);
                  values[i] = Math.max(-limit, Math.min(limit, values[i]));
                }
              });
    }

    private static double largest(RowTables tables, int row) {
      return switch (tables.bits()[row]) {
        case 32 -> Double.POSITIVE_INFINITY;
        case 4 -> 7 * tables.scales()[row];
        default -> tables.scales()[row];
      };
    }

    /** G by comparing with every entry of the table. */
    private LmWeights entries() {
      Map<String, float[]> entries = new LinkedHashMap<>();
      for (TensorShape shape : LSTM.tensors()) {
        double[] values = latent.get(shape.name());
        RowTables tables = constraint.tables().get(shape.name());
        float[] rounded = new float[values.length];
        for (int i = 0; i < rounded.length; i++) {
          rounded[i] =
              tables == null ? (float) values[i] : nearest(values[i], tables, i / shape.columns());
        }
        entries.put(shape.name(), rounded);
      }
      return LmWeights.of(LSTM, entries);
    }

    private static float nearest(double value, RowTables tables, int row) {
      int bits = tables.bits()[row];
      if (bits == 32) {
        return (float) value;
      }
      int largest = bits == 4 ? 7 : 1;
      float best = Float.NaN;
      for (int code = -largest; code <= largest; code++) {
        float entry = tables.scales()[row] * code;
        if ((bits > 1 || code != 0)
            && (Float.isNaN(best) || Math.abs(value - entry) < Math.abs(value - best))) {
          best = entry;
        }
      }
      return best;
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
  void oneRunAndTwoGiveTheSameBits() {
    List<int[]> text = TinyModels.counting(41, 6, 11, 1);
    StraightThrough constraint = new StraightThrough(tables(2), 1.5);
    OptimiserSettings settings = OptimiserSettings.adam(0.01, 8).withDropout(0.3);
    PlainTrainer trainer = new PlainTrainer(LSTM, settings, text, 1);
    TrainingState start = TrainingState.start(TinyModels.random(LSTM, 0.6, 3));
    TrainingState once = trainer.train(start, 9, 0.01, Optional.of(constraint)).state();
    TrainingState half = trainer.train(start, 4, 0.01, Optional.of(constraint)).state();
    TrainingState twice = trainer.train(half, 5, 0.01, Optional.of(constraint)).state();
    for (TensorShape shape : LSTM.tensors()) {
      assertThat(twice.weights().tensor(shape.name()))
          .containsExactly(once.weights().tensor(shape.name()));
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
    RowTables two = new RowTables(new float[] {1, 1}, new int[] {2, 2});
    assertThatThrownBy(() -> step(Map.of(LstmArchitecture.OUTPUT, two)))
        .hasMessage("the tables of decoder.weight are for 2 rows; the tensor has 11");
    assertThatThrownBy(() -> step(Map.of(LstmArchitecture.OUTPUT_BIAS, two)))
        .hasMessageStartingWith("there is no weight matrix decoder.bias to constrain; there are [");
    assertThatThrownBy(() -> new RowTables(new float[1], new int[] {17}))
        .hasMessage("row 0 has 17 bits; it must have 1 to 16, or 32");
    assertThatThrownBy(() -> new RowTables(new float[] {-1}, new int[] {2}))
        .hasMessage("the scale of row 0 is -1.0; scales are finite and not negative");
    assertThatThrownBy(() -> new RowTables(new float[2], new int[1]))
        .hasMessage("2 scales and 1 precisions; each row has one of both");
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
