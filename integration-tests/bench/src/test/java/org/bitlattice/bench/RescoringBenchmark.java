package org.bitlattice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.bitlattice.lm.LmWeights;
import org.bitlattice.lm.scoring.ScorerSettings;
import org.bitlattice.rescoring.ExpandedLattice;
import org.bitlattice.rescoring.HistoryForest;
import org.bitlattice.text.Vocabulary;
import org.junit.jupiter.api.AfterEach;
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
  /**
   * Positions that the padded ways' output layer takes at once. On ONNX Runtime within 2 % of the
   * best block for both networks; all positions at once are slower by up to 13 %.
   */
  private static final int OUTPUT_ROWS = 128;

  private static final double ALLOWED_DIFFERENCE = 1e-3;
  private static final int WARM_UP_ROUNDS = 1;

  /** Order and beam of the expansions that are measured, the product's defaults first. */
  private static final List<LatticeRescorer.Pruning> PRUNINGS =
      List.of(
          new LatticeRescorer.Pruning(5, 4),
          new LatticeRescorer.Pruning(4, 6),
          new LatticeRescorer.Pruning(4, 8));

  private final int threads = Integer.getInteger("bitlattice.bench-threads", 1);
  private final int roundCount = Integer.getInteger("bitlattice.bench-rounds", 5);
  private final List<Way> ways = new ArrayList<>();

  @AfterEach
  void close() {
    ways.forEach(Way::close);
  }

  @ParameterizedTest
  @EnumSource(ModelSize.class)
  void waysOfRescoringAgreeAndAreTimed(ModelSize size) throws IOException {
    Workload workload = Workload.read(Integer.getInteger("bitlattice.bench-utterances", 64));
    LmWeights weights = size.weights();
    Vocabulary vocabulary = size.vocabulary(workload.words());
    add("(a) padded batches, libtorch", () -> new LibtorchPadded(weights, vocabulary, OUTPUT_ROWS));
    add("(b) padded batches, ONNX Runtime", () -> new OnnxPadded(weights, vocabulary, OUTPUT_ROWS));
    add(
        "(c) history tree",
        () -> new HistoryTreeRescorer(weights, vocabulary, ScorerSettings.DEFAULT));
    for (LatticeRescorer.Pruning pruning : PRUNINGS) {
      add(
          "(d) lattice, order %d, beam %.0f".formatted(pruning.ngramOrder(), pruning.beam()),
          () -> new LatticeRescorer(weights, vocabulary, ScorerSettings.DEFAULT, pruning));
    }
    double[] differences = differences(workload, weights, vocabulary);
    Rounds.measure(ways, workload.batches(), WARM_UP_ROUNDS);
    Rounds rounds = Rounds.measure(ways, workload.batches(), roundCount);
    publish(
        size, report(size, workload, vocabulary, table(rounds, workload, vocabulary, differences)));
  }

  private void add(String name, Supplier<Rescorer> rescorer) {
    ways.add(new Way(name, threads, rescorer));
  }

  /** Largest difference of each way's ln P from another's: (a) from (b), all others from (a). */
  private double[] differences(Workload workload, LmWeights weights, Vocabulary vocabulary) {
    double[] result = new double[ways.size()];
    result[1] = Agreement.ofHypotheses(ways.get(0), ways.get(1), workload.batches());
    result[0] = result[1];
    result[2] = Agreement.ofHypotheses(ways.get(0), ways.get(2), workload.batches());
    try (Rescorer hypotheses = new LibtorchPadded(weights, vocabulary, OUTPUT_ROWS)) {
      for (int i = 0; i < PRUNINGS.size(); i++) {
        result[3 + i] =
            Agreement.ofHistories(
                hypotheses, ways.get(3 + i), PRUNINGS.get(i), workload.batches(), vocabulary);
      }
    }
    for (int way = 0; way < result.length; way++) {
      assertThat(result[way]).as(ways.get(way).name()).isLessThan(ALLOWED_DIFFERENCE);
    }
    return result;
  }

  private List<String> table(
      Rounds rounds, Workload workload, Vocabulary vocabulary, double[] differences) {
    ResultTable table = new ResultTable(rounds, workload.hypothesisWords());
    for (int way = 0; way < ways.size(); way++) {
      LatticeRescorer.Pruning pruning = way < 3 ? null : PRUNINGS.get(way - 3);
      String coverage =
          pruning == null
              ? ""
              : ", %.0f %% of the lists".formatted(covered(pruning, workload, vocabulary));
      long steps = way < 2 ? workload.paddedPositions() : contexts(pruning, workload, vocabulary);
      table.add(way, ways.get(way).name() + coverage, steps, differences[way]);
    }
    return table.lines();
  }

  /** Histories that the network evaluates, of n-best lists when there is no pruning. */
  private static long contexts(
      LatticeRescorer.Pruning pruning, Workload workload, Vocabulary vocabulary) {
    long contexts = 0;
    for (List<RescoredUtterance> batch : workload.batches()) {
      List<ExpandedLattice> expanded =
          pruning == null
              ? HistoryTreeRescorer.expanded(batch, vocabulary)
              : pruning.expanded(batch, vocabulary);
      contexts += HistoryForest.of(expanded).contexts();
    }
    return contexts;
  }

  /** Share in percent of the hypotheses' words whose hypothesis is a path of its lattice. */
  private static double covered(
      LatticeRescorer.Pruning pruning, Workload workload, Vocabulary vocabulary) {
    long covered =
        workload.batches().stream()
            .flatMap(List::stream)
            .mapToLong(
                u -> Coverage.words(pruning.expanded(u.lattice(), vocabulary), u.hypotheses()))
            .sum();
    return 100.0 * covered / workload.hypothesisWords();
  }

  private List<String> report(
      ModelSize size, Workload workload, Vocabulary vocabulary, List<String> table)
      throws IOException {
    long contexts = contexts(null, workload, vocabulary);
    List<String> report = new ArrayList<>();
    report.add("### " + size);
    report.add("");
    report.add(
        String.format(
            Locale.ROOT,
            "%d utterances, %,d hypothesis words, %.2f padded positions a history. FP32, threads: %d, rounds: %d.",
            workload.utterances(),
            workload.hypothesisWords(),
            (double) workload.paddedPositions() / contexts,
            threads,
            roundCount));
    report.add("");
    report.addAll(table);
    report.add("");
    Machine.description().forEach(line -> report.add("- " + line));
    return report;
  }

  private static void publish(ModelSize size, List<String> report) throws IOException {
    report.forEach(System.out::println);
    Path folder = Path.of(System.getProperty("bitlattice.bench-report", "target/benchmarks"));
    Files.createDirectories(folder);
    String name = "rescoring-%s.md".formatted(size.name().toLowerCase(Locale.ROOT));
    Files.write(folder.resolve(name), report);
  }
}
