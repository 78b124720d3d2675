package org.bitlattice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.scoring.ScorerSettings;
import org.bitlattice.rescoring.NBestTree;
import org.bitlattice.rescoring.TreeSharing;
import org.bitlattice.text.Vocabulary;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Words of hypotheses that are rescored per second, by several ways in one process. The scores are
 * compared before anything is timed. Times are reported and decide nothing: the machine may be busy
 * with something else.
 */
@Tag("real-data")
class RescoringBenchmark {
  /** Positions of the padded ways' output layer; larger blocks were not faster. */
  private static final int OUTPUT_ROWS = 256;

  private static final double ALLOWED_DIFFERENCE = 1e-3;

  /** Index of the way that the others are compared with. */
  private static final int BASELINE = 1;

  private static final int WARM_UP_ROUNDS = 1;

  @ParameterizedTest
  @EnumSource(ModelSize.class)
  void waysOfRescoringAgreeAndAreTimed(ModelSize size) throws IOException {
    Workload workload = Workload.read(Integer.getInteger("bitlattice.bench-utterances", 64));
    int threads = Integer.getInteger("bitlattice.bench-threads", 1);
    List<Way> ways = ways(size, workload, threads);
    try {
      double[] differences = differences(ways, workload);
      for (int way = 0; way < ways.size(); way++) {
        assertThat(differences[way]).as(ways.get(way).name()).isLessThan(ALLOWED_DIFFERENCE);
      }
      Rounds.measure(ways, workload.batches(), WARM_UP_ROUNDS);
      int count = Integer.getInteger("bitlattice.bench-rounds", 5);
      Rounds rounds = Rounds.measure(ways, workload.batches(), count);
      List<String> report = new ArrayList<>();
      report.add("### " + size);
      report.add("");
      report.add(setting(workload, size, count, threads));
      report.add("");
      report.addAll(
          new ResultTable(ways, rounds, BASELINE, workload.hypothesisWords(), differences).lines());
      report.add("");
      Machine.description().forEach(line -> report.add("- " + line));
      publish(size, report);
    } finally {
      ways.forEach(Way::close);
    }
  }

  private static List<Way> ways(ModelSize size, Workload workload, int threads) {
    LmWeights weights = size.weights();
    Vocabulary vocabulary = size.vocabulary(workload.words());
    return List.of(
        new Way(
            "(a) padded batches, libtorch",
            threads,
            () -> new LibtorchPadded(weights, vocabulary, OUTPUT_ROWS)),
        new Way(
            "(b) padded batches, ONNX Runtime",
            threads,
            () -> new OnnxPadded(weights, vocabulary, OUTPUT_ROWS)),
        new Way(
            "(c) history tree",
            threads,
            () -> new HistoryTreeRescorer(weights, vocabulary, ScorerSettings.DEFAULT)));
  }

  /** Largest difference of each way's ln P of any word from the first way's. */
  private static double[] differences(List<Way> ways, Workload workload) {
    double[] largest = new double[ways.size()];
    List<List<float[][]>> expected = ways.get(0).score(workload.batches());
    for (int way = 1; way < largest.length; way++) {
      List<List<float[][]>> scores = ways.get(way).score(workload.batches());
      assertThat(scores).hasSameSizeAs(expected);
      for (int batch = 0; batch < expected.size(); batch++) {
        assertThat(scores.get(batch)).hasSameSizeAs(expected.get(batch));
        for (int u = 0; u < expected.get(batch).size(); u++) {
          double difference = difference(expected.get(batch).get(u), scores.get(batch).get(u));
          largest[way] = Math.max(largest[way], difference);
        }
      }
    }
    return largest;
  }

  private static double difference(float[][] expected, float[][] scores) {
    assertThat(scores.length).isEqualTo(expected.length);
    double largest = 0;
    for (int h = 0; h < expected.length; h++) {
      assertThat(scores[h]).hasSameSizeAs(expected[h]);
      for (int i = 0; i < expected[h].length; i++) {
        double difference = Math.abs((double) scores[h][i] - expected[h][i]);
        largest = Double.isNaN(difference) ? Double.MAX_VALUE : Math.max(largest, difference);
      }
    }
    return largest;
  }

  private static String setting(Workload workload, ModelSize size, int rounds, int threads) {
    Vocabulary vocabulary = size.vocabulary(workload.words());
    long padded = 0;
    long nodes = 0;
    for (List<HypothesisList> batch : workload.batches()) {
      NBestTree tree = HistoryTreeRescorer.tree(batch, vocabulary);
      TreeSharing sharing = tree.sharing();
      padded += sharing.paddedPositions();
      nodes += sharing.wordNodes();
    }
    return String.format(
        Locale.ROOT,
        "%d utterances, %,d hypothesis words, %,d padded positions, %,d histories: %.2f padded"
            + " positions share a history. FP32, %d thread(s), %d rounds, medians (least–greatest).",
        workload.utterances(),
        workload.hypothesisWords(),
        padded,
        nodes,
        (double) padded / nodes,
        threads,
        rounds);
  }

  private static void publish(ModelSize size, List<String> report) throws IOException {
    report.forEach(System.out::println);
    Path folder = Path.of(System.getProperty("bitlattice.bench-report", "target/benchmarks"));
    Files.createDirectories(folder);
    Files.write(
        folder.resolve("rescoring-" + size.name().toLowerCase(Locale.ROOT) + ".md"), report);
  }
}
