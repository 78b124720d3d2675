package org.bitlattice.jobs.sensitivity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
import org.bitlattice.sensitivity.Direction;
import org.bitlattice.sensitivity.DirectionSample;
import org.bitlattice.sensitivity.HessianProbe;
import org.bitlattice.sensitivity.KlProbe;
import org.bitlattice.sensitivity.KlSampling;
import org.bitlattice.sensitivity.KlSensitivity;
import org.bitlattice.sensitivity.ProbeTables;
import org.bitlattice.sensitivity.QuadraticForms;
import org.bitlattice.sensitivity.ShardProbes;
import org.junit.jupiter.api.Test;

/**
 * What Spark itself costs: the tasks of sensitivities on {@code local[2]}, and the same work in the
 * same portions on two plain threads. Both are warmed up, and rounds of the two take turns. Times
 * decide nothing; that results are the same does.
 */
class SparkOverheadBenchmark {
  private static final int THREADS = 2;
  private static final int WORDS = 6997;
  private static final int UNITS_OF_NETWORK = 200;
  private static final int SHARDS = 2;
  private static final int SENTENCES = 100;
  private static final int LENGTH = 9;
  private static final int DIRECTIONS = 8;
  private static final double STEP = 3e-4;
  private static final ScaleForm ROW = ScaleForm.of(ScaleScope.ROW);
  private static final List<Precision> PRECISIONS =
      List.of(Precision.ONE, Precision.TWO, Precision.FOUR, Precision.EIGHT, Precision.SIXTEEN);

  private final int rounds = Integer.getInteger("bitlattice.bench-rounds", 7);
  private final LmWeights model = randomModel();
  private final ModelUnits units = ModelUnits.whole(model.architecture());

  @Test
  void sparkIsTimedAgainstThreads() throws Exception {
    List<String> report = new ArrayList<>();
    report.add("| work | tasks | Spark, s | threads, s | Spark against threads |");
    report.add("|---|---|---|---|---|");
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try (SparkSession session =
        SparkSession.builder()
            .master("local[%d]".formatted(THREADS))
            .appName("overhead")
            .config("spark.ui.enabled", "false")
            .getOrCreate()) {
      JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
      Broadcast<LmWeights> shared = spark.broadcast(model);
      report.add(kl(spark, shared, threads));
      report.add(traces(spark, shared, threads));
    } finally {
      threads.shutdownNow();
    }
    report.add("");
    report.add(
        "- Java %s, %d processors"
            .formatted(
                System.getProperty("java.version"), Runtime.getRuntime().availableProcessors()));
    report.forEach(System.out::println);
    Path folder = Path.of("target/benchmarks");
    Files.createDirectories(folder);
    Files.write(folder.resolve("spark-overhead.md"), report);
  }

  /** A batch of shards, all precisions of all matrices, in the portions of the KL stage. */
  private String kl(JavaSparkContext spark, Broadcast<LmWeights> shared, ExecutorService threads)
      throws Exception {
    List<KlProbe> probes = new KlSampling(units, PRECISIONS, ROW).probes();
    ProbeTables tables = ProbeTables.of(model, probes, ROW);
    List<List<int[]>> text = shards();
    KlJob.TaskSize size = KlJob.TaskSize.of(units.units().size(), SHARDS, THREADS);
    Broadcast<KlJob.Probing> probing =
        spark.broadcast(new KlJob.Probing(probes, PRECISIONS.size(), tables, 0, 256));
    List<List<List<int[]>>> groups = new ArrayList<>();
    for (int from = 0; from < SHARDS; from += size.shards()) {
      groups.add(List.copyOf(text.subList(from, from + size.shards())));
    }
    KlJob job = new KlJob(spark, spark.parallelize(groups, groups.size()), shared, probing, size);
    int length = size.units() * PRECISIONS.size();
    List<Callable<List<List<KlSum>>>> portions = new ArrayList<>();
    for (List<List<int[]>> group : groups) {
      for (int start = 0; start < probes.size(); start += length) {
        List<KlProbe> run = probes.subList(start, Math.min(probes.size(), start + length));
        portions.add(
            () -> KlSensitivity.measure(model, run, tables, group, 0, ScorerSettings.DEFAULT));
      }
    }
    List<ShardProbes> bySpark = job.measure(0, SHARDS);
    List<List<List<KlSum>>> byThreads = all(threads, portions);
    int runs = portions.size() / groups.size();
    for (int shard = 0; shard < SHARDS; shard++) {
      List<KlSum> own = new ArrayList<>();
      for (int run = 0; run < runs; run++) {
        int portion = shard / size.shards() * runs + run;
        own.addAll(byThreads.get(portion).get(shard % size.shards()));
      }
      assertThat(bySpark.get(shard).sums()).isEqualTo(own);
    }
    return compared(
        "KL, %d shards of %d tokens, %d probes"
            .formatted(SHARDS, SENTENCES * (LENGTH + 1), probes.size()),
        portions.size(),
        () -> job.measure(0, SHARDS),
        () -> all(threads, portions));
  }

