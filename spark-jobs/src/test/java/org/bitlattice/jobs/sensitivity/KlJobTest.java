package org.bitlattice.jobs.sensitivity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.LstmArchitecture;
import org.bitlattice.lm.TensorShape;
import org.bitlattice.lm.scoring.KlSum;
import org.bitlattice.lm.scoring.ScorerSettings;
import org.bitlattice.quant.ModelUnits;
import org.bitlattice.quant.Precision;
import org.bitlattice.quant.ScaleForm;
import org.bitlattice.quant.ScaleScope;
import org.bitlattice.quant.WordBlocks;
import org.bitlattice.sensitivity.KlProbe;
import org.bitlattice.sensitivity.KlSampling;
import org.bitlattice.sensitivity.KlSensitivity;
import org.bitlattice.sensitivity.ProbeTables;
import org.bitlattice.sensitivity.ShardProbes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KlJobTest {
  private static final LmWeights MODEL = randomModel();
  private static final List<Precision> PRECISIONS = List.of(Precision.ONE, Precision.FOUR);
  private static final ScaleForm ROW = ScaleForm.of(ScaleScope.ROW);
  private static final ModelUnits UNITS = new WordBlocks(List.of(3)).cut(MODEL.architecture());

  /** The last shard holds no sentence, the first an empty one. */
  private static final List<List<int[]>> SHARDS =
      List.of(
          List.of(new int[] {2, 3, 4}, new int[0]),
          List.of(new int[] {12, 1}, new int[] {2, 3, 9, 9}),
          List.of(new int[] {5}),
          List.of());

  /** Probes of a task that divide their number and that do not, units that tasks cut in two. */
  @Test
  void everyRunOfProbesMeasuresWhatEachProbeMeasuresAlone() {
    List<KlProbe> probes = new KlSampling(UNITS, PRECISIONS, ROW).probes();
    assertThat(probes).hasSize(12);
    try (SparkSession session =
        SparkSession.builder()
            .master("local[2]")
            .appName("kl")
            .config("spark.ui.enabled", "false")
            .getOrCreate()) {
      JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
      Broadcast<LmWeights> model = spark.broadcast(MODEL);
      ProbeTables tables = ProbeTables.of(MODEL, PRECISIONS, ROW);
      KlJob.Probing probing = new KlJob.Probing(probes, tables, 0, 3);
      for (int length : new int[] {1, 4, 5, 12, 100}) {
        KlJob job =
            new KlJob(spark, spark.parallelize(SHARDS, SHARDS.size()), model, probing, length);
        List<ShardProbes> found = new ArrayList<>(job.measure(0, 1));
        found.addAll(job.measure(1, 3));
        found.addAll(job.measure(3, 4));
        assertThat(found).hasSize(4);
        for (int shard = 0; shard < SHARDS.size(); shard++) {
          assertThat(found.get(shard).sums())
              .as("shard %d by %d", shard, length)
              .isEqualTo(alone(probes, tables, SHARDS.get(shard)));
          assertThat(found.get(shard).seconds()).allMatch(seconds -> seconds > 0);
        }
      }
    }
  }

  private static List<KlSum> alone(List<KlProbe> probes, ProbeTables tables, List<int[]> shard) {
    return probes.stream()
        .map(probe -> KlSensitivity.measure(MODEL, probe, tables, shard, 0, new ScorerSettings(3)))
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "14, 2, 1, 14",
    "14, 2, 2, 7",
    "14, 2, 3, 4",
    "14, 2, 14, 1",
    "14, 2, 1000, 1",
    "4, 8, 2, 4",
    "1000000, 1000000, 1, 1000000"
  })
  void tasksTakeUnitsAsLongAsEveryCoreHasTwoTasks(int units, int shards, int cores, int expected) {
    assertThat(KlJob.unitsPerTask(units, shards, cores)).isEqualTo(expected);
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
