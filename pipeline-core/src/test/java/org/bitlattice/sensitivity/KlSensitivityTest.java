package org.bitlattice.sensitivity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bitlattice.lm.Float16;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.lm.TensorShape;
import org.bitlattice.lm.scoring.ExactDivergence;
import org.bitlattice.lm.scoring.KlSum;
import org.bitlattice.lm.scoring.MatrixChange;
import org.bitlattice.lm.scoring.PlainLstm;
import org.bitlattice.lm.scoring.ScorerSettings;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.ScaleForm;
import org.bitlattice.quant.ScaleFormat;
import org.bitlattice.quant.ScaleScope;
import org.bitlattice.quant.TableFit;
import org.bitlattice.quant.WeightUnit;
import org.junit.jupiter.api.Test;

class KlSensitivityTest {
  private static final LmWeights MODEL = randomModel();
  private static final TensorShape OUTPUT = shape(LstmArchitecture.OUTPUT);
  private static final KlProbe PROBE = new KlProbe(WeightUnit.of(OUTPUT), Precision.TWO);
  private static final List<int[]> SHARD =
      List.of(new int[] {2, 3, 4}, new int[] {12, 1}, new int[0], new int[] {2, 3, 9, 9});

  @Test
  void mergesShardsIntoARatioAndItsStandardErrorByHand() {
    List<KlSum> shards = List.of(new KlSum(100, 10), new KlSum(200, 26), new KlSum(100, 12));
    Sensitivity merged = KlSensitivity.merge(PROBE, shards, 1.5);
    // R = 48 / 400 = 0.12; residuals −2, 2, 0; √(3/2 · 8) / 400 = √12 / 400
    assertThat(merged.value()).isCloseTo(0.12, within(1e-15));
    assertThat(merged.standardError()).isCloseTo(Math.sqrt(12) / 400, within(1e-15));
    assertThat(merged.samples()).isEqualTo(3);
    assertThat(merged.tokens()).isEqualTo(400);
    assertThat(merged.seconds()).isEqualTo(1.5);
    assertThat(merged.tensor()).isEqualTo("decoder.weight");
    assertThat(merged.bits()).isEqualTo(2);
    assertThat(merged.measure()).isEqualTo("kl");
  }

  @Test
  void shardsOfEqualSizeGiveTheOrdinaryStandardErrorOfAMean() {
    List<KlSum> shards = List.of(new KlSum(10, 1), new KlSum(10, 2), new KlSum(10, 6));
    // means 0.1, 0.2, 0.6: standard deviation √0.07, of their mean √(0.07 / 3)
    assertThat(KlSensitivity.merge(PROBE, shards, 0).standardError())
        .isCloseTo(Math.sqrt(0.07 / 3), within(1e-15));
  }

  @Test
  void emptyShardsDoNotCountAsSamplesAndOneShardHasNoStandardError() {
    Sensitivity merged =
        KlSensitivity.merge(PROBE, List.of(KlSum.EMPTY, new KlSum(4, 2), KlSum.EMPTY), 0);
    assertThat(merged.value()).isEqualTo(0.5);
    assertThat(merged.samples()).isEqualTo(1);
    assertThat(merged.standardError()).isNaN();
    assertThatThrownBy(() -> KlSensitivity.merge(PROBE, List.of(KlSum.EMPTY), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the sensitivity of decoder.weight at 2 bits cannot be computed from 1 shards without"
                + " tokens");
  }

  @Test
  void measuresTheDivergenceFromTheModelWithOneTensorQuantized() {
    float[] output = MODEL.tensor(OUTPUT.name());
    float[] quantized =
        TableFit.fit("w", output, 13, 7, Precision.TWO, ScaleScope.ROW).dequantize();
    LmWeights candidate = MODEL.with(Map.of(OUTPUT.name(), quantized));
    KlSum expected = ExactDivergence.between(MODEL, candidate, SHARD, 0, ScorerSettings.DEFAULT);
    assertSame(measure(PROBE), expected);
    assertThat(expected.nats()).isPositive();
  }

  /**
   * The probes of a task, of whole matrices and of a block, on histories drawn at random: against
   * the full distributions of two models, one history at a time in double precision.
   */
  @Test
  void agreesWithThePlainEvaluationOfTwoModels() {
    List<int[]> histories = histories(40, new Random(7));
    List<KlProbe> probes = new ArrayList<>();
    for (Precision precision : List.of(Precision.ONE, Precision.TWO, Precision.FOUR)) {
      MODEL
          .architecture()
          .quantizable()
          .forEach(tensor -> probes.add(new KlProbe(WeightUnit.of(tensor), precision)));
      probes.add(new KlProbe(new WeightUnit(OUTPUT, 3, 9), precision));
    }
    List<KlSum> sums =
        KlSensitivity.measure(
                MODEL, probes, rows(MODEL, probes), List.of(histories), 0, ScorerSettings.DEFAULT)
            .get(0);
    long tokens = histories.stream().mapToLong(history -> history.length + 1L).sum();
    for (int i = 0; i < probes.size(); i++) {
      LmWeights candidate = applied(MODEL, probes.get(i), ScaleForm.of(ScaleScope.ROW));
      double expected = PlainLstm.divergence(MODEL, candidate, 0, histories);
      assertThat(sums.get(i).tokens()).isEqualTo(tokens);
      assertThat(sums.get(i).nats())
          .as(probes.get(i).toString())
          .isCloseTo(expected, within(1e-4 * expected + 2e-7 * tokens));
    }
  }

  private static List<int[]> histories(int count, Random random) {
    List<int[]> histories = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      histories.add(random.ints(random.nextInt(9), 1, 13).toArray());
    }
    return histories;
  }

