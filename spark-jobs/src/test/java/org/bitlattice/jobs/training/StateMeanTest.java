package org.bitlattice.jobs.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.bitlattice.lm.training.FlatState;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The executors' mean against that of one process which adds whole states in order. */
class StateMeanTest {
  private static JavaSparkContext spark;

  @BeforeAll
  static void start() {
    spark =
        new JavaSparkContext(
            new SparkConf()
                .setMaster("local[2]")
                .setAppName("mean")
                .set("spark.ui.enabled", "false"));
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  private static List<WorkerResult.Report> reports(int workers, int weights, int moments) {
    SplittableRandom random = new SplittableRandom(31L * workers + weights);
    List<WorkerResult.Report> reports = new ArrayList<>();
    for (int worker = 0; worker < workers; worker++) {
      FlatState state =
          new FlatState(values(random, weights), values(random, moments), 100 + weights);
      reports.add(new WorkerResult.Report(state, random.nextDouble(1e4), random.nextLong(1, 1000)));
    }
    return reports;
  }

  /** Of many magnitudes, so that another order of additions gives other bits. */
  private static float[] values(SplittableRandom random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) ((random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(-8, 8)));
    }
    return values;
  }

  private static JavaRDD<WorkerResult.Report> onePartitionEach(List<WorkerResult.Report> reports) {
    return spark.parallelize(reports, reports.size());
  }

  @ParameterizedTest
  @CsvSource({"1, 13, 26", "2, 207, 414", "3, 64, 0", "7, 4098, 8196", "12, 5, 1"})
  void equalsTheSumInOrderToTheLastBit(int workers, int weights, int moments) {
    List<WorkerResult.Report> reports = reports(workers, weights, moments);
    StateMean mean = StateMean.of(onePartitionEach(reports), workers);
    float[] parameters = new float[weights];
    float[] updater = new float[moments];
    long tokens = 0;
    for (WorkerResult.Report report : reports) {
      boolean first = report == reports.get(0);
      for (int i = 0; i < weights; i++) {
        float own = report.state().parameters()[i];
        parameters[i] = first ? own : parameters[i] + own;
      }
      for (int i = 0; i < moments; i++) {
        float own = report.state().updaterState()[i];
        updater[i] = first ? own : updater[i] + own;
      }
      tokens += report.tokens();
    }
    for (int i = 0; i < weights; i++) {
      parameters[i] /= workers;
    }
    for (int i = 0; i < moments; i++) {
      updater[i] /= workers;
    }
    assertThat(mean.state().parameters()).containsExactly(parameters);
    assertThat(mean.state().updaterState()).containsExactly(updater);
    assertThat(mean.state().iterations()).isEqualTo(100 + weights);
    assertThat(mean.nats())
        .containsExactly(reports.stream().mapToDouble(WorkerResult.Report::nats).toArray());
    assertThat(mean.tokens()).isEqualTo(tokens);
  }

  @Test
  void aWorkerWithoutAResultIsMissed() {
    JavaRDD<WorkerResult.Report> two =
        spark
            .parallelize(List.of(0, 1, 2), 3)
            .filter(worker -> worker != 1)
            .map(worker -> reports(3, 13, 26).get(worker));
    assertThatThrownBy(() -> StateMean.of(two, 3))
        .hasMessageContaining("2 of 3 workers returned a result");
    assertThatThrownBy(() -> StateMean.of(two.filter(report -> false), 3))
        .hasMessage("0 of 3 workers returned a result");
  }
}
