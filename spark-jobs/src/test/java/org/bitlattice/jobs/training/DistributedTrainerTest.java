package org.bitlattice.jobs.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.bitlattice.lm.LocalModelFiles;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.lm.TensorShape;
import org.bitlattice.lm.training.InitialWeights;
import org.bitlattice.lm.training.OptimiserSettings;
import org.bitlattice.lm.training.PlainTrainer;
import org.bitlattice.lm.training.ProximalTerm;
import org.bitlattice.lm.training.RowTables;
import org.bitlattice.lm.training.StraightThrough;
import org.bitlattice.lm.training.TinyModels;
import org.bitlattice.lm.training.TrainingState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistributedTrainerTest {
  private static final int WORDS = 20;
  private static final LstmArchitecture LSTM = new LstmArchitecture(WORDS, 8, 16, 2);
  private static final OptimiserSettings SETTINGS =
      OptimiserSettings.adam(0.01, 8).withDropout(0.2).withGradientClip(1);
  private static final List<int[]> TEXT = TinyModels.counting(96, 6, WORDS, 11);
  private static final TrainingState START = TrainingState.start(InitialWeights.of(LSTM, 7));

  @Test
  void learnsACountingPatternFarBelowTheUnigramEntropy() {
    RoundResult last =
        onSpark(
            2,
            spark -> {
              try (DistributedTrainer trainer = trainer(spark, 2)) {
                RoundResult result = trainer.round(START, RoundPlan.free(1, 6, 0.01));
                assertThat(result.trainNllNats()).isGreaterThan(2);
                for (int round = 2; round < 6; round++) {
                  result = trainer.round(result.state(), RoundPlan.free(round, 6, 0.01));
                }
                return result;
              }
            });
    assertThat(last.tokens()).isEqualTo(6L * 2 * 5 * 8 * 6);
    assertThat(last.state().iterations()).isEqualTo(5L * 6 * 5);
    assertThat(last.trainNllNats()).isLessThan(0.3 * Math.log(WORDS));
  }

  @Test
  void oneCoreAndTwoCoresGiveTheSameBits() {
    assertSameBits(twoRounds(onSparkCores(1)), twoRounds(onSparkCores(2)));
  }

  @Test
  void resumingFromAWrittenStateEqualsAnUndisturbedRun(@TempDir Path folder) {
    TrainingState undisturbed = twoRounds(onSparkCores(2));
    TrainingState resumed =
        onSpark(
            2,
            spark -> {
              LocalModelFiles files = new LocalModelFiles(folder);
              try (DistributedTrainer trainer = trainer(spark, 2)) {
                trainer.round(START, RoundPlan.free(1, 2, 0.01)).state().write(files, "state");
              } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
              return files;
            },
            (spark, files) -> {
              try (DistributedTrainer trainer = trainer(spark, 2)) {
                TrainingState read = TrainingState.read(files, "state", LSTM);
                return trainer.round(read, RoundPlan.free(2, 2, 0.005)).state();
              } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    assertSameBits(undisturbed, resumed);
  }

  @Test
  void oneWorkerEqualsThePlainTrainerBitForBit() {
    TrainingState distributed =
        onSpark(
            2,
            spark -> {
              try (DistributedTrainer trainer = trainer(spark, 1)) {
                return trainer.round(START, RoundPlan.free(1, 3, 0.01)).state();
              }
            });
    PlainTrainer plain = new PlainTrainer(LSTM, SETTINGS, TEXT, 5);
    assertSameBits(plain.train(START, 15, 0.01, Optional.empty()).state(), distributed);
  }

  @Test
  void straightThroughTrainingEqualsThePlainTrainerAndOnTwoWorkersDoesNotDependOnCores() {
    Map<String, RowTables> tables = new LinkedHashMap<>();
    for (TensorShape shape : LSTM.quantizable()) {
      float[] scales = new float[shape.rows()];
      int[] bits = new int[shape.rows()];
      Arrays.fill(scales, 0.1f);
      Arrays.fill(bits, 2);
      int[] groups = new int[shape.rows()];
      Arrays.fill(groups, tables.size());
      tables.put(shape.name(), new RowTables(scales, bits, groups));
    }
    StraightThrough constraint = new StraightThrough(tables, Double.POSITIVE_INFINITY);
    RoundPlan plan = new RoundPlan(1, 3, 0.01, Optional.of(constraint));
    TrainingState one = onSpark(2, spark -> round(spark, 1, plan));
    PlainTrainer plain = new PlainTrainer(LSTM, SETTINGS, TEXT, 5);
    TrainingState expected = START;
    for (int averaging = 0; averaging < 3; averaging++) {
      expected = plain.train(expected, 5, 0.01, Optional.of(constraint)).state();
    }
    assertSameBits(expected, one);
    assertSameBits(
        onSpark(1, spark -> round(spark, 2, plan)), onSpark(2, spark -> round(spark, 2, plan)));
  }

  private static TrainingState round(JavaSparkContext spark, int workers, RoundPlan plan) {
    try (DistributedTrainer trainer = trainer(spark, workers)) {
      return trainer.round(START, plan).state();
    }
  }

  @Test
  void hugeGammaKeepsTheWeightsAtTheTarget() {
    Map<String, float[]> target = new LinkedHashMap<>();
    for (TensorShape shape : LSTM.quantizable()) {
      target.put(shape.name(), START.weights().tensor(shape.name()));
    }
    ProximalTerm pull = new ProximalTerm(target, 1e9);
    TrainingState state =
        onSpark(
            2,
            spark -> {
              try (DistributedTrainer trainer = trainer(spark, 2)) {
                RoundPlan plan = new RoundPlan(1, 3, 0.01, Optional.of(pull));
                return trainer.round(START, plan).state();
              }
            });
    for (TensorShape shape : LSTM.quantizable()) {
      assertThat(state.weights().tensor(shape.name()))
          .as(shape.name())
          .containsExactly(target.get(shape.name()), org.assertj.core.data.Offset.offset(1e-6f));
    }
    assertThat(state.weights().tensor(LstmArchitecture.OUTPUT_BIAS))
        .isNotEqualTo(START.weights().tensor(LstmArchitecture.OUTPUT_BIAS));
  }

  @Test
  void refusesShardsThatAreNotOneForEachWorker() {
    onSpark(
        1,
        spark -> {
          assertThatThrownBy(
                  () ->
                      new DistributedTrainer(
                          spark,
                          LSTM,
                          SETTINGS,
                          new Averaging(2, 5),
                          DistributedTrainer.deal(spark, TEXT, 3),
                          5))
              .hasMessage(
                  "the training segments lie in 3 partitions; there must be one for each of 2"
                      + " workers");
          return null;
        });
  }

  private static DistributedTrainer trainer(JavaSparkContext spark, int workers) {
    return new DistributedTrainer(
        spark,
        LSTM,
        SETTINGS,
        new Averaging(workers, 5),
        DistributedTrainer.deal(spark, TEXT, workers),
        5);
  }

  private static TrainingState twoRounds(
      Function<Function<JavaSparkContext, TrainingState>, TrainingState> on) {
    return on.apply(
        spark -> {
          try (DistributedTrainer trainer = trainer(spark, 2)) {
            TrainingState first = trainer.round(START, RoundPlan.free(1, 2, 0.01)).state();
            return trainer.round(first, RoundPlan.free(2, 2, 0.005)).state();
          }
        });
  }

  private static Function<Function<JavaSparkContext, TrainingState>, TrainingState> onSparkCores(
      int cores) {
    return work -> onSpark(cores, work);
  }

  private static <A, B> B onSpark(
      int cores,
      Function<JavaSparkContext, A> first,
      java.util.function.BiFunction<JavaSparkContext, A, B> second) {
    A between = onSpark(cores, first);
    return onSpark(cores, spark -> second.apply(spark, between));
  }

  private static <T> T onSpark(int cores, Function<JavaSparkContext, T> work) {
    try (SparkSession session =
        SparkSession.builder()
            .master("local[" + cores + "]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .getOrCreate()) {
      return work.apply(new JavaSparkContext(session.sparkContext()));
    }
  }

  private static void assertSameBits(TrainingState expected, TrainingState found) {
    assertThat(found.iterations()).isEqualTo(expected.iterations());
    for (TensorShape shape : LSTM.tensors()) {
      assertThat(found.weights().tensor(shape.name()))
          .as(shape.name())
          .containsExactly(expected.weights().tensor(shape.name()));
    }
    assertThat(found.updaterState()).containsExactly(expected.updaterState());
  }
}
