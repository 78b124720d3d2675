package org.bitlattice.jobs.sensitivity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.api.java.JavaRDD;
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
      ProbeTables tables = TableFitJob.fit(spark, model, probes, ROW);
      for (KlProbe probe : probes) {
        assertThat(tables.perturbation(MODEL, probe).squared())
            .isEqualTo(
                ProbeTables.of(MODEL, List.of(probe), ROW).perturbation(MODEL, probe).squared());
      }
      Broadcast<KlJob.Probing> probing =
          spark.broadcast(new KlJob.Probing(probes, PRECISIONS.size(), tables, 0, 3));
      List<List<KlSum>> expected =
          SHARDS.stream().map(shard -> alone(probes, tables, shard)).toList();
      for (int units : new int[] {1, 4, 6, 100}) {
        for (int together : new int[] {1, 2, 3}) {
          List<List<List<int[]>>> groups = grouped(together);
          JavaRDD<List<List<int[]>>> shards = spark.parallelize(groups, groups.size());
          KlJob.TaskSize size = new KlJob.TaskSize(together, units);
          KlJob job = new KlJob(spark, shards, model, probing, size);
          List<ShardProbes> found = new ArrayList<>();
          for (int from = 0; from < SHARDS.size(); from += together) {
            found.addAll(job.measure(from, Math.min(SHARDS.size(), from + together)));
          }
          assertThat(found).hasSize(4).isEqualTo(timed(job.measure(0, 4), found));
          for (int shard = 0; shard < SHARDS.size(); shard++) {
            assertThat(found.get(shard).sums())
                .as("shard %d, %d units, %d shards a task", shard, units, together)
                .isEqualTo(expected.get(shard));
            assertThat(found.get(shard).seconds()).allMatch(seconds -> seconds > 0);
          }
        }
      }
    }
  }

  private static List<List<List<int[]>>> grouped(int together) {
    List<List<List<int[]>>> groups = new ArrayList<>();
    for (int from = 0; from < SHARDS.size(); from += together) {
      groups.add(List.copyOf(SHARDS.subList(from, Math.min(SHARDS.size(), from + together))));
    }
    return groups;
  }

  /** The sums of some shards with the times of others. */
  private static List<ShardProbes> timed(List<ShardProbes> sums, List<ShardProbes> times) {
    List<ShardProbes> timed = new ArrayList<>();
    for (int shard = 0; shard < sums.size(); shard++) {
      timed.add(new ShardProbes(sums.get(shard).sums(), times.get(shard).seconds()));
    }
    return timed;
  }

  private static List<KlSum> alone(List<KlProbe> probes, ProbeTables tables, List<int[]> shard) {
    return probes.stream().map(probe -> measure(probe, tables, shard)).toList();
  }

  private static KlSum measure(KlProbe probe, ProbeTables tables, List<int[]> shard) {
    ScorerSettings settings = new ScorerSettings(3);
    return KlSensitivity.measure(MODEL, List.of(probe), tables, List.of(shard), 0, settings)
        .get(0)
        .get(0);
  }

  @ParameterizedTest
  @CsvSource({
    "14, 2, 1, 2, 7",
    "14, 2, 2, 2, 3",
    "14, 2, 3, 2, 2",
    "14, 2, 7, 2, 1",
    "14, 2, 8, 1, 1",
    "14, 2, 1000, 1, 1",
    "4, 8, 2, 8, 1",
    "4, 8, 3, 4, 1",
    "4, 6, 5, 2, 1",
    "5, 1, 1, 1, 2",
    "1000000, 1000000, 1, 1000000, 500000"
  })
  void tasksTakeShardsThenUnitsAsLongAsEveryCoreHasTwoTasks(
      int units, int batch, int cores, int shardsOfTask, int unitsOfTask) {
    assertThat(KlJob.TaskSize.of(units, batch, cores))
        .isEqualTo(new KlJob.TaskSize(shardsOfTask, unitsOfTask));
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