  /** Some samples of the Hessian's traces. */
  private String traces(
      JavaSparkContext spark, Broadcast<LmWeights> shared, ExecutorService threads)
      throws Exception {
    List<List<List<int[]>>> text =
        shards().stream().map(SparkOverheadBenchmark::minibatches).toList();
    DirectionJob job =
        new DirectionJob(spark.parallelize(text, text.size()), text.size(), shared, units);
    List<Direction> directions = new ArrayList<>();
    List<Callable<QuadraticForms>> portions = new ArrayList<>();
    for (int i = 0; i < DIRECTIONS; i++) {
      Direction direction = new Direction(i, i + 1, STEP);
      directions.add(direction);
      for (List<List<int[]>> shard : text) {
        portions.add(() -> new HessianProbe(model, units, STEP).sample(direction.seed(), shard));
      }
    }
    List<DirectionSample> bySpark = job.measure(spark, directions);
    List<QuadraticForms> byThreads = all(threads, portions);
    List<DirectionSample> expected = new ArrayList<>();
    for (int d = 0; d < DIRECTIONS; d++) {
      QuadraticForms sum = byThreads.get(d * SHARDS);
      for (int shard = 1; shard < SHARDS; shard++) {
        sum = sum.plus(byThreads.get(d * SHARDS + shard));
      }
      expected.addAll(DirectionSample.rows(directions.get(d), units, sum, 0));
    }
    assertThat(bySpark)
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("seconds")
        .isEqualTo(expected);
    return compared(
        "traces, %d samples on %d tokens".formatted(DIRECTIONS, SHARDS * SENTENCES * (LENGTH + 1)),
        portions.size(),
        () -> job.measure(spark, directions),
        () -> all(threads, portions));
  }

  private String compared(String work, int tasks, Callable<?> spark, Callable<?> threads)
      throws Exception {
    double[] bySpark = new double[rounds];
    double[] byThreads = new double[rounds];
    double[] ratios = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      bySpark[round] = seconds(spark);
      byThreads[round] = seconds(threads);
      ratios[round] = bySpark[round] / byThreads[round];
    }
    Arrays.sort(ratios);
    return String.format(
        Locale.ROOT,
        "| %s | %d | %.2f | %.2f | %.3f (%.3f–%.3f) |",
        work,
        tasks,
        Arrays.stream(bySpark).min().orElseThrow(),
        Arrays.stream(byThreads).min().orElseThrow(),
        ratios[rounds / 2],
        ratios[0],
        ratios[rounds - 1]);
  }

  private static double seconds(Callable<?> work) throws Exception {
    long start = System.nanoTime();
    work.call();
    return (System.nanoTime() - start) / 1e9;
  }

  private static <T> List<T> all(ExecutorService threads, List<Callable<T>> portions)
      throws Exception {
    List<T> found = new ArrayList<>();
    for (Future<T> portion : threads.invokeAll(portions)) {
      found.add(portion.get());
    }
    return found;
  }

  private static List<List<int[]>> shards() {
    Random random = new Random(1);
    List<List<int[]>> shards = new ArrayList<>();
    for (int shard = 0; shard < SHARDS; shard++) {
      List<int[]> sentences = new ArrayList<>();
      for (int i = 0; i < SENTENCES; i++) {
        sentences.add(random.ints(LENGTH, 2, WORDS).toArray());
      }
      shards.add(sentences);
    }
    return shards;
  }

  /** All sentences of a shard in one minibatch, between boundary words. */
  private static List<List<int[]>> minibatches(List<int[]> sentences) {
    List<int[]> bounded = new ArrayList<>();
    for (int[] sentence : sentences) {
      int[] segment = new int[sentence.length + 2];
      System.arraycopy(sentence, 0, segment, 1, sentence.length);
      bounded.add(segment);
    }
    return List.of(bounded);
  }

  private static LmWeights randomModel() {
    LstmArchitecture architecture =
        new LstmArchitecture(WORDS, UNITS_OF_NETWORK, UNITS_OF_NETWORK, 2);
    Random random = new Random(1);
    Map<String, float[]> tensors = new LinkedHashMap<>();
    for (TensorShape tensor : architecture.tensors()) {
      float[] values = new float[tensor.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian() * 0.05f;
      }
      tensors.put(tensor.name(), values);
    }
    return LmWeights.of(architecture, tensors);
  }
}