  /** The one probe of a tied matrix changes embedding and output together. */
  @Test
  void aTiedMatrixIsProbedInBothOfItsUses() {
    LstmArchitecture shape = new LstmArchitecture(13, 7, 7, 1, LstmArchitecture.Output.TIED);
    LmWeights tied = PlainLstm.randomWeights(shape, 0.5, 2);
    KlProbe probe = new KlProbe(WeightUnit.of(shape.tensors().get(0)), Precision.TWO);
    KlSum sum = measure(tied, probe, SHARD);
    float[] matrix = tied.tensor(LstmArchitecture.EMBEDDING);
    float[] fitted = TableFit.fit("w", matrix, 13, 7, Precision.TWO, ScaleScope.ROW).dequantize();
    LmWeights full = separate(tied, matrix, matrix);
    KlSum expected =
        ExactDivergence.between(
            full, separate(tied, fitted, fitted), SHARD, 0, ScorerSettings.DEFAULT);
    KlSum input =
        ExactDivergence.between(
            full, separate(tied, fitted, matrix), SHARD, 0, ScorerSettings.DEFAULT);
    assertSame(sum, expected);
    assertThat(sum.nats()).isNotCloseTo(input.nats(), within(1e-3));
  }

  /** But for the rounding of a matrix that is not packed in advance. */
  private static void assertSame(KlSum found, KlSum expected) {
    assertThat(found.tokens()).isEqualTo(expected.tokens());
    assertThat(found.nats())
        .isCloseTo(expected.nats(), within(1e-4 * expected.nats() + 2e-7 * expected.tokens()));
  }

  private static LmWeights separate(LmWeights tied, float[] input, float[] output) {
    LstmArchitecture shape = (LstmArchitecture) tied.architecture();
    LstmArchitecture separate = shape.with(13, LstmArchitecture.Output.SEPARATE);
    Map<String, float[]> tensors = new LinkedHashMap<>();
    shape.tensors().forEach(t -> tensors.put(t.name(), tied.tensor(t.name())));
    tensors.put(LstmArchitecture.EMBEDDING, input);
    tensors.put(LstmArchitecture.OUTPUT, output);
    return LmWeights.of(separate, tensors);
  }

  @Test
  void measuresManyProbesOnManyShardsAsEachAlone() {
    List<KlProbe> probes = new ArrayList<>();
    for (TensorShape tensor : MODEL.architecture().quantizable()) {
      for (Precision precision : List.of(Precision.ONE, Precision.FOUR)) {
        probes.add(new KlProbe(WeightUnit.of(tensor), precision));
        for (int row = 0; row < 7; row++) {
          probes.add(new KlProbe(new WeightUnit(tensor, row, row + 1), precision));
        }
      }
    }
    // More than are open at a time, and of one matrix on both sides of the cut.
    assertThat(probes).hasSize(64);
    List<List<int[]>> shards = List.of(SHARD, List.of(), SHARD.subList(1, 3));
    List<List<KlSum>> sums =
        KlSensitivity.measure(
            MODEL, probes, rows(MODEL, probes), shards, 0, ScorerSettings.DEFAULT);
    assertThat(sums).hasSize(3);
    for (int i = 0; i < probes.size(); i++) {
      assertThat(sums.get(0).get(i)).isEqualTo(measure(probes.get(i)));
      assertThat(sums.get(1).get(i)).isEqualTo(KlSum.EMPTY);
      assertThat(sums.get(2).get(i)).isEqualTo(measure(probes.get(i), SHARD.subList(1, 3)));
    }
  }

  @Test
  void moreBitsDoLessHarm() {
    double previous = Double.POSITIVE_INFINITY;
    for (Precision precision : List.of(Precision.TWO, Precision.FOUR, Precision.EIGHT)) {
      double value = measure(new KlProbe(WeightUnit.of(OUTPUT), precision)).perToken();
      assertThat(value).isLessThan(previous);
      previous = value;
    }
    assertThat(previous).isCloseTo(0, within(1e-4));
  }

  @Test
  void aBlockIsQuantizedAloneAndTheRestOfItsMatrixStays() {
    WeightUnit block = new WeightUnit(OUTPUT, 3, 9);
    for (ScaleScope scope : List.of(ScaleScope.TENSOR, ScaleScope.ROW)) {
      float[] values = MODEL.tensor(OUTPUT.name()).clone();
      float[] rows = Arrays.copyOfRange(values, 3 * 7, 9 * 7);
      float[] fitted = TableFit.fit("b", rows, 6, 7, Precision.ONE, scope).dequantize();
      System.arraycopy(fitted, 0, values, 3 * 7, 6 * 7);
      KlProbe probe = new KlProbe(block, Precision.ONE);
      assertThat(applied(MODEL, probe, ScaleForm.of(scope)).tensor(OUTPUT.name()))
          .isEqualTo(values);
    }
  }

