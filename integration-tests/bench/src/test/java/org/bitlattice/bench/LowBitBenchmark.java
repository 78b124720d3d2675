package org.bitlattice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.bitlattice.lm.scoring.ScoringMode;
import org.bitlattice.text.Vocabulary;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tokens of running text that are scored per second in full precision and by the modes of low-bit
 * models, in large batches and one word at a time, and the memory that an open model takes. Scores
 * are compared before anything is timed; times decide nothing.
 */
@Tag("real-data")
class LowBitBenchmark {
  private static final int BATCH_ROWS = 256;
  private static final List<Integer> BITS = List.of(1, 2, 4, 8);
  private static final int LIBTORCH = 0;
  private static final int FP32 = 1;
  private static final int WARM_UP_ROUNDS = 1;

  /** Between the two engines in FP32. */
  private static final double ALLOWED_DIFFERENCE = 1e-3;

  /** Between a mode and mode exact of the same low-bit model. */
  private static final double ALLOWED_MODE_DIFFERENCE = 0.5;

  private final int sentences = Integer.getInteger("bitlattice.bench-sentences", 1024);
  private final int roundCount = Integer.getInteger("bitlattice.bench-rounds", 5);
  private final List<Way> ways = new ArrayList<>();

  @AfterEach
  void close() {
    ways.forEach(Way::close);
  }

  @ParameterizedTest
  @EnumSource(ModelSize.class)
  void modesAgreeWithExactAndAreTimed(ModelSize size) throws IOException {
    Vocabulary vocabulary = size.vocabulary(Workload.read(1).words());
    List<String> report = new ArrayList<>(List.of("### " + size, ""));
    report.add("Large batches, %d rows:".formatted(BATCH_ROWS));
    report.add("");
    report.addAll(measured(size, vocabulary, BATCH_ROWS, TextWorkload.together(sentences)));
    report.add("");
    report.add("One word at a time:");
    report.add("");
    report.addAll(measured(size, vocabulary, 1, TextWorkload.oneByOne(sentences / 16)));
    report.add("");
    report.addAll(memory(size));
    report.add("");
    Machine.description().forEach(line -> report.add("- " + line));
    publish(size, report);
  }

  private static List<Contender> contenders(int batchRows) {
    Stream<ScoringMode> modes =
        batchRows == 1
            ? Stream.of(ScoringMode.INT8, ScoringMode.COMPACT)
            : Stream.of(ScoringMode.INT8);
    List<Contender> all = new ArrayList<>(List.of(Contender.LIBTORCH, Contender.FP32));
    modes.forEach(mode -> BITS.forEach(bits -> all.add(Contender.of(mode, bits))));
    return all;
  }

  private List<String> measured(
      ModelSize size, Vocabulary vocabulary, int batchRows, List<List<RescoredUtterance>> text) {
    List<Contender> contenders = contenders(batchRows);
    for (Contender contender : contenders) {
      ways.add(new Way(contender.title(), 1, () -> contender.open(size, vocabulary, batchRows)));
    }
    double[] differences = new double[contenders.size()];
    for (int way = FP32; way < differences.length; way++) {
      differences[way] = difference(size, vocabulary, contenders.get(way), way, text);
    }
    if (batchRows > 1) {
      ways.add(new Way("bare int8 products", 1, () -> new BareProducts(size, vocabulary)));
    }
    Rounds.measure(ways, text, WARM_UP_ROUNDS);
    Rounds rounds = Rounds.measure(ways, text, roundCount);
    List<String> lines = new ArrayList<>();
    lines.add(
        "| way | tokens per second | against FP32 ONNX Runtime | by processor time | against libtorch | difference in ln P |");
    lines.add("|---|---|---|---|---|---|");
    long tokens = TextWorkload.tokens(text);
    for (int way = 0; way < ways.size(); way++) {
      lines.add(
          String.format(
              Locale.ROOT,
              "| %s | %,.0f | %s | %s | %s | %s |",
              ways.get(way).name(),
              tokens / rounds.seconds(way),
              ResultTable.spread(rounds.ratios(way, FP32)),
              ResultTable.spread(rounds.processorRatios(way, FP32)),
              ResultTable.spread(rounds.ratios(way, LIBTORCH)),
              way == LIBTORCH || way >= differences.length
                  ? ""
                  : String.format(Locale.ROOT, "%.1e", differences[way])));
    }
    ways.forEach(Way::close);
    ways.clear();
    return lines;
  }

  /** Largest difference of ln P: FP32 from libtorch, a mode from mode exact of the same model. */
  private double difference(
      ModelSize size,
      Vocabulary vocabulary,
      Contender contender,
      int way,
      List<List<RescoredUtterance>> text) {
    if (way == FP32) {
      double difference = Agreement.ofHypotheses(ways.get(LIBTORCH), ways.get(way), text);
      assertThat(difference).isLessThan(ALLOWED_DIFFERENCE);
      return difference;
    }
    Contender exact = Contender.of(ScoringMode.EXACT, contender.bits());
    try (Way expected = new Way("exact", 1, () -> exact.open(size, vocabulary, BATCH_ROWS))) {
      double difference = Agreement.ofHypotheses(expected, ways.get(way), text);
      assertThat(difference).as(contender.title()).isLessThan(ALLOWED_MODE_DIFFERENCE);
      return difference;
    }
  }

  private static List<String> memory(ModelSize size) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("| way | resident MiB of an open model |");
    lines.add("|---|---|");
    for (Contender contender : contenders(1)) {
      lines.add(
          String.format(
              Locale.ROOT,
              "| %s | %.1f |",
              contender.title(),
              Footprint.mebibytes(contender, size)));
    }
    lines.add(
        String.format(
            Locale.ROOT, "| (the FP32 weights themselves) | %.1f |", Footprint.weights(size)));
    return lines;
  }

  private static void publish(ModelSize size, List<String> report) throws IOException {
    report.forEach(System.out::println);
    Path folder = Path.of(System.getProperty("bitlattice.bench-report", "target/benchmarks"));
    Files.createDirectories(folder);
    String name = "low-bit-%s.md".formatted(size.name().toLowerCase(Locale.ROOT));
    Files.write(folder.resolve(name), report);
  }
}
