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
import org.bitlattice.lm.scoring.ScoredModel;
import org.bitlattice.lm.scoring.ScorerSettings;
import org.bitlattice.lm.scoring.ScoringMode;
import org.bitlattice.quant.PackedModel;
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
  private static final double ALLOWED_INT8_DIFFERENCE = 0.5;
  private static final int WARM_UP_ROUNDS = 1;

  /** Precision of the model that is run in mode int8; its speed is that of every precision. */
  private static final int LOW_BITS = 2;

  /** Order and beam of the expansions that are measured, the product's defaults first. */
  private static final List<LatticeRescorer.Pruning> PRUNINGS =
      List.of(
          new LatticeRescorer.Pruning(5, 4),
          new LatticeRescorer.Pruning(4, 6),
          new LatticeRescorer.Pruning(4, 8));

  private static final int PADDED_WAYS = 2;

  /** (a), (b), (c) and a (d) for each pruning. */
  private static final int EXACT_WAYS = PADDED_WAYS + 1 + PRUNINGS.size();

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
    addTrees("", ScoredModel.exact(weights), vocabulary);
    PackedModel lowBit = size.quantized(LOW_BITS);
    addTrees(", int8", new ScoredModel(lowBit, ScoringMode.INT8), vocabulary);
    double[] differences = differences(workload, weights, lowBit, vocabulary);
    Rounds.measure(ways, workload.batches(), WARM_UP_ROUNDS);
    Rounds rounds = Rounds.measure(ways, workload.batches(), roundCount);
    publish(
        size, report(size, workload, vocabulary, table(rounds, workload, vocabulary, differences)));
  }

  /** The product's ways, (c) and then (d) for each pruning. */
  private void addTrees(String suffix, ScoredModel model, Vocabulary vocabulary) {
    add(
        "(c) history tree" + suffix,
        () -> new HistoryTreeRescorer(model, vocabulary, ScorerSettings.DEFAULT));
    for (LatticeRescorer.Pruning pruning : PRUNINGS) {
      add(
          "(d) lattice, order %d, beam %.0f%s"
              .formatted(pruning.ngramOrder(), pruning.beam(), suffix),
          () -> new LatticeRescorer(model, vocabulary, ScorerSettings.DEFAULT, pruning));
    }
  }

  private void add(String name, Supplier<Rescorer> rescorer) {
    ways.add(new Way(name, threads, rescorer));
  }

  /**
   * Largest difference of each way's ln P from another's with the same weights: (a) from (b), the
   * others in FP32 from (a), those of int8 from the same way in mode exact.
   */
  private double[] differences(
      Workload workload, LmWeights weights, PackedModel lowBit, Vocabulary vocabulary) {
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
    for (int way = 0; way < EXACT_WAYS; way++) {
      assertThat(result[way]).as(ways.get(way).name()).isLessThan(ALLOWED_DIFFERENCE);
    }
    ScoredModel exact = new ScoredModel(lowBit, ScoringMode.EXACT);
    for (int way = EXACT_WAYS; way < result.length; way++) {
      LatticeRescorer.Pruning pruning = pruning(way);
      try (Way expected = new Way("exact", threads, () -> tree(exact, vocabulary, pruning))) {
        result[way] = Agreement.ofScores(expected, ways.get(way), workload.batches());
      }
      assertThat(result[way]).as(ways.get(way).name()).isLessThan(ALLOWED_INT8_DIFFERENCE);
    }
    return result;
  }

  private static Rescorer tree(
      ScoredModel model, Vocabulary vocabulary, LatticeRescorer.Pruning pruning) {
    return pruning == null
        ? new HistoryTreeRescorer(model, vocabulary, ScorerSettings.DEFAULT)
        : new LatticeRescorer(model, vocabulary, ScorerSettings.DEFAULT, pruning);
  }

  /** How the lattices of a way are pruned; null for n-best lists. */
  private static LatticeRescorer.Pruning pruning(int way) {
    int tree = way < EXACT_WAYS ? way - PADDED_WAYS : way - EXACT_WAYS;
    return tree <= 0 ? null : PRUNINGS.get(tree - 1);
  }

  private List<String> table(
      Rounds rounds, Workload workload, Vocabulary vocabulary, double[] differences) {
    ResultTable table = new ResultTable(rounds, workload.hypothesisWords());
    for (int way = 0; way < ways.size(); way++) {
      LatticeRescorer.Pruning pruning = pruning(way);
      String coverage =
          pruning == null
              ? ""
              : ", %.0f %% of the lists".formatted(covered(pruning, workload, vocabulary));
      long steps =
          way < PADDED_WAYS ? workload.paddedPositions() : contexts(pruning, workload, vocabulary);
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
            "%d utterances, %,d hypothesis words, %.2f padded positions a history. Threads: %d, rounds: %d.",
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