  @Test
  void withScopeModelTheTableIsThatOfTheWholeModelAtThisPrecision() {
    ScaleForm scales = new ScaleForm(ScaleScope.MODEL, ScaleFormat.FP16);
    double sum = 0;
    long weights = 0;
    for (TensorShape tensor : MODEL.architecture().quantizable()) {
      for (float value : MODEL.tensor(tensor.name())) {
        sum += Math.abs(value);
        weights++;
      }
    }
    float alpha = Float16.nearest(sum / weights);
    float[] expected = MODEL.tensor(OUTPUT.name()).clone();
    for (int i = 3 * 7; i < 9 * 7; i++) {
      expected[i] = expected[i] < 0 ? -alpha : alpha;
    }
    KlProbe probe = new KlProbe(new WeightUnit(OUTPUT, 3, 9), Precision.ONE);
    assertThat(applied(MODEL, probe, scales).tensor(OUTPUT.name())).isEqualTo(expected);
  }

  /** One fit of a precision serves all units; a precision without a fit is refused. */
  @Test
  void withScopeModelOneFitServesAllUnits() {
    ScaleForm scales = ScaleForm.of(ScaleScope.MODEL);
    KlProbe first = new KlProbe(WeightUnit.of(shape(LstmArchitecture.EMBEDDING)), Precision.TWO);
    KlProbe other = new KlProbe(new WeightUnit(OUTPUT, 3, 9), Precision.TWO);
    List<KlProbe> both = List.of(first, other);
    assertThat(ProbeTables.fitted(both, scales)).containsExactly(first);
    assertThat(ProbeTables.fitted(both, ScaleForm.of(ScaleScope.ROW))).isEqualTo(both);
    ProbeTables tables = ProbeTables.of(MODEL, both, scales);
    assertThat(tables.change(MODEL, other).values())
        .isEqualTo(applied(MODEL, other, scales).tensor(OUTPUT.name()));
    assertThat(tables.seconds(first)).isPositive();
    assertThat(tables.seconds(other)).isZero();
    KlProbe finer = new KlProbe(new WeightUnit(OUTPUT, 3, 9), Precision.FOUR);
    assertThatThrownBy(() -> tables.change(MODEL, finer))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no table of 4 bits was fitted for decoder.weight[3:9]");
  }

  private static LmWeights applied(LmWeights full, KlProbe probe, ScaleForm scales) {
    MatrixChange change = ProbeTables.of(full, List.of(probe), scales).change(full, probe);
    return full.with(Map.of(change.matrix(), change.values()));
  }

  @Test
  void refusesTensorsThatCannotBeQuantized() {
    KlProbe bias = new KlProbe(WeightUnit.of(shape(LstmArchitecture.OUTPUT_BIAS)), Precision.TWO);
    ProbeTables tables = rows(MODEL, List.of(bias));
    assertThatThrownBy(
            () ->
                KlSensitivity.measure(
                    MODEL, List.of(bias), tables, List.of(SHARD), 0, ScorerSettings.DEFAULT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "decoder.bias cannot be probed; the quantizable tensors of this model are"
                + " [encoder.weight, rnn.weight_ih_l0, rnn.weight_hh_l0, decoder.weight]");
    assertThatThrownBy(() -> new KlProbe(new WeightUnit(OUTPUT, 0, 4), Precision.FULL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "decoder.weight[0:4] cannot be probed at 32 bits; a probe needs a quantized"
                + " precision");
  }

  private static KlSum measure(KlProbe probe) {
    return measure(probe, SHARD);
  }

  private static KlSum measure(KlProbe probe, List<int[]> shard) {
    return measure(MODEL, probe, shard);
  }

  private static KlSum measure(LmWeights full, KlProbe probe, List<int[]> shard) {
    return KlSensitivity.measure(
            full,
            List.of(probe),
            rows(full, List.of(probe)),
            List.of(shard),
            0,
            ScorerSettings.DEFAULT)
        .get(0)
        .get(0);
  }

  private static ProbeTables rows(LmWeights full, List<KlProbe> probes) {
    return ProbeTables.of(full, probes, ScaleForm.of(ScaleScope.ROW));
  }

  private static TensorShape shape(String name) {
    return MODEL.architecture().tensors().stream()
        .filter(shape -> shape.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static LmWeights randomModel() {
    LstmArchitecture architecture = new LstmArchitecture(13, 5, 7, 1);
    Random random = new Random(1);
    Map<String, float[]> tensors = new LinkedHashMap<>();
    for (TensorShape tensor : architecture.tensors()) {
      float[] values = new float[tensor.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian() * 0.5f;
      }
      tensors.put(tensor.name(), values);
    }
    return LmWeights.of(architecture, tensors);
  }
}
