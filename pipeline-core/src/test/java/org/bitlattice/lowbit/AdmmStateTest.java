package org.bitlattice.lowbit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.bitlattice.lm.LmArchitecture;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.LocalModelFiles;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.lm.TensorShape;
import org.bitlattice.lm.training.ProximalTerm;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.ScaleScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdmmStateTest {
  private static final LmArchitecture LSTM = new LstmArchitecture(40, 12, 6, 1);

  /**
   * A loss with a known minimum: neighbouring weights are off it by a and b, and each pair adds ½ h
   * (a² + 2·0.9·ab + b²). The fit that is closest in least squares is then not the best one.
   */
  static final class Quadratic {
    private static final double COUPLING = 0.9;

    final LmWeights minimum;
    private final Map<String, float[]> curvature = new LinkedHashMap<>();

    Quadratic(long seed) {
      Random random = new Random(seed);
      Map<String, float[]> tensors = new LinkedHashMap<>();
      for (TensorShape shape : LSTM.tensors()) {
        float[] values = new float[shape.size()];
        float[] curvatures = new float[shape.size()];
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) random.nextGaussian();
          curvatures[i] = (float) Math.exp(random.nextGaussian());
        }
        tensors.put(shape.name(), values);
        curvature.put(shape.name(), curvatures);
      }
      minimum = LmWeights.of(LSTM, tensors);
    }

    double at(LmWeights weights) {
      double sum = 0;
      for (TensorShape shape : LSTM.tensors()) {
        float[] w = weights.tensor(shape.name());
        float[] best = minimum.tensor(shape.name());
        float[] h = curvature.get(shape.name());
        for (int i = 0; i + 1 < w.length; i += 2) {
          double a = (double) w[i] - best[i];
          double b = (double) w[i + 1] - best[i + 1];
          sum += 0.5 * h[i] * (a * a + 2 * COUPLING * a * b + b * b);
        }
      }
      return sum;
    }

    /** arg min F(W) + (γ/2)‖W − target‖², in closed form for each pair of weights. */
    LmWeights proximalMinimum(ProximalTerm term) {
      Map<String, float[]> solved = new LinkedHashMap<>();
      for (Map.Entry<String, float[]> tensor : term.target().entrySet()) {
        float[] target = tensor.getValue();
        float[] best = minimum.tensor(tensor.getKey());
        float[] h = curvature.get(tensor.getKey());
        float[] w = target.clone();
        for (int i = 0; i + 1 < w.length; i += 2) {
          double diagonal = h[i] + term.gamma();
          double side = h[i] * COUPLING;
          double p = term.gamma() * ((double) target[i] - best[i]);
          double q = term.gamma() * ((double) target[i + 1] - best[i + 1]);
          double determinant = diagonal * diagonal - side * side;
          w[i] = (float) (best[i] + (diagonal * p - side * q) / determinant);
          w[i + 1] = (float) (best[i + 1] + (diagonal * q - side * p) / determinant);
        }
        solved.put(tensor.getKey(), w);
      }
      return minimum.with(solved);
    }
  }

  private static Map<String, Precision> uniform(Precision precision) {
    Map<String, Precision> precisions = new LinkedHashMap<>();
    LSTM.quantizable().forEach(shape -> precisions.put(shape.name(), precision));
    return precisions;
  }

  private static AdmmState start(Quadratic loss, Precision precision, AdmmSettings settings) {
    return AdmmState.start(loss.minimum, uniform(precision), ScaleScope.ROW, settings);
  }

  static AdmmState round(Quadratic loss, AdmmState state) {
    return state
        .weightStep(loss.proximalMinimum(state.proximalTerm()))
        .quantizationStep()
        .multiplierStep();
  }

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"ONE", "TWO", "FOUR"})
  void lowersTheQuantizedLossBelowThatOfAPlainTableFit(Precision precision) {
    for (long seed = 0; seed < 3; seed++) {
      Quadratic loss = new Quadratic(seed);
      AdmmState state = start(loss, precision, new AdmmSettings(60, 0.3, 1.08));
      double plain = loss.at(state.quantizedModel().weights());
      double firstPrimal = 0;
      while (!state.finished()) {
        state = round(loss, state);
        firstPrimal = state.round() == 1 ? state.residuals().orElseThrow().primal() : firstPrimal;
      }
      double trained = loss.at(state.quantizedModel().weights());
      AdmmResiduals last = state.residuals().orElseThrow();
      assertThat(trained).isLessThan(0.7 * plain);
      assertThat(last.primal()).isLessThan(0.2 * firstPrimal);
      assertThat(last.codesChanged()).isLessThan(0.02);
    }
  }

  @Test
  void thePrimalResidualIsTheRelativeDistanceOfWeightsAndTables() {
    Quadratic loss = new Quadratic(6);
    AdmmState state = start(loss, Precision.TWO, new AdmmSettings(5, 0.5, 1.5));
    assertThat(state.residuals()).isEmpty();
    assertThat(state.primalResidual()).isCloseTo(distance(state), within(1e-12)).isPositive();
    AdmmState next = round(loss, state);
    assertThat(next.primalResidual())
        .isEqualTo(next.residuals().orElseThrow().primal())
        .isCloseTo(distance(next), within(1e-12));
  }

  private static double distance(AdmmState state) {
    double gap = 0;
    double norm = 0;
    for (String name : state.quantized().keySet()) {
      float[] w = state.weights().tensor(name);
      float[] g = state.quantized().get(name).dequantize();
      for (int i = 0; i < w.length; i++) {
        gap += Math.pow((double) w[i] - g[i], 2);
        norm += Math.pow(w[i], 2);
      }
    }
    return Math.sqrt(gap) / Math.sqrt(norm);
  }

  @Test
  void theTargetIsQuantizedWeightsMinusMultipliers() {
    Quadratic loss = new Quadratic(4);
    AdmmState state = round(loss, start(loss, Precision.TWO, new AdmmSettings(5, 0.5, 1)));
    ProximalTerm term = state.proximalTerm();
    assertThat(term.gamma()).isEqualTo(0.5);
    assertThat(term.target().keySet()).isEqualTo(uniform(Precision.TWO).keySet());
    float[] g = state.quantized().get("decoder.weight").dequantize();
    float[] lambda = state.multipliers().get("decoder.weight");
    float[] w = state.weights().tensor("decoder.weight");
    for (int i = 0; i < g.length; i++) {
      assertThat(term.target().get("decoder.weight")[i]).isEqualTo(g[i] - lambda[i]);
      assertThat(lambda[i]).isCloseTo(w[i] - g[i], within(1e-6f));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 1.5, 4})
  void multipliersAreRescaledSoThatGammaTimesLambdaStays(double growth) {
    Quadratic loss = new Quadratic(5);
    AdmmSettings steady = new AdmmSettings(3, 0.5, 1);
    AdmmSettings growing = new AdmmSettings(3, 0.5, growth);
    AdmmState one = round(loss, start(loss, Precision.TWO, steady));
    AdmmState other = round(loss, start(loss, Precision.TWO, growing));
    assertThat(one.gamma()).isEqualTo(0.5);
    assertThat(other.gamma()).isEqualTo(0.5 * growth);
    for (String name : one.multipliers().keySet()) {
      float[] before = one.multipliers().get(name);
      float[] after = other.multipliers().get(name);
      for (int i = 0; i < before.length; i++) {
        assertThat(other.gamma() * after[i])
            .isCloseTo(one.gamma() * before[i], within(1e-6 * (1 + Math.abs(before[i]))));
      }
    }
  }

  @Test
  void residualsAreThoseOfTheirDefinitions() {
    Quadratic loss = new Quadratic(6);
    AdmmState before = start(loss, Precision.TWO, new AdmmSettings(2, 0.7, 2));
    AdmmState after =
        before.weightStep(loss.proximalMinimum(before.proximalTerm())).quantizationStep();
    double gap = 0;
    double norm = 0;
    double move = 0;
    int changed = 0;
    int codes = 0;
    for (String name : after.quantized().keySet()) {
      float[] w = after.weights().tensor(name);
      float[] g = after.quantized().get(name).dequantize();
      float[] old = before.quantized().get(name).dequantize();
      for (int i = 0; i < w.length; i++) {
        gap += Math.pow((double) w[i] - g[i], 2);
        norm += Math.pow(w[i], 2);
        move += Math.pow((double) g[i] - old[i], 2);
        boolean same =
            after.quantized().get(name).codes()[i] == before.quantized().get(name).codes()[i];
        changed += same ? 0 : 1;
        codes++;
      }
    }
    AdmmResiduals residuals = after.residuals().orElseThrow();
    assertThat(residuals.primal()).isCloseTo(Math.sqrt(gap / norm), within(1e-9));
    assertThat(residuals.dual()).isCloseTo(0.7 * Math.sqrt(move), within(1e-9));
    assertThat(residuals.codesChanged()).isEqualTo((double) changed / codes);
    assertThat(residuals.meanScales().keySet()).isEqualTo(after.quantized().keySet());
  }

  @Test
  void matricesAtFullPrecisionAndVectorsAreTheAveragedOnes() {
    Quadratic loss = new Quadratic(7);
    Map<String, Precision> precisions = uniform(Precision.TWO);
    precisions.put("encoder.weight", Precision.FULL);
    AdmmState state =
        AdmmState.start(loss.minimum, precisions, ScaleScope.TENSOR, new AdmmSettings(2, 1, 1));
    assertThat(state.proximalTerm().target()).doesNotContainKey("encoder.weight");
    LmWeights averaged =
        loss.minimum.with(Map.of("encoder.weight", new float[480], "decoder.bias", new float[40]));
    LmWeights model =
        state.weightStep(averaged).quantizationStep().multiplierStep().quantizedModel().weights();
    assertThat(model.tensor("encoder.weight")).isEqualTo(new float[480]);
    assertThat(model.tensor("decoder.bias")).isEqualTo(new float[40]);
  }

  @Test
  void stepsOutOfOrderAreRefused() {
    Quadratic loss = new Quadratic(8);
    AdmmState state = start(loss, Precision.ONE, new AdmmSettings(2, 1, 1));
    assertThatThrownBy(state::quantizationStep)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the WEIGHT step of round 1 comes next, not the QUANTIZATION step");
    AdmmState inside = state.weightStep(loss.minimum);
    assertThatThrownBy(inside::proximalTerm).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(inside::multiplierStep).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void refusesSettingsAndAssignmentsThatMakeNoSense() {
    assertThatThrownBy(() -> new AdmmSettings(0, 1, 1))
        .hasMessage("the number of ADMM rounds is 0; it must be at least 1");
    assertThatThrownBy(() -> new AdmmSettings(1, 0, 1)).hasMessageContaining("gamma is 0.0");
    assertThatThrownBy(() -> new AdmmSettings(1, 1, 0.5)).hasMessageContaining("is 0.5");
    assertThatThrownBy(() -> new AdmmSettings(5000, 1, 2)).hasMessageContaining("is infinite");
    Quadratic loss = new Quadratic(9);
    AdmmSettings settings = new AdmmSettings(1, 1, 1);
    assertThatThrownBy(() -> start(loss, Precision.FULL, settings))
        .hasMessage("ADMM needs at least one quantized matrix; all have full precision");
    assertThatThrownBy(() -> AdmmState.start(loss.minimum, Map.of(), ScaleScope.ROW, settings))
        .hasMessage("the matrix encoder.weight has no precision");
  }

  @ParameterizedTest
  @EnumSource(ScaleScope.class)
  void continuingFromACheckpointGivesWhatGoingOnGives(ScaleScope scope, @TempDir Path folder)
      throws IOException {
    Quadratic loss = new Quadratic(10);
    Map<String, Precision> precisions = uniform(Precision.FOUR);
    precisions.put("encoder.weight", Precision.FULL);
    precisions.put("decoder.weight", Precision.ONE);
    AdmmState state =
        round(
            loss, AdmmState.start(loss.minimum, precisions, scope, new AdmmSettings(9, 0.3, 1.1)));
    LocalModelFiles files = new LocalModelFiles(folder);
    state.write(files);
    AdmmState resumed = AdmmState.read(files);
    assertSame(resumed, state);
    assertSame(round(loss, resumed), round(loss, state));
  }

  @Test
  void survivesJavaSerialization() throws IOException, ClassNotFoundException {
    Quadratic loss = new Quadratic(11);
    AdmmState state = round(loss, start(loss, Precision.TWO, new AdmmSettings(9, 0.3, 1.1)));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(state);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertSame((AdmmState) in.readObject(), state);
    }
  }

  private static void assertSame(AdmmState actual, AdmmState expected) {
    assertThat(actual.settings()).isEqualTo(expected.settings());
    assertThat(actual.round()).isEqualTo(expected.round());
    assertThat(actual.gamma()).isEqualTo(expected.gamma());
    for (TensorShape shape : LSTM.tensors()) {
      assertThat(actual.weights().tensor(shape.name()))
          .isEqualTo(expected.weights().tensor(shape.name()));
      assertThat(actual.multipliers().get(shape.name()))
          .isEqualTo(expected.multipliers().get(shape.name()));
      assertThat(actual.quantizedModel().weights().tensor(shape.name()))
          .isEqualTo(expected.quantizedModel().weights().tensor(shape.name()));
    }
    assertThat(actual.quantized().keySet()).isEqualTo(expected.quantized().keySet());
  }

  @Test
  void everyDamagedByteOfTheArraysIsNoticed(@TempDir Path folder) throws IOException {
    Quadratic loss = new Quadratic(12);
    LocalModelFiles files = new LocalModelFiles(folder);
    start(loss, Precision.TWO, new AdmmSettings(9, 0.3, 1.1)).write(files);
    Path arrays = folder.resolve(AdmmCheckpoint.ARRAYS);
    byte[] good = Files.readAllBytes(arrays);
    for (int at = 0; at < good.length; at += 211) {
      byte[] damaged = good.clone();
      damaged[at] ^= 0x10;
      Files.write(arrays, damaged);
      assertThatThrownBy(() -> AdmmState.read(files))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("admm.safetensors");
    }
    Files.write(arrays, java.util.Arrays.copyOf(good, good.length - 1));
    assertThatThrownBy(() -> AdmmState.read(files))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("admm.safetensors");
    Files.delete(arrays);
    assertThatThrownBy(() -> AdmmState.read(files))
        .hasMessageContaining("admm.safetensors is missing");
  }

  @Test
  void damagedScalarsAreNoticed(@TempDir Path folder) throws IOException {
    Quadratic loss = new Quadratic(13);
    LocalModelFiles files = new LocalModelFiles(folder);
    start(loss, Precision.TWO, new AdmmSettings(9, 0.3, 1.1)).write(files);
    Path scalars = folder.resolve(AdmmCheckpoint.SCALARS);
    String good = Files.readString(scalars);
    for (String[] change :
        new String[][] {
          {"\"bits\": 2", "\"bits\": 3"},
          {"\"bits\": 2", "\"bits\": 32"},
          {"\"row\"", "\"all\""},
          {"\"complete-rounds\": 0", "\"complete-rounds\": 10"},
          {"\"complete-rounds\": 0", "\"complete-rounds\": -1"},
          {"\"gamma\": 0.3", "\"gamma\": -0.3"},
          {"\"next-gamma\": 0.3", "\"next-gamma\": 0"},
          {"\"hidden-size\": 6", "\"hidden-size\": 7"},
          {"\"format-version\": 1", "\"format-version\": 2"},
          {"}", ""},
        }) {
      assertThat(good).contains(change[0]);
      Files.writeString(scalars, good.replace(change[0], change[1]));
      assertThatThrownBy(() -> AdmmState.read(files))
          .as(change[1])
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(folder.toString());
    }
  }
}
